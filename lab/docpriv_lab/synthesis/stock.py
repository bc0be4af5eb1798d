"""The names that invented people, streets, towns and firms bear, in stocks that share no name.

`HELD_OUT` is what pages for measuring and the sample documents are drawn with. Nothing that learns may draw from it, or
use a name of `held_out_names`: a model would then be measured on what it has seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from docpriv_lab.synthesis.wording import split

GIVEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "US": (
        split(
            "James|Robert|Michael|David|Carlos|Thomas|Daniel|Anthony|Kenneth|Andre|Brian|Hiroshi|Jamal|Timothy|"
            "Walter|Luis|Dmitri|Samuel|Rajesh|Patrick|Dennis|Tyrone|Aaron|Nathan|Wei|Henry|Omar|Curtis"
        ),
        split(
            "Mary|Patricia|Jennifer|Linda|Barbara|Susan|Jessica|Sarah|Maria|Nancy|Sandra|Ashley|Kimberly|Donna|"
            "Latoya|Michelle|Priya|Amanda|Melissa|Deborah|Mei|Rebecca|Guadalupe|Cynthia|Aisha|Angela|Ruth|Olga"
        ),
    ),
    "UK": (
        split(
            "Oliver|George|Arthur|Alistair|Gareth|Callum|Rupert|Nigel|Imran|Graham|Ewan|Desmond|Clive|Stuart|"
            "Kwame|Trevor|Hamish|Dylan|Ravi|Gordon"
        ),
        split(
            "Amelia|Isla|Poppy|Fiona|Gillian|Rhiannon|Beatrice|Nicola|Zainab|Eleanor|Shona|Maureen|Harriet|Siobhan|"
            "Adaeze|Philippa|Heather|Bronwen|Anjali|Winifred"
        ),
    ),
    "DE": (
        split("Jürgen|Matthias|Stefan|Uwe|Karl-Heinz|Lukas|Günther|Andreas|Björn|Detlef|Emre|Florian|Holger|Jörg|Klaus|Tobias"),
        split(
            "Ursula|Monika|Sabine|Käthe|Annegret|Birgit|Heike|Ingrid|Leonie|Petra|Renate|Silke|Waltraud|Jördis|Katharina|Gisela"
        ),
    ),
    "FR": (
        split("Jean-Luc|Étienne|Benoît|Guillaume|Thierry|Mathieu|Olivier|Pascal|René|Sébastien|Yves|Karim|Hugo|Laurent"),
        split(
            "Amélie|Brigitte|Céline|Danielle|Élodie|Françoise|Hélène|Isabelle|Joséphine|Margaux|Nathalie|Océane|Véronique|Fatima"
        ),
    ),
}
"""Given names, men's then women's."""

FAMILY: dict[str, tuple[str, ...]] = {
    "US": split(
        "Whitaker|Delgado|Thornberry|Nakamura|Okafor|Kowalski|McAllister|Vandermeer|Hargrove|O'Donnell|Pruitt|"
        "Castellano|Beaumont|Lindqvist|Abernathy|Zamora|Stroud|Hendricks|Faulkner|Guerrero|Yamashita|Bellamy|"
        "Crenshaw|Dupree|Escobar|Fitzgerald|Galloway|Huang|Iverson|Jankowski|Kessler|Longoria|Mbeki|Nguyen|"
        "Ostrowski|Patel|Quintero|Rasmussen|Sandoval|Tillman|Underwood|Villanueva|Winslow|Young|Baker|Carter"
    ),
    "UK": split(
        "Ashworth|Blenkinsop|Cartwright|Davies|Entwistle|Fairclough|Gallagher|Hargreaves|Inglis|Jenkins|"
        "Kirkbride|Llewellyn|MacLeod|Nwosu|Oakley|Pemberton|Qureshi|Rowntree|Sutcliffe|Tremayne|Urquhart|"
        "Wainwright|Yardley|Begum|O'Connor"
    ),
    "DE": split(
        "Müller|Schäfer|Brandstätter|Köhler|Großmann|Lindemann|Vogelsang|Zimmermann|Kästner|Wiedemann|"
        "Baumgärtner|Hölzl|Rosenthal|Steinmetz|Krüger|Weiß|Dörfler|Eberhardt|Jansen"
    ),
    "FR": split(
        "Lefèvre|Moreau|Girard|Beauchamp|Fontaine|Chevalier|Dubois|Garnier|Lacroix|Marchand|Noël|Perrault|"
        "Rousseau|Toussaint|Vasseur|Benali|Legrand|Aubert"
    ),
}

STREETS: dict[str, tuple[str, ...]] = {
    "US": split(
        "Alder Mill|Birchfield|Copper Creek|Dogwood|East Elm|Fourteenth|Granite Ridge|Hickory Hollow|Juniper|"
        "Larkspur|Maple|N. Meridian|Old Quarry|Pine Bluff|Quail Run|Redstone|S. Kendall|Sycamore|W. Tanager|"
        "Washington|2nd|Lincoln|Cedar"
    ),
    "UK": split(
        "Abbotsford|Beech Tree|Chapel|Dovecote|Foundry|Glebe|Hawthorn|Kingfisher|Mill|Orchard|Priory|Station|"
        "Tannery|Victoria|Weavers"
    ),
    "DE": split(
        "Ahornstraße|Am Mühlbach|Bahnhofstr.|Birkenweg|Eichendorffallee|Gartenstraße|Hauptstr.|Kirchplatz|"
        "Lindenweg|Mozartstraße|Rosengasse|Schulstr.|Zum Steinbruch"
    ),
    "FR": split(
        "rue des Acacias|avenue de la Gare|boulevard Voltaire|rue du Moulin|allée des Tilleuls|"
        "chemin des Vignes|place de l'Église|rue Pasteur|impasse du Lavoir"
    ),
}

TOWNS: dict[str, tuple[str, ...]] = {
    "US": split(
        "Springfield|Fairview|Cedar Falls|Ashland|Millbrook|Riverton|Oak Harbor|Georgetown|Clayton|Bristol|"
        "New Salem|Lakewood|Greenville|Marion|Dover|Kingston|Port Allen|St. Clair|Burlington"
    ),
    "UK": split(
        "Leeds|Bristol|Norwich|York|Cardiff|Harrogate|Kidderminster|Stow Bridge|Newcastle upon Tyne|Ludlow|"
        "Edinburgh|London|Hebden Bridge"
    ),
    "DE": split("Köln|Hamburg|Bad Nauheim|Tübingen|Lüneburg|Görlitz|Münster|Passau|Weimar|Osnabrück|Freiburg im Breisgau"),
    "FR": split("Lyon|Angers|Besançon|Saint-Étienne|Nîmes|Quimper|Orléans|La Rochelle|Chambéry|Toulouse"),
}

FIRM_STEMS = split(
    "Northgate|Bluewater|Harlan & Pike|Summit|Meridian|Oakline|Veritas|Ironbridge|Larkfield|Pinnacle|"
    "Brightwell|Castlemere|Tri-County|Evergreen|Sterling Ridge|Halcyon|Westmark|Corvus|Juno|Arden"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What `People` draws from, by locale ("US", "UK", "DE", "FR"); no tuple is empty.

    `given` holds men's, then women's names. `streets` lack the ending and the number where the locale writes them
    apart; `stems` are the first words of firms' names, for all locales alike.
    """

    given: Mapping[str, tuple[Sequence[str], Sequence[str]]]
    family: Mapping[str, Sequence[str]]
    streets: Mapping[str, Sequence[str]]
    towns: Mapping[str, Sequence[str]]
    stems: Sequence[str]


HELD_OUT: Final = Stock(given=GIVEN, family=FAMILY, streets=STREETS, towns=TOWNS, stems=FIRM_STEMS)
"""The stock of the sample documents and of the pages that redaction is measured on."""


@cache
def held_out_names() -> frozenset[str]:
    """Every given name, family name and firm of `HELD_OUT` and each part of a double one, in lower case."""
    names = [name for halves in GIVEN.values() for half in halves for name in half]
    names += [name for family in FAMILY.values() for name in family] + list(FIRM_STEMS)
    whole = {name.lower() for name in names}
    return frozenset(whole | {part for name in whole for part in re.split(r"[ &-]+", name) if len(part) > 2})
