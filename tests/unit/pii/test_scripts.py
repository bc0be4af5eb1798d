"""Pages that no detector covers are told apart from pages in English, however badly these were read."""

from __future__ import annotations

import pytest

from docpriv import options
from docpriv.pii import coverage
from docpriv.pii.scripts import script_of
from tests.unit.pii.conftest import line, page_of

FORM = options.Finding(languages=("en",))
ENGLISH = [
    "Please send the payment to our office with your account number.",
    "Invoice Date Amount Due Description",
]


def judge(lines, form=FORM):
    return coverage(page_of(lines), form)


PAGES = {
    "de": [
        "RECHNUNG",
        "Rechnungsnummer 1001",
        "Kundennummer 12",
        "Menge Einzelpreis Gesamtpreis",
        "Zahlbar bis 30.04.2021",
        "Vielen Dank",
    ],
    "fr": [
        "FACTURE",
        "Date de facturation",
        "Quantité Désignation Prix unitaire",
        "Montant TTC",
        "Merci de votre commande",
        "Adresse de livraison",
    ],
    "es": [
        "FACTURA",
        "Fecha de vencimiento",
        "Cantidad Descripción Precio",
        "Importe",
        "Gracias por su pago",
        "Dirección del cliente",
    ],
    "it": [
        "FATTURA",
        "Data di scadenza",
        "Quantità Descrizione Prezzo",
        "Importo",
        "Termini di pagamento",
        "Indirizzo del cliente",
    ],
    "nl": [
        "FACTUUR",
        "Factuurnummer 12",
        "Aantal Omschrijving Prijs",
        "Totaal bedrag",
        "Gelieve te betalen binnen 30 dagen",
        "Vervaldatum",
    ],
    "pt": [
        "FATURA",
        "Data de vencimento",
        "Quantidade Descrição Preço",
        "Valor",
        "Obrigado pelo seu pagamento",
        "Endereço do cliente",
    ],
}


@pytest.mark.parametrize("code", sorted(PAGES))
def test_business_paper_in_another_language_is_not_covered(code):
    result = judge(PAGES[code])
    assert (result.language, result.covered, result.reason) == (code, False, "language")


@pytest.mark.parametrize("code", sorted(PAGES))
def test_it_is_covered_where_the_recipe_names_the_language(code):
    assert judge(PAGES[code], FORM.model_copy(update={"languages": ("en", code)})).covered


def test_english_is_covered_and_named():
    result = judge(ENGLISH)
    assert (result.language, result.covered, result.reason) == ("en", True, "")


def test_foreign_names_on_an_english_page_do_not_matter():
    names = [
        "Johann von der Heide, Rue de la Paix, Calle de Atocha",
        "Maria del Carmen y Lopez, Via Garibaldi",
        "Den Haag, Das Auto",
    ]
    assert judge([*ENGLISH, *names]).covered


@pytest.mark.parametrize("lines", [[], ["12345"], ["Hans Müller", "Bahnhofstraße 12"], ["XJ 901 K", "Lipton", "OK"]])
def test_a_few_words_are_no_language(lines):
    result = judge(lines)
    assert result.covered
    assert result.language is None


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("договор аренды помещения", "Cyrillic"),
        ("συμβόλαιο μίσθωσης", "Greek"),
        ("契約書の内容を確認", "Han"),
        ("عقد الإيجار السكني", "Arabic"),
        ("חוזה שכירות דירה", "Hebrew"),
    ],
)
def test_a_line_in_another_script_is_not_covered_nor_a_page_of_mostly_such_lines(text, script):
    among = judge([*ENGLISH, text])
    assert (among.foreign_lines_by_script, among.covered) == (frozenset({2}), True)
    assert among.scripts[script] >= 4
    alone = judge(["Invoice", text])
    assert (alone.foreign_lines_by_script, alone.covered, alone.reason) == (frozenset({1}), False, "script")


def test_a_recipe_may_name_the_script():
    form = FORM.model_copy(update={"scripts": ("Latin", "Cyrillic")})
    assert not judge([*ENGLISH, "договор аренды"], form).foreign_lines_by_script


def test_strays_and_badly_read_lines_do_not_count():
    strays = ["T0tal Αmount of the 子 page", "5 μm and 3 Ω"]
    noise = [line("契約書の内容を確認してください", 50, 900, score=0.4)]
    result = judge([line(t, 50, 60 + 30 * i) for i, t in enumerate([*ENGLISH, *strays])] + noise)
    assert (result.covered, result.foreign_lines_by_script) == (True, frozenset())


def test_letters_are_counted_by_script():
    assert judge(["abc дом"]).scripts == {"Cyrillic": 3, "Latin": 3}


def test_signs_and_digits_have_no_script():
    assert [script_of(c) for c in "a1 é,ßд"] == ["Latin", None, None, "Latin", None, "Latin", "Cyrillic"]


@pytest.mark.parametrize("text", ["Ελλάδα", "Иван", "Aλανδ Παπ", "אברהם"])
def test_a_page_with_little_but_a_name_in_another_script_is_not_covered(text):
    assert judge([line(text, 50, 60, score=0.7)]).reason == "script"


def test_one_such_name_among_english_words_is_a_line_and_not_a_page_in_another_script():
    result = judge([*ENGLISH, "signed Иван", "received 山田"])
    assert (result.foreign_lines_by_script, result.covered) == (frozenset({2, 3}), True)
