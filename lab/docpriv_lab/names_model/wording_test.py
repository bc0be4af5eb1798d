"""The wording of the held-out documents; nothing here may be used for training."""

from __future__ import annotations

from typing import Final

from docpriv_lab.names_model.wording import Wording, field, lines

_FIELDS = (
    field(
        "Applicant|Holder|Name of Patient|Legal Name|Registered Owner|Subscriber Name|Borrower"
        "|Purchaser|Claimant|Resident|Participant|Proprietor",
        "person|sorted",
        6,
    ),
    field(
        "Recipient|Copy to|Issued by|Authorised by|Consultant|Provider|Account Executive|Technician"
        "|Referred by|Matron|Interviewer|Entered by|Responsible Person|Head of Department|Reporter"
        "|Undersigned",
        "person|sorted|initialed",
        6,
    ),
    field("Forename(s)|Given name(s)", "first", 1.5),
    field("Surname / Nom|Name of Family", "surname", 1.5),
    field("Parent/Guardian|Kin|Partner Name|S/O|D/O|Witness 1", "person", 2),
    field(
        "Postal Address|Residential Address|Location of Property|Correspondence Address|Delivery Address|Premises|Domicile",
        "address|addressline",
        5,
    ),
    field("Street/PO Box|House No. & Street", "street"),
    field("City or Locality|Municipality", "city:ADDRESS"),
    field("State/Province|Region/State", "state:ADDRESS|st:ADDRESS"),
    field("Post Code|ZIP+4", "zip"),
    field("Country of Residence|Citizenship", "country"),
    field("Place of Issue|Origin|Area|Sales Region", "city|state|citystate", 2.5),
    field(
        "Name of Employer|Institution|Contractor|Trading As|Corporate Name|Issuing Authority|Name of Firm|Payer|Distributor",
        "org",
        5,
    ),
    field("Drawee Bank", "bank", 0.7),
    field("Practice", "hospital", 0.7),
    field("Role|Post Held", "job", 2),
    field("Dated|Issue Date|Valid Until|Born", "date", 4),
    field("Contact No.|Phone Number|Facsimile", "phone", 3),
    field("Ref|Receipt No|Customer No|Voucher No|File Number", "id", 5),
    field("Net Amount|Fee|Grand Sum", "money", 3),
    field("Email Address", "email"),
    field("Particulars|Topic|Nature of Activity|Grouping|Category|Measure taken|Condition|Notes", "words|goods", 6),
    field("Label|Product Line|Line|Model Name", "brand|chemical|goods", 3),
    field("Lot|Period|Shift|Grade", "code|number|months|abbr|clutter|medical|legal", 4),
)

_NAME_BOXES = (
    field("Christian name|Given nm.|Prénom", "first"),
    field("Second initial|Mid. init.", "initial"),
    field("Family|Apellido|Surname(s)", "surname"),
)
_PLACE_BOXES = (
    field("House number and road|Residence address", "street"),
    field("Post town|Village or city", "city:ADDRESS"),
    field("Prov.|State code", "st:ADDRESS"),
    field("Postal zone|Zip + 4 code", "zip"),
)
_BOXES = (
    field(
        "Name of deceased (family name first)|Claimant's name in full|Policy holder (Last, First)",
        "person|sorted",
    ),
    field("Where born|County of issue", "state|city|country"),
    field("Daytime phone|Reach me at", "phone"),
    field("Birth day|Day, month, year", "date"),
    field("Group number|Control no.", "id"),
    field("Business or school attended|Treating facility", "org"),
    field("Kind of work|Findings", "words|job|medical|clutter"),
    field("Charges|Due", "money"),
)
_COLUMNS = (
    field("Guest|Crew Member|Attendee|Delegate", "person|sorted|initialed|first", 3),
    field("Envoy|Agent code holder", "surname", 2),
    field("Locality|Post", "city|st", 1.5),
    field("Payee firm|Customer firm", "company", 1),
    field("When", "date"),
    field("Sum", "money"),
    field("Key", "id|code"),
    field("Function", "job"),
    field("Goods", "goods|brand"),
    field("Pcs", "number"),
)

WORDING: Final = Wording(
    fields=_FIELDS,
    name_boxes=_NAME_BOXES,
    place_boxes=_PLACE_BOXES,
    boxes=_BOXES,
    columns=_COLUMNS,
    block_headings=lines("""
        CONSIGNEE
        INVOICED TO
        Deliver To
        Policy Owner
        Property Seller
        """),
    passages=lines(r"""
        To whom it may concern: {person} has banked with {bank} since {date}.
        Attending: {person}; {person}; {person}
        Yours faithfully\n\n{person}\nfor {org}
        Respectfully,\n{person}\n{job}
        Good morning {first},
        We regret to inform you, {title} {surname}, that your claim was denied by {org}.
        {title} {surname} presented with chest pain and was admitted to {hospital} on {date}.
        Deliver to\n{person}\n{address}
        {org}\n{address}\nGST ID: {id}
        The undersigned, {person}, of {addressline}, appoints {person} as attorney.
        Samples were shipped from {city} to the {city} office.
        {person} of {org} will visit on {date}.
        {sorted}  {id}  {words}  {money}
        Invoice to: {org} attn {person}, {addressline}
        Discussed with {title} {surname} and family; they agree with the plan.
        {goods}  x{number}  {money}
        {words} {words}
        Mr and Mrs {first} {surname} of {addressline}
        Please route to {initialed} and then to {initialed}.
        witnessed by {person}, {city}
        Made in {country}
        Remarks: spoke to {first} at {org}, will call back {date}
        This filing was made by {wrapped}\non behalf of {agency}.
        {surname}\n{first} {initial}\n{street}\n{cityzip}\nSEX F  HGT 5-06
        The {brand} launch was moved to {months}.
        Copied: {surname}, {surname}; {initialed}
        Messrs {surname} & {surname} were away.
        Dr {surname} told Miss {surname} to wait.
        Head Office: {street}, {unit}, {cityzip}
        {person}\n{job}, {company}\nmobile {phone}
        Trustees\n{person}, {city}\n{person}, {city}
        {surname} & {surname} (2004) measured {chemical}.
        {medical}; {medical}. Seen by {surname}, RN.
        """),
    plain_passages=lines(r"""
        The rats received {chemical} in their diet for ninety days. Food was weighed twice a week.
        H. pylori was absent; K. pneumoniae grew in one dish. See Biochem. J. {number}.
        Thursday's shipment is late. Unless it comes by Saturday, April 9, the line stops.
        (House) (Locality) (Region) (Code) (Family) (Given)
        Chapter One Preliminary Remarks   Chapter Two Findings   Annex B
        Owners of this policy may ask for a hearing within sixty days of the denial.
        Stocks of {brand} fell in {months}; the trade asked for smaller cases.
        """),
    headings=lines("""
        REGISTRATION FORM
        MEMBERSHIP APPLICATION
        CREDIT NOTE
        SALES RECEIPT
        INTERNAL MEMORANDUM
        TELECOPY
        TRANSMITTAL SHEET
        REFERRAL LETTER
        ADMISSION FORM
        CONSENT FORM
        RENTAL AGREEMENT
        RESIDENCE PERMIT
        VOTER CARD
        NATIONAL IDENTITY CARD
        PROOF OF DELIVERY
        Incident Report
        Change of Address
        Beneficiary Designation
        Warranty Card
        Research Proposal
        Press Release
        Vendor Information
        Return Authorization
        Immunization Record
        Course Enrollment
        Notice of Assessment
        Important Notice
        Grand Prize
        Visitor Registration
        """),
    instructions=lines("""
        Complete all fields in black ink.
        Return this form to the address shown.
        Tick as appropriate.
        Failure to pay may result in interest being charged.
        Original receipt required for exchange.
        By signing below you agree to the privacy policy.
        The tenant agrees to keep the premises clean.
        This fax contains privileged material.
        Next appointment
        Symptoms began two weeks ago and have worsened.
        Net Payable
        Amount tendered
        Change due
        List all household members
        Primary insurance carrier
        Year  Make  Model  VIN
        Item No.  Particulars  Rate  Total
        Prices include all applicable taxes.
        Allow 4-6 weeks for processing.
        """),
    negatives=lines("""
        Declaration Of Beneficial Ownership Under Chapter Nine
        Deputy Registrar Of Companies
        Board Of Review
        Standing Orders And Bylaws
        Faculty Senate Minutes
        Rider To Policy
        Assignor and Assignee
        The Grantee hereby covenants
        Wilson's disease screening
        Turner syndrome
        Stanley knife
        Bunsen burner
        Form Of Proxy For Annual Meeting
        Attending Provider Signature On File
        Name and address of the person notified
        Surname, given names, in capitals
        """),
)
