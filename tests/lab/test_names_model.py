"""The training code without torch: generated documents, noise, corpora readers, packing and scoring."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import docpriv.pii.ner
from docpriv.pii.ner.encoding import Encoder
from docpriv_lab.names_model.corpora import from_tokens, read_conll
from docpriv_lab.names_model.documents import Documents
from docpriv_lab.names_model.english import english_slots
from docpriv_lab.names_model.families import ENGLISH, FAMILIES, Family
from docpriv_lab.names_model.layouts import LayoutStyle, side_by_side
from docpriv_lab.names_model.loop import Schedule
from docpriv_lab.names_model.noise import glued, misread, misread_names, rewritten
from docpriv_lab.names_model.packing import ROW_LENGTH, batches, packed, rows_of, tags_of
from docpriv_lab.names_model.pools import Pools, is_held_out
from docpriv_lab.names_model.run import train_model
from docpriv_lab.names_model.samples import (
    ADDRESS,
    LOCATION,
    ORGANIZATION,
    PERSON,
    Annotation,
    Casing,
    Draft,
    Sample,
    joined,
)
from docpriv_lab.names_model.scoring import score
from docpriv_lab.names_model.tables import Tables
from docpriv_lab.names_model.wording import Wording
from docpriv_lab.names_model.wording_test import WORDING as TEST_WORDING
from docpriv_lab.names_model.wording_train import WORDING as TRAIN_WORDING

TOKENIZER = Path(docpriv.pii.ner.__file__).parents[1] / "models" / "names-en" / "tokenizer.json"

POOLS = Pools(
    first_names=("Quillon", "Zara"),
    surnames=("Vexley", "Ondara"),
    fancy_words=("Kestrel",),
    companies=("Blomqvist Tooling AB",),
    streets=("77 Pemberly Rise",),
    us_addresses=("9 Harrow Ct, Mapleton, OH 44001",),
    foreign_addresses=("Rue Haute 4\n1000 Brussels",),
    phones=("555-0100",),
    jobs=("Welder",),
    emails=("someone@example.com",),
    cities=("Mapleton", "Brixford"),
    city_weights=(1.0, 2.0),
    states=("Ohio",),
    state_codes=("OH",),
    countries=("Belgium",),
)
NAMES = ("quillon", "zara", "vexley", "ondara")


def documents(seed: int, wording: Wording = TRAIN_WORDING) -> Documents:
    return Documents.english(POOLS, wording, seed=seed, source="test")


def assert_sound(text: str, annotations: Iterable[Annotation]) -> None:
    reach = 0
    for item in annotations:
        part = text[item.start : item.end]
        assert reach <= item.start < item.end <= len(text)
        assert part == part.strip() != ""
        assert item.label in (PERSON, ADDRESS, LOCATION, ORGANIZATION)
        reach = item.end


@pytest.mark.parametrize("wording", [TRAIN_WORDING, TEST_WORDING])
def test_spans_lie_on_the_text(wording: Wording) -> None:
    samples = documents(3, wording).take(400)
    assert len(samples) == 400
    for sample in samples:
        assert_sound(sample.text, sample.annotations)
    assert {item.label for sample in samples for item in sample.annotations} == {
        PERSON,
        ADDRESS,
        LOCATION,
        ORGANIZATION,
    }


def test_before_scanning_people_carry_a_label_that_holds_a_name() -> None:
    generator = documents(4)
    people = 0
    for _ in range(300):
        draft = generator.draft()
        for item in draft.annotations:
            if item.label == PERSON:
                assert any(name in draft.text[item.start : item.end].lower() for name in NAMES)
                people += 1
    assert people > 300


def test_the_same_seed_gives_the_same_documents() -> None:
    assert documents(5).take(60) == documents(5).take(60)
    assert documents(5).take(60) != documents(6).take(60)


def test_every_slot_of_every_template_exists() -> None:
    for wording in (TRAIN_WORDING, TEST_WORDING):
        slots = english_slots(POOLS, wording.negatives, random.Random(1))
        groups = (wording.fields, wording.name_boxes, wording.place_boxes, wording.boxes, wording.columns)
        used = [slot for group in groups for field in group for slot in field.slots]
        passages = (*wording.passages, *wording.plain_passages)
        used += [match for passage in passages for match in re.findall(r"\{([^}]*)\}", passage)]
        assert {slot.partition(":")[0] for slot in used} <= slots.names()


def test_training_and_test_share_no_wording() -> None:
    def lowered(texts: Iterable[str]) -> set[str]:
        return {text.lower() for text in texts}

    assert not TRAIN_WORDING.labels() & TEST_WORDING.labels()
    for group in ("passages", "plain_passages", "headings", "instructions", "negatives", "block_headings"):
        shared = lowered(getattr(TRAIN_WORDING, group)) & lowered(getattr(TEST_WORDING, group))
        # A passage of slots alone has no wording that could be shared.
        assert not {text for text in shared if re.sub(r"\{[^}]*\}", "", text).strip()}, group


def test_a_name_is_in_one_half_for_good() -> None:
    names = [f"Name{number}" for number in range(2000)]
    held_out = [name for name in names if is_held_out(name)]
    assert 300 < len(held_out) < 500
    assert [name for name in names if is_held_out(name.upper())] == held_out


def test_street_and_city_are_one_address() -> None:
    draft = english_slots(POOLS, ("x",), random.Random(2)).fill("{person}\n{street}\n{cityzip}\nTel {phone}")
    assert [item.label for item in draft.annotations] == [PERSON, ADDRESS]


def test_an_override_changes_or_drops_the_label() -> None:
    slots = english_slots(POOLS, ("x",), random.Random(2))
    assert [item.label for item in slots.fill("{city:ADDRESS} {city:-} {city}").annotations] == [ADDRESS, LOCATION]


def test_columns_cut_spans_at_line_ends() -> None:
    left = Draft().add("Ann\nLee", PERSON).add("\n")
    right = Draft().add("4 Oak St", ADDRESS)
    draft = side_by_side(left, right, "   ")
    assert draft.text.startswith("Ann   4 Oak St\nLee\n")
    parts = [(draft.text[item.start : item.end], item.label) for item in draft.annotations]
    assert parts == [("Ann", PERSON), ("4 Oak St", ADDRESS), ("Lee", PERSON)]


AS_IS = LayoutStyle(text=Casing.AS_IS, labels=Casing.AS_IS, values=Casing.AS_IS)


def tables(wording: Wording = TRAIN_WORDING, seed: int = 5) -> Tables:
    rng = random.Random(seed)
    return Tables(wording, english_slots(POOLS, wording.negatives, rng), rng)


@pytest.mark.parametrize("wording", [TRAIN_WORDING, TEST_WORDING])
@pytest.mark.parametrize("layout", ["directory", "split_names", "listing", "distribution"])
def test_every_name_in_a_table_carries_its_label(layout: str, wording: Wording) -> None:
    made = tables(wording)
    people = 0
    for _ in range(120):
        draft = getattr(made, layout)(AS_IS)
        assert draft.text.endswith("\n")
        labelled = [draft.text[item.start : item.end] for item in draft.annotations if item.label == PERSON]
        assert all(any(name in text.lower() for name in NAMES) for text in labelled)
        # Addresses, firms and brands may hold the same names: outside of every span only a brand does.
        for line in draft.lines():
            bare = rewritten(
                line,
                [
                    "" if any(item.start <= at < item.end for item in line.annotations) else char
                    for at, char in enumerate(line.text)
                ],
            ).text
            if layout in ("split_names", "distribution"):
                assert not any(name in bare.lower() for name in NAMES)
        people += len(labelled)
    assert people > 240


def test_heads_of_columns_name_nobody() -> None:
    assert all(not tables(seed=seed).heads(AS_IS).annotations for seed in range(60))
    assert len(tables().heads(AS_IS).text) > 3


@pytest.mark.parametrize("wording", [TRAIN_WORDING, TEST_WORDING])
def test_plain_passages_name_nobody(wording: Wording) -> None:
    slots = english_slots(POOLS, wording.negatives, random.Random(2))
    for passage in wording.plain_passages:
        assert slots.fill(passage).annotations == []


def test_templates_hold_no_stray_backslash() -> None:
    for wording in (TRAIN_WORDING, TEST_WORDING):
        assert not [text for text in (*wording.passages, *wording.plain_passages) if "\\" in text]


def test_names_are_misread_and_nothing_else() -> None:
    draft = Draft("Mill ").add("Bill Olson", PERSON).add(" Mill")
    changed = misread_names(draft, 1.0, random.Random(1))
    assert changed.text.startswith("Mill ")
    assert changed.text.endswith(" Mill")
    [item] = changed.annotations
    assert changed.text[item.start : item.end] == "8l11 01sari"
    assert misread_names(draft, 0.0, random.Random(1)).text == draft.text


def test_spans_follow_their_characters_through_noise() -> None:
    draft = Draft("To ").add("Ann Lee", PERSON).add(".")
    changed = rewritten(draft, ["T", "o", " ", "", "nn", "n", " ", "L", "e", "", "!"])
    assert changed.text == "To nnn Le!"
    [item] = changed.annotations
    assert changed.text[item.start : item.end] == "nnn Le"


def test_a_span_that_noise_erases_is_dropped() -> None:
    draft = Draft("a ").add("B", PERSON)
    assert rewritten(draft, ["a", " ", ""]).annotations == []


def test_noise_damages_about_as_much_as_asked() -> None:
    rng = random.Random(1)
    text = "account " * 400
    assert misread(Draft(text), 0.0, rng).text == text
    damaged = misread(Draft(text), 0.05, rng).text
    assert 0 < sum(word != "account" for word in damaged.split()) < 240
    assert len(glued(Draft(text), 1.0, rng).text.split()) == 1


def test_casing_keeps_spans_or_the_sample() -> None:
    sample = Sample(text="Weiß, Al", annotations=(Annotation(start=6, end=8, label=PERSON),), source="t")
    assert sample.cased(Casing.UPPER) is sample  # "WEISS" is longer
    assert sample.cased(Casing.LOWER).text == "weiß, al"


def test_joining_moves_spans() -> None:
    first = Sample(text="Hi", annotations=(), source="a")
    second = Sample(text="Bo", annotations=(Annotation(start=0, end=2, label=PERSON),), source="b")
    both = joined([first, second], "\n")
    assert (both.text, both.annotations[0].start, both.source) == ("Hi\nBo", 3, "a")


def test_tokens_become_a_sentence_with_spans() -> None:
    tokens = ["Ann", "Lee", "(", "Acme", ")", "is", "n't", "in", "Rome", "Italy", "."]
    tags = ["I-PER", "I-PER", "O", "B-corporation", "O", "O", "O", "O", "B-LOC", "B-LOC", "O"]
    sample = from_tokens(tokens, tags, "t")
    assert sample.text == "Ann Lee (Acme) isn't in Rome Italy."
    parts = [(sample.text[item.start : item.end], item.label) for item in sample.annotations]
    assert parts == [("Ann Lee", PERSON), ("Acme", ORGANIZATION), ("Rome", LOCATION), ("Italy", LOCATION)]


def test_conll_files_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.conll"
    file.write_text("-DOCSTART- -X- O O\n\nMr NN - O\nBo NNP - B-PER\n\nMISC x - I-MISC\nend . - O\n", encoding="utf-8")
    first, second = read_conll(file, "t")
    assert (first.text, [item.label for item in first.annotations]) == ("Mr Bo", [PERSON])
    assert (second.text, second.annotations) == ("MISC end", ())


def test_every_piece_of_a_span_is_tagged() -> None:
    encoder = Encoder.from_file(TOKENIZER)
    sample = Sample(text="by Xqzwv Lee now", annotations=(Annotation(start=3, end=12, label=PERSON),), source="t")
    encoded = encoder.encode(sample.text)
    tags = [ENGLISH.labels[tag] for tag in tags_of(encoded.piece_starts, encoded.piece_ends, sample, ENGLISH.labels)]
    assert tags[:2] == ["O", "B-PERSON"]
    assert tags[-1] == "O"
    assert set(tags[2:-1]) == {"I-PERSON"}


def test_packing_loses_nothing_and_keeps_to_the_length() -> None:
    encoder = Encoder.from_file(TOKENIZER)
    rows = rows_of(encoder, documents(8).take(120), ENGLISH.labels)
    done = packed(rows, encoder.newline_id, random.Random(3))
    assert max(map(len, done)) <= ROW_LENGTH
    assert sum(map(len, done)) == sum(map(len, rows)) + len(rows) - len(done)
    assert sum(int((row.tags > 0).sum()) for row in done) == sum(int((row.tags > 0).sum()) for row in rows)


def test_batches_mask_their_padding() -> None:
    encoder = Encoder.from_file(TOKENIZER)
    rows = rows_of(encoder, documents(9).take(60), ENGLISH.labels)
    batch = next(batches(encoder, rows, 6, random.Random(3)))
    assert batch.ids.shape == batch.shapes.shape == batch.tags.shape == batch.mask.shape
    assert np.all(batch.tags[batch.mask == 0] == -100)
    assert np.all(batch.tags[:, 0] == -100)
    assert np.all(batch.ids[:, 0] == encoder.begin_id)


def test_scores_of_a_small_case() -> None:
    sample = Sample(
        text="Ann Lee of Rome met Bo.",
        annotations=(
            Annotation(start=0, end=7, label=PERSON),
            Annotation(start=11, end=15, label=LOCATION),
            Annotation(start=20, end=22, label=PERSON),
        ),
        source="t",
    )
    assert set(score([sample], [sample.annotations]).figures().values()) == {100.0}
    found = [Annotation(start=0, end=3, label=PERSON), Annotation(start=11, end=15, label=ADDRESS)]
    found += [Annotation(start=16, end=23, label=ORGANIZATION)]
    figures = score([sample], [found]).figures()
    assert figures["person_word_recall"] == 33.3
    assert figures["person_word_precision"] == 100.0
    assert figures["location_span_f1"] == 100.0
    assert figures["any_word_recall"] == 75.0
    assert figures["any_word_precision"] == 75.0
    assert figures["person_whole_under_any_label"] == 50.0


@pytest.mark.parametrize("family", FAMILIES.values())
def test_what_is_trained_on_may_be_shipped(family: Family) -> None:
    for work in (family.base, *family.trained_on):
        assert not re.search(r"\bSA\b|\bNC\b|\bND\b|GPL|ODbL", work.licence), work.name
        assert work.authors
        assert work.used


@pytest.mark.parametrize(("share", "earlier"), [(0.5, False), (-0.1, True), (1.5, True)])
def test_a_share_of_the_weights_needs_an_earlier_run(share: float, earlier: bool, tmp_path: Path) -> None:
    schedule = Schedule(minutes=1, steps=0, seed=1, threads=1)
    with pytest.raises(ValueError, match="share"):
        train_model(ENGLISH, (tmp_path,), tmp_path / "out", schedule, 1, continue_from=tmp_path if earlier else None, share=share)
    assert not (tmp_path / "out").exists()


def test_a_shipped_model_can_be_trained_further(tmp_path: Path) -> None:
    """Its weights, taken out of the int8 model, say the same of nearly every piece of text."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    import onnxruntime

    from docpriv_lab.names_model.network import restored
    from docpriv_lab.names_model.shipped import unpacked

    folder = TOKENIZER.parent
    text = "Seen by Ann Whitaker, 12 Larkspur Road, Dover.\nInvoice of Orlando Freight Ltd to Mr B. Roe, paid on May 4."
    encoded = Encoder.from_file(folder / "tokenizer.json").encode(text)
    given = {
        "input_ids": encoded.ids[None],
        "token_type_ids": encoded.shapes[None].astype(np.int64),
        "attention_mask": np.ones_like(encoded.ids)[None],
    }
    shipped = onnxruntime.InferenceSession(str(folder / "model.int8.onnx")).run(["logits"], given)[0].argmax(-1)
    network = restored(unpacked(folder, tmp_path / "weights")).eval()
    with torch.no_grad():
        again = network(**{name: torch.from_numpy(array) for name, array in given.items()}).logits.argmax(-1).numpy()
    assert (shipped > 0).sum() > 8
    assert (shipped == again).mean() > 0.9
