"""Recipes as a user meets them: names, files, keys on the command line, and what is said when something is wrong."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpriv.errors import EngineError, ExitCode, RecipeError
from docpriv.model import Kind
from docpriv.options import Capability, Recipe
from docpriv.recipes import (
    MAX_BYTES,
    canonical_recipe,
    list_recipes,
    load_recipe,
    override,
    recipe_keys,
    recipe_names,
    recipe_sha256,
    require,
    shipped_folder,
)
from tests.unit.redaction.known_forms import template


def file(folder: Path, text: str, name: str = "r.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def refusal(folder: Path, text: str, *sets: str) -> str:
    with pytest.raises(RecipeError) as caught:
        load_recipe(file(folder, text), sets)
    assert caught.value.exit_code is ExitCode.USAGE
    return str(caught.value)


def test_the_shipped_recipes_can_run_here() -> None:
    assert {"redact", "strict", "medical"} <= set(recipe_names())
    for info in list_recipes():
        require(info)


def test_strict_reads_twice_and_covers_what_it_cannot_read() -> None:
    strict, default = load_recipe("strict"), load_recipe("redact")
    assert strict.reading.second_reading
    assert strict.policy.unread_score > default.policy.unread_score
    assert {load_recipe(name).policy.not_understood for name in recipe_names()} == {"cover"}
    assert strict.finding.min_score < default.finding.min_score
    assert strict.finding.names_bias == 3
    assert set(strict.policy.cover) == {*default.policy.cover, Kind.STAMP}
    assert Capability.SECOND_READING in strict.needs


def test_medical_covers_all_dates_and_leaves_organisations() -> None:
    medical, default = load_recipe("medical"), load_recipe("redact")
    assert {Kind.DATE, Kind.MEDICAL_RECORD_NUMBER, Kind.MEMBER_ID} <= set(medical.policy.cover)
    assert set(default.policy.cover) < set(medical.policy.cover)
    assert Kind.ORGANIZATION not in medical.policy.cover


def test_identity_cards_covers_all_that_redact_and_medical_cover_and_needs_eyes() -> None:
    cards, medical = load_recipe("identity-cards"), load_recipe("medical")
    assert set(medical.policy.cover) | {Kind.STAMP} == set(cards.policy.cover)
    assert {Capability.FACES, Capability.CODES, Capability.SIGNATURES, Capability.INK} <= set(cards.needs)


def test_receipts_keeps_shops_goods_and_sums() -> None:
    kept = set(Kind) - set(load_recipe("receipts").policy.cover)
    assert {Kind.ORGANIZATION, Kind.AMOUNT, Kind.DATE, Kind.LOCATION} <= kept
    assert not {Kind.CARD_NUMBER, Kind.DOCUMENT_NUMBER, Kind.MEMBER_ID, Kind.SIGNATURE, Kind.CODE} & kept


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(RecipeError, match=r"known: .*redact.*; nearest: strict"):
        load_recipe("strikt")


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("policy.color", "policy.colour"),
        ("colour", "policy.colour"),
        ("polcy.pad", "policy.pad"),
        ("finding.language", "finding.languages"),
        ("reading.thread", "reading.threads"),
    ],
)
def test_an_unknown_key_names_itself_and_the_nearest(tmp_path: Path, key: str, nearest: str) -> None:
    wanted = f"unknown key {key}; the nearest known one is {nearest}"
    assert refusal(tmp_path, "extends: redact\n", f"{key}=canary") == wanted


def test_an_unknown_key_in_a_file_names_itself_and_the_nearest(tmp_path: Path) -> None:
    assert refusal(tmp_path, "policy:\n  color: canary\n") == "unknown key policy.color; the nearest known one is policy.colour"
    assert refusal(tmp_path, "polcy: {pad: canary}\n").startswith("unknown key polcy; ")


@given(
    st.text(alphabet=st.characters(exclude_characters="=", exclude_categories=["Cs"]), max_size=40).filter(
        lambda key: key.strip() not in recipe_keys() and "." not in key
    )
)
def test_whatever_is_no_key_is_refused_in_printable_words(key: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("redact", [f"{key}=1"])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("policy:\n  pad: Canary\n", ()),
        ("policy: {cover: [Canary]}\n", ()),
        ("finding: {deny: {a: Canary}}\n", ()),
        ("policy: Canary\n", ()),
        ("name: 'Canary x'\n", ()),
        ("a: &x Canary\nb: *x\n", ()),
        ("policy: [Canary\n", ()),
        ("name: Canary\nname: Canary\n", ()),
        ("- Canary\n", ()),
        ("extends: [Canary]\n", ()),
        ("extends: redact\n", ("policy.pad=Canary",)),
        ("extends: redact\n", ("policy.pad=[Canary",)),
        ("extends: redact\n", ("finding.deny=[Canary]",)),
        ("extends: redact\n", ("policy=Canary",)),
        ("extends: redact\n", ("policy.colour=Canary",)),
        ("extends: redact\n", ("writing.names=Canary",)),
        ("extends: ./Canary.yaml\n", ()),
        ("name: !!python/name:os.system Canary\n", ()),
    ],
)
def test_an_error_never_repeats_a_value(tmp_path: Path, text: str, sets: tuple[str, ...]) -> None:
    assert "anary" not in refusal(tmp_path, text, *sets)


def test_terms_are_not_taken_from_the_command_line() -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("redact", ["finding.deny=[x]"])
    assert "--deny-file" in caught.value.advice


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    assert "a key given twice in line 3" in refusal(tmp_path, "policy:\n  pad: 0.1\n  pad: 0.2\n")


def test_a_file_that_would_unfold_is_refused(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert "an alias" in refusal(tmp_path, bomb)


def test_a_deep_file_is_refused(tmp_path: Path) -> None:
    assert "not valid YAML" in refusal(tmp_path, "a: " + "[" * 100_000)


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    assert "larger than 1 MB" in refusal(tmp_path, "#" * (MAX_BYTES + 1))


def test_a_country_stays_a_country(tmp_path: Path) -> None:
    """YAML 1.1 reads NO as false."""
    recipe = load_recipe(file(tmp_path, "finding:\n  phone_regions: [NO, SE]\n"))
    assert recipe.finding.phone_regions == ("NO", "SE")


def test_extends_merges_groups_and_replaces_lists(tmp_path: Path) -> None:
    file(tmp_path, "extends: strict\nname: middle\npolicy: {pad: 0.5}\nfinding: {deny: [a, b]}\n", "middle.yaml")
    recipe = load_recipe(file(tmp_path, "extends: ./middle.yaml\nname: top\nfinding: {deny: [c]}\n"))
    assert (recipe.name, recipe.policy.pad, recipe.finding.deny) == ("top", 0.5, ("c",))
    assert recipe.reading.second_reading


def test_extends_in_a_circle_is_refused(tmp_path: Path) -> None:
    file(tmp_path, "extends: ./r.yaml\n", "other.yaml")
    assert "circle" in refusal(tmp_path, "extends: ./other.yaml\n")


def test_set_goes_on_top_of_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, "extends: redact\npolicy: {pad: 0.1}\n")
    assert load_recipe(path, ["policy.pad=0.3", "policy.cover=[PERSON]"]).policy.model_dump(include={"pad", "cover"}) == {
        "pad": 0.3,
        "cover": (Kind.PERSON,),
    }


def test_override_checks_as_set_does() -> None:
    assert override(Recipe(), {"writing.format": "pdf"}).writing.format == "pdf"
    with pytest.raises(RecipeError, match=r"^writing\.format: "):
        override(Recipe(), {"writing.format": "docx"})
    with pytest.raises(RecipeError, match="unknown key"):
        override(Recipe(), {"writing.formats": "pdf"})


@pytest.mark.parametrize(("key", "capability"), [("faces", "faces"), ("codes", "codes"), ("writing", "signatures")])
def test_a_recipe_that_needs_what_it_switches_off_is_an_error(key: str, capability: str) -> None:
    require(override(Recipe(), {f"seeing.{key}": False}))
    with pytest.raises(RecipeError, match=rf"switch off: {capability}$"):
        require(load_recipe("identity-cards", (f"seeing.{key}=false",)))


def test_the_digest_follows_what_decides() -> None:
    base = load_recipe("redact")
    assert recipe_sha256(base) == recipe_sha256(load_recipe("redact"))
    assert recipe_sha256(base) == recipe_sha256(override(base, {"description": "other words"}))
    assert recipe_sha256(base) == recipe_sha256(override(base, {"policy.cover": base.policy.cover[::-1]}))
    assert recipe_sha256(base) != recipe_sha256(override(base, {"policy.pad": 0.06}))


def test_every_key_but_the_description_changes_the_digest() -> None:
    changes = {
        "name": "x",
        "version": 2,
        "needs": ("text",),
        "reading.engine": "fake",
        "reading.threads": 2,
        "reading.model_dir": "models",
        "reading.languages": ("deu",),
        "reading.download": True,
        "reading.second_reading": True,
        "reading.reread_below": 0.5,
        "reading.check_orientation": False,
        "reading.max_tile": 1000,
        "reading.render_dpi": 100,
        "reading.text_layer": "ignore",
        "reading.device": "cuda",
        "finding.languages": ("en", "en"),  # one language and one script have a detector
        "finding.scripts": ("Latin", "Latin"),
        "finding.phone_regions": (),
        "finding.min_score": 0.1,
        "finding.names_bias": 0,
        "finding.propagate": False,
        "finding.deny": ("a",),
        "finding.allow": ("a",),
        "finding.spacy_model": "m",
        "finding.recognizers": ({"name": "n", "supported_entity": "N", "deny_list": ("a",)},),
        "seeing.faces": False,
        "seeing.codes": False,
        "seeing.plates": False,
        "seeing.writing": False,
        "seeing.others": ["green"],
        "policy.style": "label",
        "policy.styles": {"FACE": "inpaint"},
        "policy.captions": {"PERSON": "(b)(6)"},
        "policy.width_step": 2,
        "policy.epsilon": 2,
        "policy.allow_reversible": True,
        "policy.cover": (),
        "policy.colour": "white",
        "policy.pad": 1,
        "policy.low_line_score": 0,
        "policy.unread_share": 0,
        "policy.unread_score": 0,
        "policy.not_understood": "count",
        "policy.handwriting": "count",
        "policy.zones": (template(),),
        "verifying.repairs": 0,
        "verifying.reread": False,
        "writing.format": "pdf",
        "writing.text_layer": True,
        "writing.names": "digest",
        "writing.on_withheld": "placeholder",
        "limits.megapixels": 1,
        "limits.pages": 1,
        "limits.input_megabytes": 1,
        "limits.aspect": 2,
        "limits.min_side": 1,
        "limits.page_seconds": 1,
        "limits.still_seconds": 1,
        "limits.wall_seconds": 1,
        "limits.memory_megabytes": 300,
    }
    assert set(changes) >= set(recipe_keys()) - {"description"}
    digests = {recipe_sha256(override(Recipe(), {key: value})) for key, value in changes.items()}
    assert len(digests | {recipe_sha256(Recipe())}) == len(changes) + 1


def test_the_canonical_form_holds_no_term() -> None:
    listed = override(Recipe(), {"finding.deny": ("Canary Miller", "other"), "finding.allow": ("Canary Miller",)})
    form = canonical_recipe(listed)
    assert "Canary" not in str(form)
    assert form["finding"]["deny"] != form["finding"]["allow"]
    assert form == canonical_recipe(
        override(Recipe(), {"finding.deny": ("other", "Canary Miller"), "finding.allow": ("Canary Miller",)})
    )


def test_shipped_folders_are_found_and_others_are_not() -> None:
    assert shipped_folder("schemas").joinpath("recipe.schema.json").is_file()
    with pytest.raises(EngineError):
        shipped_folder("nothing-of-that-name")


@pytest.mark.parametrize(
    ("key", "value", "known"),
    [("languages", "[en, de]", "'en'"), ("languages", "[canary]", "'en'"), ("scripts", "[Latin, Cyrillic]", "'Latin'")],
)
def test_a_language_or_script_without_a_detector_is_refused_by_what_there_is(key, value, known) -> None:
    with pytest.raises(RecipeError) as refused:
        load_recipe("redact", [f"finding.{key}={value}"])
    assert str(refused.value).startswith(f"finding.{key}[")
    assert "canary" not in str(refused.value)
    assert f"detectors for {known} alone" in refused.value.advice
    with pytest.raises(RecipeError):
        load_recipe("redact", [f"finding.{key}=[]"])


def test_the_languages_with_a_detector_are_those_of_the_name_model() -> None:
    card = json.loads(files("docpriv.pii").joinpath("models/names-en/card.json").read_text(encoding="utf-8"))
    assert load_recipe("redact", [f"finding.languages=[{','.join(card['languages'])}]"]).finding.languages == ("en",)
