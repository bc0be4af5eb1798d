"""Word lists from which synthetic documents are put together; plain data, nothing is computed here."""

from __future__ import annotations


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


GIVEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "US": (
        _split(
            "James|Robert|Michael|David|Carlos|Thomas|Daniel|Anthony|Kenneth|Andre|Brian|Hiroshi|Jamal|Timothy|"
            "Walter|Luis|Dmitri|Samuel|Rajesh|Patrick|Dennis|Tyrone|Aaron|Nathan|Wei|Henry|Omar|Curtis"
        ),
        _split(
            "Mary|Patricia|Jennifer|Linda|Barbara|Susan|Jessica|Sarah|Maria|Nancy|Sandra|Ashley|Kimberly|Donna|"
            "Latoya|Michelle|Priya|Amanda|Melissa|Deborah|Mei|Rebecca|Guadalupe|Cynthia|Aisha|Angela|Ruth|Olga"
        ),
    ),
    "UK": (
        _split(
            "Oliver|George|Arthur|Alistair|Gareth|Callum|Rupert|Nigel|Imran|Graham|Ewan|Desmond|Clive|Stuart|"
            "Kwame|Trevor|Hamish|Dylan|Ravi|Gordon"
        ),
        _split(
            "Amelia|Isla|Poppy|Fiona|Gillian|Rhiannon|Beatrice|Nicola|Zainab|Eleanor|Shona|Maureen|Harriet|Siobhan|"
            "Adaeze|Philippa|Heather|Bronwen|Anjali|Winifred"
        ),
    ),
    "DE": (
        _split(
            "Jürgen|Matthias|Stefan|Uwe|Karl-Heinz|Lukas|Günther|Andreas|Björn|Detlef|Emre|Florian|Holger|Jörg|"
            "Klaus|Tobias"
        ),
        _split(
            "Ursula|Monika|Sabine|Käthe|Annegret|Birgit|Heike|Ingrid|Leonie|Petra|Renate|Silke|Waltraud|Jördis|"
            "Katharina|Gisela"
        ),
    ),
    "FR": (
        _split(
            "Jean-Luc|Étienne|Benoît|Guillaume|Thierry|Mathieu|Olivier|Pascal|René|Sébastien|Yves|Karim|Hugo|Laurent"
        ),
        _split(
            "Amélie|Brigitte|Céline|Danielle|Élodie|Françoise|Hélène|Isabelle|Joséphine|Margaux|Nathalie|Océane|"
            "Véronique|Fatima"
        ),
    ),
}
"""Given names, men's then women's."""

FAMILY: dict[str, tuple[str, ...]] = {
    "US": _split(
        "Whitaker|Delgado|Thornberry|Nakamura|Okafor|Kowalski|McAllister|Vandermeer|Hargrove|O'Donnell|Pruitt|"
        "Castellano|Beaumont|Lindqvist|Abernathy|Zamora|Stroud|Hendricks|Faulkner|Guerrero|Yamashita|Bellamy|"
        "Crenshaw|Dupree|Escobar|Fitzgerald|Galloway|Huang|Iverson|Jankowski|Kessler|Longoria|Mbeki|Nguyen|"
        "Ostrowski|Patel|Quintero|Rasmussen|Sandoval|Tillman|Underwood|Villanueva|Winslow|Young|Baker|Carter"
    ),
    "UK": _split(
        "Ashworth|Blenkinsop|Cartwright|Davies|Entwistle|Fairclough|Gallagher|Hargreaves|Inglis|Jenkins|"
        "Kirkbride|Llewellyn|MacLeod|Nwosu|Oakley|Pemberton|Qureshi|Rowntree|Sutcliffe|Tremayne|Urquhart|"
        "Wainwright|Yardley|Begum|O'Connor"
    ),
    "DE": _split(
        "Müller|Schäfer|Brandstätter|Köhler|Großmann|Lindemann|Vogelsang|Zimmermann|Kästner|Wiedemann|"
        "Baumgärtner|Hölzl|Rosenthal|Steinmetz|Krüger|Weiß|Dörfler|Eberhardt|Jansen"
    ),
    "FR": _split(
        "Lefèvre|Moreau|Girard|Beauchamp|Fontaine|Chevalier|Dubois|Garnier|Lacroix|Marchand|Noël|Perrault|"
        "Rousseau|Toussaint|Vasseur|Benali|Legrand|Aubert"
    ),
}

TITLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "US": (("Mr.", "Mr.", "Dr."), ("Ms.", "Mrs.", "Dr.")),
    "UK": (("Mr", "Mr", "Dr"), ("Ms", "Mrs", "Dr", "Miss")),
    "DE": (("Herr", "Herr", "Dr."), ("Frau", "Frau", "Dr.")),
    "FR": (("M.", "Monsieur"), ("Mme", "Madame")),
}
"""Titles of men, then of women."""

MONTHS: dict[str, tuple[str, ...]] = {
    "US": _split("January|February|March|April|May|June|July|August|September|October|November|December"),
    "UK": _split("January|February|March|April|May|June|July|August|September|October|November|December"),
    "DE": _split("Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"),
    "FR": _split("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"),
}

STREETS: dict[str, tuple[str, ...]] = {
    "US": _split(
        "Alder Mill|Birchfield|Copper Creek|Dogwood|East Elm|Fourteenth|Granite Ridge|Hickory Hollow|Juniper|"
        "Larkspur|Maple|N. Meridian|Old Quarry|Pine Bluff|Quail Run|Redstone|S. Kendall|Sycamore|W. Tanager|"
        "Washington|2nd|Lincoln|Cedar"
    ),
    "UK": _split(
        "Abbotsford|Beech Tree|Chapel|Dovecote|Foundry|Glebe|Hawthorn|Kingfisher|Mill|Orchard|Priory|Station|"
        "Tannery|Victoria|Weavers"
    ),
    "DE": _split(
        "Ahornstraße|Am Mühlbach|Bahnhofstr.|Birkenweg|Eichendorffallee|Gartenstraße|Hauptstr.|Kirchplatz|"
        "Lindenweg|Mozartstraße|Rosengasse|Schulstr.|Zum Steinbruch"
    ),
    "FR": _split(
        "rue des Acacias|avenue de la Gare|boulevard Voltaire|rue du Moulin|allée des Tilleuls|"
        "chemin des Vignes|place de l'Église|rue Pasteur|impasse du Lavoir"
    ),
}

US_ENDINGS = _split("Street|St.|Avenue|Ave|Road|Rd.|Drive|Dr.|Lane|Court|Blvd.|Way|Place")
UK_ENDINGS = _split("Road|Street|Lane|Close|Avenue|Terrace|Gardens|Crescent")
US_STATES = tuple(
    (p[:2], p[3:])
    for p in _split(
        "OH 432|PA 191|TX 750|CA 945|IL 604|NY 148|WA 982|GA 303|MN 554|CO 803|"
        "VA 220|MA 021|OR 972|NC 275|MO 631|WI 537|AZ 852|FL 336"
    )
)
"""State and the first three digits of a ZIP code that fits."""
US_AREAS = _split("206|212|312|404|415|503|512|602|614|617|702|713|720|804|816|919|952|973")
UK_AREAS = _split("LS|M|B|SW|NE|CF|EH|BS|NR|YO")

TOWNS: dict[str, tuple[str, ...]] = {
    "US": _split(
        "Springfield|Fairview|Cedar Falls|Ashland|Millbrook|Riverton|Oak Harbor|Georgetown|Clayton|Bristol|"
        "New Salem|Lakewood|Greenville|Marion|Dover|Kingston|Port Allen|St. Clair|Burlington"
    ),
    "UK": _split(
        "Leeds|Bristol|Norwich|York|Cardiff|Harrogate|Kidderminster|Stow Bridge|Newcastle upon Tyne|Ludlow|"
        "Edinburgh|London|Hebden Bridge"
    ),
    "DE": _split(
        "Köln|Hamburg|Bad Nauheim|Tübingen|Lüneburg|Görlitz|Münster|Passau|Weimar|Osnabrück|Freiburg im "
        "Breisgau"
    ),
    "FR": _split("Lyon|Angers|Besançon|Saint-Étienne|Nîmes|Quimper|Orléans|La Rochelle|Chambéry|Toulouse"),
}

FIRM_STEMS = _split(
    "Northgate|Bluewater|Harlan & Pike|Summit|Meridian|Oakline|Veritas|Ironbridge|Larkfield|Pinnacle|"
    "Brightwell|Castlemere|Tri-County|Evergreen|Sterling Ridge|Halcyon|Westmark|Corvus|Juno|Arden"
)

FIRMS: dict[str, dict[str, tuple[str, ...]]] = {
    "trade": {
        "US": _split(
            "Supply Co.|Industries, Inc.|Office Products|Logistics LLC|Consulting Group|Mutual Insurance Co."
        ),
        "UK": _split("Trading Ltd|Engineering Ltd|Services plc|Partners LLP|Estates Ltd"),
        "DE": _split("Handels GmbH|Technik AG|Versicherungs AG|Dienstleistungen GmbH & Co. KG"),
        "FR": _split("Distribution SARL|Conseil SAS|Assurances SA|Fournitures SARL"),
    },
    "bank": {
        "US": _split("Savings Bank|Federal Credit Union|National Bank|Trust Company"),
        "UK": _split("Building Society|Bank plc|Private Bank"),
        "DE": _split("Volksbank eG|Sparkasse|Privatbank AG"),
        "FR": _split("Banque Populaire|Crédit Mutualiste"),
    },
    "clinic": {
        "US": _split("Family Medicine|Medical Center|Orthopedic Associates|Regional Hospital|Dental Group"),
        "UK": _split("Surgery|Health Centre|NHS Trust|Medical Practice"),
        "DE": _split("Klinikum|Gemeinschaftspraxis|Zentrum für Innere Medizin"),
        "FR": _split("Clinique|Cabinet Médical|Centre Hospitalier"),
    },
    "office": {
        "US": _split(
            "County Department of Human Services|Housing Authority|School District|Board of Elections"
        ),
        "UK": _split("Borough Council|District Council|Pensions Office"),
        "DE": _split("Landratsamt|Stadtwerke|Studierendenwerk"),
        "FR": _split("Préfecture|Mairie|Caisse d'Allocations"),
    },
    "shop": {
        "US": _split("Market|Hardware|Pharmacy|Diner|Coffee House|Auto Parts"),
        "UK": _split("Bakery|Chemist|Tea Rooms|Garden Centre"),
        "DE": _split("Bäckerei|Apotheke|Baumarkt"),
        "FR": _split("Boulangerie|Pharmacie|Brasserie"),
    },
}

JOBS = _split(
    "Accounts Manager|Vice President|Claims Adjuster|Office Manager|Case Worker|Director of Operations|"
    "Benefits Coordinator|Senior Underwriter|Registrar|Project Engineer"
)

GOODS: dict[str, tuple[str, ...]] = {
    "US": _split(
        "Copy paper, 20 lb, case|Toner cartridge, black|Steel shelving unit|Consulting hours|Freight "
        "and handling|"
        "Safety gloves, large|Annual service plan|LED panel 2x4|Cable, 50 ft|Desk lamp|Filing cabinet, "
        "4 drawer"
    ),
    "UK": _split(
        "Oak skirting board 3m|Copper pipe 15mm|Site survey|Labour (hours)|Paint, magnolia 10l|Skip "
        "hire, 6 yard|"
        "Emergency call-out|Galvanised hinge, pair"
    ),
    "DE": _split(
        "Kopierpapier A4|Druckerpatrone schwarz|Wartungspauschale|Montagestunden|Versandkosten|"
        "Regalsystem Buche|"
        "Schreibtischleuchte"
    ),
    "FR": _split(
        "Papier A4, carton|Cartouche d'encre|Prestation de conseil|Frais de port|Lampe de bureau|"
        "Étagère murale"
    ),
}
GROCERIES = _split(
    "WHOLE MILK 1GAL|WHEAT BREAD|BANANAS 2.3 LB|CHKN BREAST|ORANGE JUICE|EGGS LARGE DZ|COFFEE 12OZ|"
    "PAPER TOWELS|GREEK YOGURT|AAA BATTERIES|DISH SOAP|RED GRAPES|CHEDDAR 8OZ|PASTA PENNE|AIR FILTER|"
    "WOOD SCREWS #8|CLUB SANDWICH|SOUP OF DAY|LATTE LRG"
)
MERCHANTS = _split(
    "CARDINAL GROCERY #114|METRO TRANSIT|LAKESIDE UTILITIES|CORNER FUEL|ONLINE BOOKSHOP|"
    "CITY WATER DEPT|HILLTOP FITNESS|CASH WITHDRAWAL|MORTGAGE PAYMENT|PHARMACY PLUS 22"
)
CONDITIONS = _split(
    "Asthma|Diabetes|Hypertension|Heart disease|Arthritis|Thyroid disorder|Migraine|Kidney disease|Cancer|"
    "Seizures|Depression|Anemia"
)
MEDICINES = _split(
    "Lisinopril 10 mg|Metformin 500 mg|Atorvastatin 20 mg|Omeprazole 20 mg|Levothyroxine 50 mcg|"
    "Ibuprofen 400 mg|Amoxicillin 500 mg"
)
INCOMES = _split("PAYROLL DEPOSIT|INTEREST EARNED|REFUND ONLINE BOOKSHOP|CASH DEPOSIT")
