"""What sets one model apart from the other: base, languages, kinds of spans, texts to learn from and to be measured on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from docpriv.pii.ner.encoding import bio_tags
from docpriv_lab.names_model import attribution, attribution_eu, base, heldout, mixture, multilingual
from docpriv_lab.names_model.attribution import Work
from docpriv_lab.names_model.samples import ADDRESS, DOB, ID, LOCATION, ORGANIZATION, PERSON, PHONE, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A model that can be trained. `training_samples` and `held_out_sets` take the folders of its corpora, as many as
    `folders` says; `limits` go into the card."""

    name: str
    summary: str
    languages: tuple[str, ...]
    kinds: tuple[str, ...]
    folders: int
    cut_vocabulary: Callable[[Iterable[str]], base.Vocabulary]
    pretrained: Callable[[tuple[str, ...]], Any]
    training_samples: Callable[..., list[Sample]]
    held_out_sets: Callable[..., dict[str, list[Sample]]]
    base: Work
    trained_on: tuple[Work, ...]
    measured_on: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Columns of the model's output."""
        return bio_tags(self.kinds)


_COMMON_LIMITS: Final = (
    "A surname or first name alone, without a label, a title or neighbours of its kind, is often taken for a word.",
    "Handles, nicknames and names of fictional characters are found about half of the time.",
    "Brands, studies and firms named after people are sometimes taken for people, above all in capitals.",
    "Names inside e-mail addresses are often found as people; sets that label the address alone count it as wrong.",
    "It reads a window of 160 word pieces: what is said further away does not help.",
    "PERSON against ORGANIZATION, and ADDRESS against LOCATION, are its weakest distinctions; the score says how "
    "surely words are any of its kinds.",
    "The figures come from clean or synthetic text; characters that the reading engine gets wrong cost recall.",
)

ENGLISH: Final = Family(
    name="docpriv-names-en",
    summary="English documents as they come from text recognition. A six-layer MiniLM token classifier",
    languages=("en",),
    kinds=(PERSON, LOCATION, ADDRESS, ORGANIZATION),
    folders=1,
    cut_vocabulary=base.cut_vocabulary,
    pretrained=base.pretrained,
    training_samples=mixture.training_samples,
    held_out_sets=heldout.held_out_sets,
    base=attribution.BASE,
    trained_on=attribution.TRAINED_ON,
    measured_on=attribution.MEASURED_ON,
    limits=(
        "English documents in Latin letters. Names of other languages inside English documents are found; running text of "
        "other languages is not what it learnt.",
        *_COMMON_LIMITS,
        "Rounds 1 to 3 drew people's names from lists that also held names of docpriv's sample documents and benchmark; from "
        "round 4 on the lists hold none of them. The figures above use none of those documents.",
    ),
)

EUROPEAN: Final = Family(
    name="docpriv-names-eu",
    summary="documents of European languages as they come from text recognition. Six of twelve layers of "
    "multilingual-e5-small as a token classifier",
    languages=("cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nb", "nl", "nn", "pl", "pt", "ro", "sv", "tr"),
    kinds=(PERSON, LOCATION, ADDRESS, ORGANIZATION, PHONE, DOB, ID),
    folders=2,
    cut_vocabulary=multilingual.cut_vocabulary,
    pretrained=multilingual.pretrained,
    training_samples=mixture.european_samples,
    held_out_sets=heldout.european_sets,
    base=attribution_eu.BASE,
    trained_on=attribution_eu.TRAINED_ON,
    measured_on=attribution_eu.MEASURED_ON,
    limits=(
        "Italian, Polish, Czech, Danish, Finnish, Hungarian and Turkish were learnt from generated documents alone; addresses, "
        "telephones, dates of birth and numbers of persons in every language but Spanish, where a corpus has addresses.",
        *_COMMON_LIMITS,
    ),
)

FAMILIES: Final = {"en": ENGLISH, "eu": EUROPEAN}
