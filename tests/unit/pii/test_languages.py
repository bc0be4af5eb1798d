"""Text in a language that no detector covers is told line by line; English paper is not, whatever names and forms it holds."""

from __future__ import annotations

import textwrap

import pytest

from docpriv import locales, options
from docpriv.errors import ModelError
from docpriv.pii import coverage, language_model
from docpriv.pii.languages import languages_of
from tests.unit.pii.conftest import line, page_of

LETTERS = {
    "de": "wir bestätigen hiermit den Eingang Ihrer Zahlung und bitten Sie, uns die fehlenden Unterlagen bis zum Ende des "
    "Monats zu senden, damit wir den Antrag ohne weitere Verzögerung bearbeiten können.",
    "fr": "nous vous confirmons la réception de votre paiement et vous prions de nous envoyer les documents qui manquent "
    "avant la fin du mois, afin que nous puissions traiter votre demande sans retard.",
    "es": "le confirmamos que hemos recibido su pago y le rogamos que nos envíe los documentos que faltan antes de que "
    "termine el mes, para que podamos tramitar la solicitud sin más demora.",
    "it": "le confermiamo di aver ricevuto il pagamento e la preghiamo di inviarci i documenti mancanti entro la fine del "
    "mese, in modo che possiamo trattare la richiesta senza altri ritardi.",
    "nl": "wij bevestigen dat wij uw betaling hebben ontvangen en verzoeken u de ontbrekende stukken voor het einde van de "
    "maand op te sturen, zodat wij de aanvraag zonder vertraging kunnen behandelen.",
    "pt": "confirmamos que recebemos o seu pagamento e pedimos que nos envie os documentos que faltam até ao fim do mês, "
    "para que possamos tratar do pedido sem mais atrasos.",
    "pl": "potwierdzamy, że otrzymaliśmy wpłatę, i prosimy o przesłanie brakujących dokumentów do końca miesiąca, abyśmy "
    "mogli rozpatrzyć wniosek bez dalszej zwłoki.",
    "sv": "vi bekräftar att vi har tagit emot din betalning och ber dig att skicka de handlingar som saknas före slutet av "
    "månaden, så att vi kan behandla ansökan utan ytterligare dröjsmål.",
    "hu": "ezennel igazoljuk, hogy a befizetést megkaptuk, és kérjük, hogy a hiányzó iratokat a hónap végéig küldje el, "
    "hogy a kérelmet további késedelem nélkül feldolgozhassuk.",
    "tr": "ödemenizi aldığımızı bildirir, eksik belgeleri ay sonuna kadar göndermenizi rica ederiz; böylece başvurunuzu "
    "daha fazla gecikmeden sonuçlandırabiliriz.",
    "id": "dengan ini kami memberitahukan bahwa pembayaran telah kami terima dan kami mohon agar dokumen yang belum lengkap "
    "dikirim sebelum akhir bulan supaya permohonan dapat segera kami proses.",
    "sw": "tunathibitisha kwamba tumepokea malipo yako na tunakuomba ututumie nyaraka ambazo bado hazijafika kabla ya "
    "mwisho wa mwezi ili tuweze kushughulikia ombi lako bila kuchelewa zaidi.",
    "is": "við staðfestum hér með að greiðslan hefur borist og biðjum þig um að senda okkur þau gögn sem vantar fyrir lok "
    "mánaðarins svo að við getum afgreitt umsóknina án frekari tafa.",
    "vi": "chúng tôi xác nhận đã nhận được khoản thanh toán của quý vị và đề nghị quý vị gửi cho chúng tôi những giấy tờ "
    "còn thiếu trước cuối tháng để chúng tôi giải quyết hồ sơ mà không chậm trễ.",
    "fi": "vahvistamme, että maksu on saapunut, ja pyydämme teitä lähettämään puuttuvat asiakirjat ennen kuukauden loppua, "
    "jotta voimme käsitellä hakemuksen ilman lisäviivytyksiä.",
    "ro": "vă confirmăm că am primit plata și vă rugăm să ne trimiteți documentele care lipsesc înainte de sfârșitul lunii, "
    "pentru a putea rezolva cererea fără alte întârzieri.",
}
ENGLISH = (
    "We confirm that your payment has been received and ask you to send us the papers that are still missing before the end of "
    "the month, so that we can deal with the request without further delay."
)
LABELS = ["Invoice Number", "Date", "Amount Due", "Customer", "Please sign below", "For office use only", "Name and address"]


def judge(lines, *languages):
    """What a recipe that looks for these languages, for English alone without any, makes of a page."""
    return coverage(page_of(lines), options.Finding(languages=languages or ("en",)))


EVERY = tuple(sorted(locales.languages()))
"""What a recipe would look for if a names model had learnt all languages of which there are words."""


def told(lines, covered=EVERY, elsewhere=()):
    page = page_of(lines)
    return languages_of(page.text, page.layout, covered, language_model.language_model(), elsewhere)


def wrapped(text, width=60):
    return textwrap.wrap(text, width)


def as_read(text):
    """What a reader of Latin text makes of the letters that it does not know."""
    return text.translate(str.maketrans("ąćęłńśźżőűğşıİđăâîșțþðæ", "acelnszzouğsiIdaaistpda".replace("ğ", "g")))


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_letter_in_another_language_is_not_covered(code):
    result = judge(wrapped(as_read(LETTERS[code])))
    assert (result.covered, result.reason) == (False, "language")
    assert result.language == (code if code != "sw" else None)  # told from English, and not by name
    assert len(result.foreign_lines) == len(wrapped(as_read(LETTERS[code])))


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_passage_in_another_language_is_told_from_the_english_around_it(code):
    english, other = wrapped(ENGLISH), wrapped(LETTERS[code])[:3]
    for gap in ([], [""]):
        lines = [*english, *gap, *other, *gap, *english]
        result = judge(lines)
        there = [text in other for text in lines if text]
        assert {i for i, inside in enumerate(there) if inside} <= result.foreign_lines
        assert len(result.foreign_lines) <= len(other) + 1
        assert (result.covered, result.language) == (True, "en")


def test_a_page_of_two_halves_is_told_by_halves_and_counted_by_letters():
    english, french = wrapped(ENGLISH + " " + ENGLISH), wrapped(LETTERS["fr"])
    lines = [line(t, 50, 60 + 26 * i) for i, t in enumerate(english)] + [line(t, 900, 60 + 26 * i) for i, t in enumerate(french)]
    result = judge(lines)
    assert result.foreign_lines == frozenset(range(len(english), len(lines)))
    assert result.covered
    assert result.languages == {"en": sum(map(str.isalpha, "".join(english))), "fr": sum(map(str.isalpha, "".join(french)))}
    assert judge([*wrapped(LETTERS["fr"] + " " + LETTERS["fr"]), "", *wrapped(ENGLISH)]).reason == "language"


def test_double_spaced_text_is_one_text():
    lines = [line(t, 50, 60 + 90 * i) for i, t in enumerate(wrapped(LETTERS["fr"]))]
    assert judge(lines).reason == "language"


@pytest.mark.parametrize(
    "text", [LETTERS["fr"][:70], "merci beaucoup", "mit freundlichen Grüßen aus dem schönen Schwarzwald, Ihre Familie"]
)
def test_a_line_alone_is_never_foreign(text):
    result = judge([*wrapped(ENGLISH), "", text, "", *wrapped(ENGLISH)])
    assert (result.foreign_lines, result.covered) == (frozenset(), True)
    assert judge([text]).covered


ADDRESSES = [
    ["Bayerische Landesbank", "Abteilung Zahlungsverkehr", "Herrn Johann von der Heide", "Brienner Straße 18", "80333 München"],
    ["Société Générale des Eaux", "Madame Hélène de la Tour", "12 rue de la Paix", "75002 Paris", "France"],
    ["Ayuntamiento de San Sebastián", "Calle de Atocha 27, 2º izquierda", "28012 Madrid", "España"],
    ["Gimnazija Jovan Jovanović Zmaj", "Ulica Zlatne grede 4", "21000 Novi Sad"],
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_abroad_on_english_paper_is_covered(address):
    result = judge([*address, "", *wrapped(ENGLISH), "", *address])
    assert (result.foreign_lines, result.covered) == (frozenset(), True)
    form = [line(t, 50, 60 + 70 * i) for i, t in enumerate(LABELS)] + [line(t, 600, 60 + 26 * i) for i, t in enumerate(address)]
    assert (judge(form).foreign_lines, judge(form).covered) == (frozenset(), True)


NAMES = """Krzysztof Wojciechowski, Agnieszka Szczepańska, Shinsaku Sogo, Nguyễn Thị Hương, Þórunn Guðmundsdóttir, Ayşe Yılmaz,
Jean-Baptiste de La Salle, María José Fernández, Chukwuemeka Okonkwo, Johann von der Heide, Zoltán Szilágyi"""
NAMES = NAMES.replace("\n", " ").split(", ")


@pytest.mark.parametrize("names", [NAMES, [n.upper() for n in NAMES], [f"{k}. {n}, {n}" for k, n in enumerate(NAMES)]])
def test_a_list_of_names_is_in_no_language(names):
    result = judge(["Members of the committee", *names])
    assert (result.foreign_lines, result.covered) == (frozenset(), True)


@pytest.mark.parametrize(
    "lines",
    [
        [t.upper() for t in [*LABELS, "Statement of income and expenses", "Total amount due and payable at once"]],
        ["employee", "consultant", "director", "agent", "officer", "subcontractor", "other (specify)"],
        ["vaccine", "dose / date", "mm dd yy", "number or lot", "vaccine", "dose / date", "mm dd yy", "clinic site"],
        ["mm", "mg", "cc", "total mg", "encap", "unencap", "ex-catcher", "mm", "mg", "code", "cork", "tar"],
        ["date of signature", "print or type ñame", "únder éach signáture or", "provide electronic signature"],
        ["Given names / Prénoms", "Date of birth / Date de naissance", "Place of birth / Lieu de naissance"],
        [
            "Lorem ipsum dolor sit amet, consectetuer adipiscing elit, sed diam",
            "nonummy nibh euismod tincidunt ut laoreet dolore",
        ],
        ["maria@ejemplo-de-correo.es", "www.institut-für-forschung.de", "https://exemple.fr/les-documents-du-mois"],
        [],
        ["12345", "12/04/2021", "1,204.00"],
        ["Hans Müller", "Bahnhofstraße 12"],
    ],
)
def test_forms_tables_captions_and_addresses_on_the_web_are_not_foreign(lines):
    result = judge(lines)
    assert (result.foreign_lines, result.covered) == (frozenset(), True)


def test_a_sentence_in_capitals_is_text_and_its_language_is_told():
    assert judge([t.upper() for t in wrapped(LETTERS["es"])]).reason == "language"
    assert judge([t.upper() for t in wrapped(ENGLISH)]).covered


def test_names_within_and_under_foreign_text_are_in_it():
    result = judge([*wrapped(LETTERS["de"])[:2], "Anna Beispiel", *wrapped(LETTERS["de"])[2:], "", "Otto Muster"])
    assert len(result.foreign_lines) == len(wrapped(LETTERS["de"])) + 2


def test_badly_read_lines_speak_for_no_language():
    noise = [line(t, 50, 60 + 26 * i, score=0.6) for i, t in enumerate(wrapped(LETTERS["fr"]))]
    assert judge(noise).covered


def test_a_model_that_is_not_the_one_it_claims_to_be_is_refused(monkeypatch):
    monkeypatch.setattr(language_model, "_SHA256", "0" * 64)
    language_model.language_model.cache_clear()
    with pytest.raises(ModelError):
        language_model.language_model()
    monkeypatch.undo()
    language_model.language_model.cache_clear()
    assert dict(language_model.language_model().identity().models).keys() == {"lid.176.ftz"}


@pytest.mark.parametrize("code", sorted(set(LETTERS) & set(EVERY)))
def test_a_letter_in_a_covered_language_is_searched_in_it(code):
    result = told(wrapped(LETTERS[code]))
    assert (result.foreign, result.language) == (frozenset(), code)
    assert result.spoken.page == (code,)
    assert set(result.spoken.lines) == {(code,)}


@pytest.mark.parametrize("code", sorted(set(LETTERS) - set(EVERY) - {"sw"}))
def test_a_letter_in_a_language_that_nobody_knows_is_foreign_among_many_covered_ones(code):
    lines = wrapped(LETTERS[code])
    assert 2 * len(told(lines).foreign) > len(lines)


@pytest.mark.parametrize("code", ["de", "fr", "pl"])
def test_each_half_of_a_page_is_searched_in_its_own_language(code):
    english, other = wrapped(ENGLISH + " " + ENGLISH), wrapped(LETTERS[code])
    spoken = told([*english, "", *other]).spoken
    assert spoken.page == tuple(sorted({"en", code}))
    assert spoken.lines == (*[("en",)] * len(english), *[(code,)] * len(other))


def test_a_line_that_tells_no_language_is_searched_in_those_of_its_page():
    letter = [*wrapped(LETTERS["de"]), "", "Anna Beispiel", "", "12345"]
    assert told(letter).spoken.lines == (("de",),) * (len(letter) - 2)
    assert told(["Anna Beispiel", "12345"]).spoken.lines == ((), ())
    assert told(["Anna Beispiel", "12345"], elsewhere=("fr",)).spoken.lines == (("fr",), ("fr",))


@pytest.mark.parametrize("code", ["de", "fr"])
def test_a_short_foreign_note_on_an_english_page_leaves_its_other_lines_english(code):
    english = wrapped(ENGLISH + " " + ENGLISH + " " + ENGLISH)
    spoken = told([*english, "", *wrapped(LETTERS[code])[:2], "", *english]).spoken
    assert spoken.page == ("en",)
    assert [own for own in spoken.lines if own != ("en",)] == [(code,)] * 2


def test_norwegian_is_known_by_the_codes_of_the_model():
    text = (
        "vi bekrefter at vi har mottatt betalingen og ber deg om å sende oss de dokumentene som mangler før utgangen av måneden"
    )
    assert "nb" in told(wrapped(text)).spoken.page
