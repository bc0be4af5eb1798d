"""Writes everything in a document that names nobody: dates, amounts, numbers, goods, terms, abbreviations; nothing
here may carry a label."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from typing import Final

from docpriv_lab.names_model.pools import Pools
from docpriv_lab.names_model.wording import phrases, words
from docpriv_lab.synthesis.people import People as Folk

_DATE_FORMS: Final = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%B %d, %Y", "%d %b %Y", "%Y-%m-%d", "%d-%m-%Y", "%b %d %Y", "%d.%m.%Y",
    "%B %Y", "%m-%d-%y", "%d %B %Y", "%b. %d, %Y",
)  # fmt: skip
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "June",
    "July",
    "Aug",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "April",
    "March",
)
_VOCABULARY: Final = words(
    """amount total invoice number date payment due balance account description quantity unit price tax service
charge order customer reference item delivery terms net gross credit debit card receipt statement period
from to page section form application signature required optional please print type check box yes no
approved denied pending status code department project budget cost estimate report summary review test
results sample method analysis product brand market sales region territory division store outlet promotion
coupon display pack carton case shipment freight carrier weight volume size color model serial warranty
insurance policy claim coverage deductible premium benefit employee employer salary wages hours overtime
leave vacation sick medical history allergies medication dosage diagnosis procedure treatment blood pressure
pulse temperature height gender male female married single divorced education degree school year experience
skills references license permit registration vehicle make mileage fuel engine property land building rent
lease deposit mortgage loan interest rate principal contract agreement party witness notary seal copy
original attached enclosed confidential internal use only draft final revision version issue approval
authorised by prepared checked received issued remarks comments notes other specify none n/a not applicable
see reverse side continued over foreign principal registrant statement activities political agent exhibit
short supplemental amendment dissemination disbursement compensation receipts expenses subscriber insured
group plan provider facility encounter visit admission discharge ward bed chart lab specimen panel range
flag abnormal earnings deductions federal state medicare withholding gross ytd check advice deposit routing
branch teller withdrawal transfer fee overdraft opening closing"""
)
_GOODS: Final = phrases(
    """PARACETAMOL|IBUPROFEN TABLETS|A4 COPIER PAPER|PRINTER CARTRIDGE|COFFEE BEANS|CHICKEN RICE|NASI LEMAK
|MINERAL WATER|OIL FILTER|BRAKE PADS|LABOUR CHARGES|CONSULTING SERVICES|WEB HOSTING|USB CABLE|LED BULB
|PAINT WHITE|CEMENT BAG|STEEL PIPE|PVC GLUE|WOOD SCREW|HAMMER|OFFICE CHAIR|DESK LAMP|KEYBOARD|MONITOR STAND
|CARPET CLEANING|ANNUAL MAINTENANCE|AMOXICILLIN|METFORMIN|LISINOPRIL|ATORVASTATIN|CBC WITH DIFF|X-RAY CHEST
|MRI BRAIN|GREEN TEA|FRIED NOODLE|ORANGE JUICE|ICE LEMON TEA|BATTERY AA|GIFT WRAP|MENTHOL KING SIZE
|FILTER TIPS|SOUR CREAM|WHOLE MILK|WHITE BREAD|EGGS GRADE A|Kitchen Towel|Hand Soap|Laptop Bag
|Software License|Training Session|Room Charge|Airport Transfer|Late Fee|Shipping & Handling|Discount
|Service Tax|Rounding Adj|CASH|CHANGE|VISA|MASTERCARD|Cole Slaw|Caesar Salad|Granny Smith Apples|Earl Grey
|Jack Daniels|Victoria Sponge|Bloody Mary|Phillips Screwdriver|Allen Key|Jersey Gloves|Oxford Shirt
|Chelsea Boots|Teddy Bear|Peter Pan Collar|Johnny Walker"""
)
_PACKS: Final = ("500MG", "10 PCS", "1KG", "A4", "BLACK", "LARGE", "24X", "500ML", "BOX")
_ABBREVIATIONS: Final = phrases(
    """P.M.|A.M.|P. M.|A. M.|P.O.S.|P. O. S.|F.O.B.|C.O.D.|Q. C.|I.D.|R & D|R&D|Est.|Dept.|Asst. Secy.|Sr. VP|V.P.
|Cigt. Wt.|N.A.|D.O.B.|S.S.N.|M.D.|Ph.D.|R.N.|B.S.|C.P.A.|U.S.C.|C.F.R.|F.A.R.A.|e.g.|i.e.|etc.|Inc.|vs.
|Attn.|O.K.|A.K.A.|D.B.A.|Q.I.D.|B.I.D.|P.R.N.|H.S.|N.P.O.|L.P.M.|K. S.|T.B.D.|Y.T.D.|Y/N|N/A"""
)
_ELEMENTS: Final = words("Propylene Sodium Glycerol Ethyl Methyl Calcium Acetic Benzyl Phenyl Potassium")
_COMPOUNDS: Final = ("Glycol", "Chloride", "Acetate", "Carbonate", "Alcohol", "Acid", "Sulfate", "Nitrate", "Extract")
_MEDICAL: Final = phrases(
    """Parkinson's disease|Crohn's disease|Alzheimer's dementia|Bell's palsy|Hodgkin lymphoma|Foley catheter
|Apgar score 9|Hashimoto thyroiditis|Down syndrome|Babinski sign negative|Lasix 40 mg IV|Coumadin held
|Tylenol PRN|Zoloft 50 mg daily|Lantus 10 units|Pt ambulatory|Pt denies chest pain|Hx of CHF|s/p CABG
|Dx: COPD|Rx: Amoxicillin|A&O x 3|BP 130/80|EKG normal sinus|Glasgow Coma Scale 15|Mantoux test|Heimlich
|Epstein-Barr virus IgG|Pap smear|Wells score|Romberg test|Murphy's sign positive|Addison's disease
|Graves disease|Tourette syndrome|Kaposi sarcoma|Swan-Ganz catheter|Doppler study|Holter monitor
|Marfan syndrome|Raynaud phenomenon|Barrett's esophagus|Paget disease|Cushing's syndrome|Lyme titer
|Gram stain|Wright stain|Coombs test|Snellen chart"""
)
_LEGAL: Final = phrases(
    """Schedule B|Exhibit A|Section 4(c)|Force Majeure|Net 30|Part II|Article IX|Governing Law|Entire Agreement
|Twelve Months|WHEREAS the parties agree|IN WITNESS WHEREOF|Power of Attorney|Notwithstanding the foregoing
|Chapter 11|Form W-9|Title VII|Plaintiff|Defendant|Exhibits|Amendment No. 2|Confidential Information
|Effective Date|the Lender|the Borrower|the Tenant|Landlord shall|Seller|Purchaser|the Company|Licensee
|Good Friday|Christmas Party|Memorial Day|Labor Day Sale|Mother's Day|End Cap Display|Grand Opening
|Happy Hour|Gift Card|Loyalty Card|Thank You|Please Recycle|Customer Copy|Merchant Copy|Take Away|Dine In
|Walk In Customer|Cash Customer|Table No. 4|Counter 2|Self Service|Foreign Principal|Short Form Registration
|Registration Statement|Miranda warning|Sherman Act|Robinson-Patman Act|Roberts Rules of Order|Dodd-Frank
|Martin Luther King Day|Columbus Day|Patriot Act|Sarbanes-Oxley|Fannie Mae|Freddie Mac|Roth IRA|Pell Grant
|Stafford Loan|Perkins Loan|Chapter 13|Jane Doe clause"""
)
_SUFFIXES: Final = ("Jr", "M", "F", "Male", "Female", "12", "3B", "Mr", "Ms", "2", "IV", "Single", "Married", "45")
_ROLES: Final = phrases(
    """Vice President|Manager|Director|Account Manager|Sales Representative|President|CEO|Research Scientist
|Regional Manager|Attorney at Law|Treasurer|Secretary|Registered Nurse|Claims Adjuster|Assistant Professor
|Notary Public|General Counsel|Ambassador|Senior Vice President|Branch Manager|Charge Nurse|Press Officer"""
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Values:
    """Unlabelled values, drawn from one half of the pools with one random generator."""

    def __init__(self, pools: Pools, folk: Sequence[Folk], rng: random.Random) -> None:
        """`folk` invents the numbers that documents of several countries show."""
        self._pools = pools
        self._folk = folk
        self._rng = rng

    def date(self) -> str:
        """A date between 1940 and 2030 in any of the usual forms."""
        day = datetime.date(1940, 1, 1) + datetime.timedelta(days=self._rng.randrange(90 * 365))
        return day.strftime(self._rng.choice(_DATE_FORMS))

    def phone(self) -> str:
        """A telephone number."""
        kind = self._rng.random()
        if kind < 0.4:
            return f"({self.digits(3)}) {self.digits(3)}-{self.digits(4)}"
        if kind < 0.6:
            return self._rng.choice(self._folk).phone()
        return self._rng.choice(self._pools.phones)

    def email(self) -> str:
        """An e-mail address."""
        return self._rng.choice(self._pools.emails)

    def digits(self, count: int) -> str:
        """That many digits."""
        return "".join(self._rng.choices("0123456789", k=count))

    def number(self) -> str:
        """A number of 1 to 9 digits."""
        return self.digits(self._rng.randint(1, 9))

    def identifier(self) -> str:
        """A document, account or person number."""
        kind = self._rng.random()
        if kind < 0.22:
            return self.digits(self._rng.randint(4, 11))
        if kind < 0.3:
            someone = self._rng.choice(self._folk)
            return self._rng.choice((someone.national, someone.licence, someone.member, someone.iban))()
        if kind < 0.55:
            prefixes = ("INV-", "PO", "MRN", "A", "AC-", "RX", "C", "T-", "#", "No. ", "DL", "SN")
            return self._rng.choice(prefixes) + self.digits(self._rng.randint(4, 11))
        if kind < 0.8:
            return f"{self.digits(3)}-{self.digits(2)}-{self.digits(4)}"
        return "".join(self._rng.choices(_LETTERS + "0123456789", k=self._rng.randint(6, 12)))

    def code(self) -> str:
        """A short code of digits and letters."""
        letters = "".join(self._rng.choices(_LETTERS, k=2))
        return self._rng.choice(
            (self.digits(3) + letters[0], f"{letters}-{self.digits(2)}", f"{self.digits(2)}/ {self.digits(2)}",
             self.digits(8), letters[0] + self.digits(4))
        )  # fmt: skip

    def money(self) -> str:
        """An amount, with or without its currency."""
        currency = self._rng.choice(("$", "USD ", "", "£", "RM", "€", "Rs. "))
        return f"{currency}{self._rng.random() * 10 ** self._rng.randint(1, 5):,.2f}"

    def job(self) -> str:
        """An occupation or position."""
        return self._rng.choice(self._pools.jobs if self._rng.random() < 0.5 else _ROLES)

    def words(self) -> str:
        """Two to seven words of business language without grammar."""
        return " ".join(self._rng.choices(_VOCABULARY, k=self._rng.randint(2, 7)))

    def goods(self) -> str:
        """What is on a receipt or an invoice."""
        tail = self._rng.choice(("", "", f" {self.digits(3)}", f" {self._rng.choice(_PACKS)}"))
        return self._rng.choice(_GOODS) + tail

    def suffix(self) -> str:
        """What stands in the small boxes beside a name."""
        return self._rng.choice(_SUFFIXES)

    def abbreviation(self) -> str:
        """Letters with dots that are nobody's initials."""
        if self._rng.random() < 0.5:
            return self._rng.choice(_ABBREVIATIONS)
        letters = self._rng.choices(_LETTERS, k=self._rng.randint(2, 3))
        return self._rng.choice((". ".join(letters) + ".", ".".join(letters) + ".", " & ".join(letters[:2]), "/".join(letters)))

    def chemical(self) -> str:
        """A chemical compound."""
        return f"{self._rng.choice(_ELEMENTS)} {self._rng.choice(_COMPOUNDS)}"

    def months(self) -> str:
        """A row of months, some of which are also names."""
        return " ".join(self._rng.choice(_MONTHS) + self._rng.choice(("", ".", " 9")) for _ in range(self._rng.randint(2, 5)))

    def medical(self) -> str:
        """A medical term or note, many named after a discoverer."""
        return self._rng.choice(_MEDICAL)

    def legal(self) -> str:
        """A term of contracts, statutes, holidays or counters."""
        return self._rng.choice(_LEGAL)

    def clutter(self) -> str:
        """A line that a form or table leaves behind when it is read without its rules."""
        kind = self._rng.random()
        if kind < 0.55:
            makers = (self._word, self.abbreviation, self.number, self._word)
            return " ".join(self._rng.choice(makers)() for _ in range(self._rng.randint(2, 7)))
        if kind < 0.7:
            return self.chemical()
        if kind < 0.8:
            return self.months()
        return "   ".join(self.digits(self._rng.randint(1, 5)) for _ in range(self._rng.randint(2, 6)))

    def _word(self) -> str:
        return self._rng.choice(_VOCABULARY)
