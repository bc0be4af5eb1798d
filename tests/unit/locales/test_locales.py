"""Files of languages and countries: each holds what its form asks for, a new one is found, a faulty one says what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docpriv import locales
from docpriv.errors import EngineError
from docpriv.pii.analyzer import PatternAnalyzer
from docpriv.pii.numbers import Pattern, check

COUNTRIES = locales.countries()


@pytest.mark.parametrize("code", [p.name for p in sorted((locales.FOLDER / "languages").iterdir())])
def test_a_language_names_only_what_is_known(code: str) -> None:
    language = locales.languages()[code]
    assert set(language.labels) <= {field.name for field in locales.common().fields}
    assert set(language.words) <= set(locales.common().lists)
    assert set(language.cues) <= {a.cue for a in locales.common().announced}


@pytest.mark.parametrize("code", list(COUNTRIES))
def test_the_examples_of_a_country_are_found(code: str) -> None:
    analyzer = PatternAnalyzer(())
    for number in COUNTRIES[code].numbers:
        for example in number.examples:
            assert [h for h in analyzer.find(example) if h.kind is number.kind and h.score >= 0.35], number.rule


def test_the_examples_of_prints_are_found() -> None:
    common = locales.common()
    telephones = [form for country in COUNTRIES.values() for form in country.telephones]
    for form in (*telephones, *common.telephones, *common.mailboxes, *common.births):
        assert all(list(Pattern(form).spans(example)) for example in form.examples), form.rule


def test_most_numbers_of_countries_have_an_example() -> None:
    numbers = [n for country in COUNTRIES.values() for n in country.numbers]
    assert sum(bool(n.examples) for n in numbers) > 0.85 * len(numbers)


def test_every_check_is_there_and_every_rule_once() -> None:
    everywhere = [locales.common(), *COUNTRIES.values()]
    numbers = [n for one in everywhere for n in one.numbers]
    assert all(callable(check(n.check)) for n in numbers if n.check)
    rules = [n.rule for n in numbers] + [p.rule for country in COUNTRIES.values() for p in country.plates]
    assert len(rules) == len(set(rules))


def test_every_list_of_words_is_used_and_every_cue_has_words() -> None:
    used = {name for language in locales.languages().values() for name in language.words}
    assert used == set(locales.common().lists)
    assert all(locales.cues(a.cue) for a in locales.common().announced if a.cue)


FAULTS = [
    ("countries/xx.yaml", "name: X\nnumbers: []\n", "sources: Field required"),
    ("countries/xx.yaml", "name: X\nsources: {}\nterritories: [AA]\n", "`territories` has no source"),
    ("countries/xx.yaml", "name: X\nsources: {territories: ISO 3166-2}\n", "a source of `territories`, which is not there"),
    ("countries/xx.yaml", "name: X\nsources: {states: ISO}\nstates: {a: b}\nstates: {a: c}\n", "the key states stands twice"),
    (
        "countries/xx.yaml",
        "name: X\nsources: {postcode: ISO}\npostcode: '(['\n",
        "postcode: Value error, is no regular expression",
    ),
    ("countries/xx.yaml", "name: X\nsources: {cities: ISO}\ncities: [a]\n", "cities: Extra inputs are not permitted"),
    ("countries/xx.yaml", "name: [X\n", "line 2"),
    ("languages/xx/labels.yaml", "sources: {stops: own}\nstops: [eins, eins]\n", "`eins` stands twice"),
    ("languages/xx/labels.yaml", "sources: {stops: own}\nstops: [no]\n", "stops.0: Input should be a valid string"),
    ("languages/xx/labels.yaml", "sources: {months: CLDR}\nmonths: [[uno]]\n", "months"),
    ("languages/xx/labels.yaml", "- a list\n", "is no table"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("languages", "countries"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(locales, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "text", "told"), FAULTS)
def test_what_is_wrong_is_told_with_file_and_key(folder: Path, name: str, text: str, told: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    read = locales.countries if name.startswith("countries") else locales.languages
    with pytest.raises(EngineError) as failure:
        read.__wrapped__()
    assert told in failure.value.message
    assert failure.value.message.startswith(name.removesuffix("/labels.yaml"))
    assert "forms.py" in failure.value.advice


def test_a_table_stands_in_one_file_of_a_language(folder: Path) -> None:
    (folder / "languages" / "xx").mkdir()
    for name in ("a", "b"):
        (folder / "languages" / "xx" / f"{name}.yaml").write_text("sources: {stops: own}\nstops: [x]\n", encoding="utf-8")
    with pytest.raises(EngineError, match="stands in another file of xx too"):
        locales.languages.__wrapped__()


def test_a_list_that_nobody_describes_is_refused() -> None:
    with pytest.raises(EngineError, match="no list of words is called planets"):
        locales.words("planets")


LANGUAGE = """
sources: {labels: toy, stops: toy, words: toy, months: toy, cues: toy, signing: toy}
labels: {person: [nomzo], birth: [naskodato]}
stops: [suma]
words: {number: [numero], birth: [naskita]}
months: [[jan], [feb], [marto], [apr], [majo], [jun], [jul], [auxgusto], [sep], [okt], [nov], [dec]]
cues: {account: [konteto], salutation: [kara]}
signing: {beside: [subskribo]}
"""
COUNTRY = """
name: Toyland
sources: {numbers: toy, plates: toy, plate_groups: toy}
numbers:
  - rule: zz-toy
    kind: NATIONAL_ID
    pattern: '(?<!\\w)\\d{3}/\\d{3}/\\d{3}(?!\\w)'
    score: 0.7
    check: nl.bsn
    named: [toynumber]
    source: toy
plates:
  - {rule: zz-plate, pattern: 'W{7}\\d{2}', strict: true}
plate_groups: [L7 D2]
"""
TRIED = """
import json, sys
from pathlib import Path
from docpriv import locales
locales.FOLDER = Path(sys.argv[1])
from docpriv.layout import analyse
from docpriv.pii.analyzer import PatternAnalyzer
from docpriv.pii.dates import find_dates
from docpriv.pii.fields import FieldReader
from docpriv.pipeline.typed_text import page_of
from docpriv.protocols import ReadPage
from docpriv.visual.detectors.plates import PlateDetector
from docpriv.visual.signature_labels import signing_places
analyzer = PatternAnalyzer(())
text = sys.argv[2]
page, _ = page_of(text)
fields = FieldReader(ReadPage(text=page, layout=analyse(page))).find()
hits = [h for h in analyzer.find(text) + find_dates(text) if h.score >= 0.4]
print(json.dumps({
    "hits": sorted({(str(h.kind), text[h.start:h.end]) for h in hits}),
    "fields": sorted({(str(f.kind), "".join(page.lines[c.line].chars[c.char].text for c in f.chars)) for f in fields}),
    "plate": str(PlateDetector()._kind("WWWWWWW77")[0]),
    "signing": len(signing_places(page.lines, 20.0)),
}))
"""
TEXT = (
    "nomzo: Anna Roe\nnaskodato: 3/4/1970\n4 auxgusto 1980\nkonteto numero 12345678\nKara Dot,\n"
    "naskita 5 majo 1975\n111/222/333\ntoynumber 111/222/334\nvehicle WWWWWWW77\nsubskribo"
)


def test_a_language_is_a_folder_and_a_country_a_file(tmp_path: Path) -> None:
    """Nothing else is touched: labels, months, cues and signing words of the one, numbers and plates of the other are found."""
    shutil.copytree(locales.FOLDER, tmp_path / "with", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(tmp_path / "with", tmp_path / "without")
    (tmp_path / "with/languages/zz").mkdir()
    (tmp_path / "with/languages/zz/toy.yaml").write_text(LANGUAGE, encoding="utf-8")
    (tmp_path / "with/countries/zz.yaml").write_text(COUNTRY, encoding="utf-8")
    with_toys, without = (
        json.loads(
            subprocess.run([sys.executable, "-c", TRIED, str(tmp_path / one), TEXT], check=True, capture_output=True).stdout
        )
        for one in ("with", "without")
    )
    found = {(kind, value) for kind, value in with_toys["hits"] if [kind, value] not in without["hits"]}
    assert found >= {
        ("ACCOUNT_NUMBER", "12345678"),
        ("PERSON", "Dot"),
        ("DATE", "4 auxgusto 1980"),
        ("DATE_OF_BIRTH", "5 majo 1975"),
        ("NATIONAL_ID", "111/222/333"),
        ("NATIONAL_ID", "111/222/334"),
        ("LICENCE_PLATE", "WWWWWWW77"),
    }
    fields = [field for field in with_toys["fields"] if field not in without["fields"]]
    assert fields == [["DATE_OF_BIRTH", "3/4/1970"], ["PERSON", "Anna Roe"]]
    assert (with_toys["plate"], without["plate"]) == ("LICENCE_PLATE", "None")
    assert with_toys["signing"] == without["signing"] + 1


def test_help_reads_no_data() -> None:
    program = (
        "import sys\nfrom docpriv.cli.app import main\nsys.argv = ['docpriv', '--help']\ntry:\n    main()\n"
        "except SystemExit:\n    pass\nprint('docpriv.locales' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "False"
