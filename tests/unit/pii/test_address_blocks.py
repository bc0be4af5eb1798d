"""Parts of addresses that no pattern knows, told by the person above, the town below and the address beside them."""

from __future__ import annotations

from docpriv.locales import speaking
from docpriv.model import Kind
from docpriv.pii.address_blocks import whole_addresses
from docpriv.pii.names import DETECTOR
from docpriv.pii.textspan import Hit


def more(text: str, people: tuple[str, ...] = (), addresses: tuple[str, ...] = (), language: str = "de") -> list[str]:
    """What is found beside the parts that are known."""
    known = [(name, Kind.PERSON) for name in people] + [(part, Kind.ADDRESS) for part in addresses]
    hits = [Hit(text.index(s), text.index(s) + len(s), kind, 0.9, DETECTOR, "model") for s, kind in known]
    with speaking((language,)):
        return [text[h.start : h.end] for h in whole_addresses(text, hits)[len(hits) :]]


def test_lines_between_a_person_and_a_town_are_of_the_address() -> None:
    text = "Ann Roe\nZimmer 4\nTannenufer 75\n9904 Solothurn"
    assert more(text, ("Ann Roe",), ("Tannenufer 75", "9904 Solothurn")) == ["Zimmer 4"]
    text = "V. Mahieu\n't Wagen 83 bus 5\nbus 0301\n1912 Gent"
    assert more(text, ("V. Mahieu",), ("1912 Gent",), "nl") == ["'t Wagen 83 bus 5", "bus 0301"]
    assert more("Ann Roe\nc/o Jo Bassi\nVia Roma 3", ("Ann Roe",), ("Via Roma 3",), "it") == ["c/o Jo Bassi"]


def test_roles_firms_labels_and_sums_between_them_are_not() -> None:
    for line in ("Head of unit", "Kestrel Bank AG", "Postleitzahl", "Summe: 12", "Gebühr 12,50 €"):
        assert more(f"Ann Roe\n{line}\n9904 Solothurn", ("Ann Roe",), ("9904 Solothurn",)) == []


def test_a_line_that_ends_in_a_house_number_stands_under_its_person() -> None:
    assert more("Berger\nHinter der Sonnenwiese 50b\nErreichbar unter", ("Berger",)) == ["Hinter der Sonnenwiese 50b"]
    assert more("Ann Lopes\nPç. Aguiar Toledo s/n\nDoc.", ("Ann Lopes",), (), "pt") == ["Pç. Aguiar Toledo s/n"]
    assert more("Ann Roe\nCaesar Salad 040", ("Ann Roe",), (), "en") == []  # where the house comes first


def test_a_town_stands_under_its_street() -> None:
    text = "Calle Mayor, 30\n28051, San María los altos\nHoja de ruta 12"
    assert more(text, (), ("Calle Mayor, 30",), "es") == ["28051, San María los altos"]


def test_ends_and_gaps_of_a_line_belong_to_its_address() -> None:
    assert more("Avda. de la Paz, 93, 4º-2ª", (), ("Avda. de la Paz, 93",), "es") == [", 4º-2ª"]
    assert more("20940 Cismon (TO)", (), ("20940 Cismon",), "it") == [" (TO)"]
    assert more("Beco Luz 26-A, CEP: 38697793 Duarte", (), ("Beco Luz 26-A", "38697793 Duarte"), "pt") == [", CEP: "]
    assert more("20940 Cismon is a town in Italy", (), ("20940 Cismon",), "it") == []


def test_a_place_with_the_word_of_a_street_is_an_address(found) -> None:
    lines = ["Sayın Mehmet Yılmaz,", "Ailem Atatürk Caddesi on iki numarada oturuyor ve yarın saat beşte gelecek."]
    assert found(lines, Kind.ADDRESS) == ["Atatürk Caddesi"]
