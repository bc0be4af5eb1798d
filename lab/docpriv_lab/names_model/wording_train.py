"""The wording of the documents that the model learns from; nothing here may be used for held-out documents."""

from __future__ import annotations

from typing import Final

from docpriv_lab.names_model.pages_train import PAGE_PASSAGES, PLAIN_PASSAGES, PLAIN_PHRASES
from docpriv_lab.names_model.passages_train import PASSAGES
from docpriv_lab.names_model.phrases_train import BLOCK_HEADINGS, HEADINGS, INSTRUCTIONS, NEGATIVES
from docpriv_lab.names_model.wording import Wording, field

_FIELDS = (
    field(
        "Name|Full Name|Name of Applicant|Patient Name|Customer Name|Employee Name|NAME|Contact Person"
        "|Client|Insured|Name (Last, First, MI)|Cardholder Name|Account Holder|Print Name|Member Name"
        "|Student Name|Guest Name|Tenant|Buyer|Payee|Beneficiary|Passenger Name|Policyholder|Pt Name|Pt"
        "|Member|Insured Name|NAME OF INSURED|Decedent|Minor|Plaintiff|Defendant|Client Name|Visitor"
        "|Driver|Nominee|Co-Applicant|Joint Holder|Trustee|Executor|Principal|Subscriber"
        "|Name of Registrant|Registrant|Typed or printed name|Name and Title|Nm|Taxpayer",
        "person|sorted",
        6,
    ),
    field(
        "From|To|Attn|ATTN|Attention|Cc|cc|TO|FROM|Prepared by|Approved by|Requested by|Signed|By"
        "|Reviewed By|Contact|Salesperson|Cashier|Physician|Doctor|Attending Physician|Manager"
        "|Supervisor|Served by|Author|Investigator|Witness|Originator|Reported by|Ordered By"
        "|Submitted by|Notary|Checked by|Attending|Referring|Surgeon|PCP|Referring Physician|Daughter"
        "|Wife|Present|Apologies|Chair|Judge|Counsel|Agent|Ask for|Handled by|Message to|Sender"
        "|Inspector|Translator|Sales Rep|Your Server|Operator|Prescriber|Collected by|Registrar|Teller"
        "|/s/|Signature|Authorized by|Rep|Salesman|Analyst|Principal Investigator",
        "person|person|sorted|initialed",
        6,
    ),
    field(
        "FN|FIRST|First|Given Names|Prenoms|First Name|Given Name|Middle Name|Forename|First names|2. Other names",
        "first",
        1.8,
    ),
    field(
        "LN|LAST|Last|Nom|Surname / Family name|Last Name|Surname|Family Name|Maiden Name"
        "|Mother's Maiden Name|1. Surname|Former name",
        "surname",
        1.8,
    ),
    field(
        "Spouse|Emergency Contact|Father's Name|Mother's Name|Next of Kin|Guardian|Reference|Dependent"
        "|Landlord|Husband Name|Father|Mother|Informant|Parent",
        "person",
        2,
    ),
    field(
        "Address|Home Address|Mailing Address|Street Address|Billing Address|Ship To Address|Residence"
        "|Address Line 1|Current Address|Permanent Address|Business Address|Add|ADDR|Property Address"
        "|Registered Office|Principal address|Address of Registrant|Home|Legal residence|8. Address"
        "|Office address",
        "address|addressline",
        5,
    ),
    field("Street|Address 1|No. and Street", "street"),
    field("City|City/Town|Town", "city:ADDRESS"),
    field("State|Province", "state:ADDRESS|st:ADDRESS"),
    field("Zip|ZIP Code|Postal Code|Zip Code|Postcode|PIN", "zip"),
    field("Country|Nationality Country|Country of Birth|Name of foreign principal's country", "country"),
    field(
        "Place of Birth|Birthplace|Location|Destination|Port of Loading|Place|Site|Territory|Branch"
        "|Region|Jurisdiction|Venue|County",
        "city|state|citystate",
        2.5,
    ),
    field(
        "Employer|Company|Company Name|Organization|Firm|Vendor|Supplier|Bill To|Sold To|Business Name"
        "|Insurance Company|Merchant|Agency|Advertiser|Carrier|Manufacturer|Seller|Client Company"
        "|Bank Name|Facility|School|Hospital|University Attended|Lender|Station"
        "|Name of Foreign Principal|Insurer|Laboratory",
        "org",
        5,
    ),
    field("Bank|Bank Name & Branch", "bank", 0.7),
    field("Clinic|Performing Lab", "hospital", 0.7),
    field("Department|Title|Position|Occupation|Job Title|Designation", "job", 2),
    field(
        "Date|DOB|Date of Birth|Invoice Date|Due Date|Effective Date|Expiry Date|Date of Service|Issued"
        "|Hire Date|Birth Date|EXP|ISS|4b",
        "date",
        4,
    ),
    field("Phone|Tel|Telephone|Fax|Mobile|Home Phone|Cell|Telephone No.|Fax No.|PH", "phone", 3),
    field(
        "Account No|Invoice No|Invoice #|SSN|Policy Number|Member ID|MRN|License No.|ID No|Reference"
        "|PO Number|Case No.|Order #|Employee ID|Passport No|GST Reg No|Tax ID|Serial No|Document No."
        "|Batch|Code|Claim #|DL|Registration No.|Check No",
        "id",
        5,
    ),
    field(
        "Amount|Total|Balance|Subtotal|Tax|Salary|Amount Due|Premium|Cash|Change|Budget|Cost|Net Pay|Gross Pay",
        "money",
        3,
    ),
    field("Email|E-mail", "email"),
    field(
        "Subject|Re|Description|Remarks|Comments|Purpose|Diagnosis|Product|Brand|Project|Type|Status"
        "|Item|Reason|Relationship|Sex|Marital Status|Height|Blood Type|Race|Color|Make/Model"
        "|Payment Terms|Method|Program|Title of Study|Display Type|Size|Objective|Method of Shipment"
        "|Nature of Business|Activities",
        "words|goods",
        6,
    ),
    field(
        "Brand Name|Brand(s) Applicable|Model|Product Name|Variety|Style|Make|Trade Name|Media Name"
        "|Type of Packings|Item Description|Campaign|Test|Promotion",
        "brand|chemical|goods|brand",
        3,
    ),
    field(
        "Room|Code Assigned|Job Number|Sample No.|Price Point|Volume|Reporting Period|Pages|Time|Ext"
        "|Tar|Rate|Item Code|Submission Date|Eyes|Class|Restr|HGT|WGT|Wt|Organ Donor|END|Filing Status"
        "|Dept",
        "code|number|months|abbr|clutter|medical|legal",
        4,
    ),
)

_NAME_BOXES = (
    field("First Name|FIRST|First|FirstName|Given name|Forename|Employee's first name and initial", "first"),
    field("Middle Initial|MI|Middle|M.I.|MIDDLE|Initial|Init", "initial"),
    field("Last Name|LAST|Last|LastName|Surname|Family name", "surname"),
)
_PLACE_BOXES = (
    field(
        "PATIENT'S ADDRESS (No., Street)|Street Address Where You Live|Number and Street"
        "|Residence - Street and Number|ADDRESS (No., Street)|Home address|Street"
        "|Mailing Address (Street or R.F.D. No.)|Address",
        "street",
    ),
    field("City|CITY|City or Town|City, Town or Location", "city:ADDRESS"),
    field("State|STATE|ST", "st:ADDRESS|state:ADDRESS"),
    field("Zip Code|ZIP CODE|ZIP|Postal Code", "zip"),
)
_BOXES = (
    field(
        "PATIENT'S NAME (Last Name, First Name, Middle Initial)|INSURED'S NAME (Last, First, MI)"
        "|Name of Applicant (Last, First)|Full legal name|MOTHER - MAIDEN NAME|FATHER - NAME"
        "|Name (Last, First, Middle)|Print Name|Name of Physician|Certifier - Name and Title"
        "|Employee name|Owner's name|Name and Title|Witness name|Child's name|Spouse's name"
        "|Taxpayer name|Account name|Pay to|Name",
        "person|sorted",
        3,
    ),
    field(
        "Address|Employer's name, address, and ZIP code|Mailing Address (if different)"
        "|Employee's address and ZIP code|Property|Location of loss",
        "addressline",
        1.5,
    ),
    field("County|County of Birth|State of Birth|Birthplace|Country", "country|state|city"),
    field(
        "Telephone (Include Area Code)|Main Telephone Number|Phone|TELEPHONE|Other Contact Number",
        "phone",
    ),
    field("Date of Birth|BIRTHDATE|DOB|MM DD YY|Date|Date signed (Mo., Day, Yr.)", "date"),
    field(
        "SSN|I.D. NUMBER|POLICY GROUP OR FECA NUMBER|Account No.|Federal Tax I.D. Number|Member ID|File"
        "|Dept.|Clock|Control number",
        "id",
        1.5,
    ),
    field(
        "EMPLOYER'S NAME OR SCHOOL NAME|Insurance Plan Name or Program Name|Name of Facility|Hospital - Name|Employer",
        "org",
    ),
    field(
        "Occupation|Position|Relationship to Insured|Type|Description|Diagnosis or Nature of Illness|Status|Purpose",
        "words|job|medical|clutter",
    ),
    field("Amount|Total Charge|Amount Paid|Balance Due|Rate|Hours", "money"),
    field("Suffix|Title|Sex|Apt|Apt #|Unit|Age|Ext|Gender|Marital Status|Suff.", "suffix"),
)
_COLUMNS = (
    field(
        "Name|Employee|Patient|Student|Member|Passenger|Participant Name|Contact|Manager|Name of Officer|Director"
        "|Name and Residence|Employee Name|Names|Recipients|Distribution|Investigator|Partner|Doctor",
        "person|sorted|initialed",
        4,
    ),
    field("Surname|Last|Rep|Salesman|Driver|Nurse|By|Init'd|Requestor|Chemist|Last Name|Analyst|Tech", "surname|initialed", 2.5),
    field("First|Given|Cashier|Child|Server|First Name", "first", 1),
    field("City|Town|Division|Branch|State|Market|City, State|Office|Region", "city|st|state|citystate", 2),
    field("Company|Account|Vendor|Customer|School|Affiliation|Organization|Employer", "company|org", 1),
    field("Address|Location|Street Address|Business Address", "addressline|street", 1),
    field("Date|Hired|DOB", "date"),
    field("Amount|Balance|Wages|Cost", "money"),
    field("ID|SSN|No.|Acct|MRN", "id|code"),
    field("Position|Title|Position Held|Job Title", "job", 1.5),
    field("Item|Brand|Description|Procedure", "goods|brand|medical|words"),
    field("Qty|Units|%|Hrs", "number"),
    field("Phone|Ext.", "phone"),
)

WORDING: Final = Wording(
    fields=_FIELDS,
    name_boxes=_NAME_BOXES,
    place_boxes=_PLACE_BOXES,
    boxes=_BOXES,
    columns=_COLUMNS,
    block_headings=BLOCK_HEADINGS,
    passages=(*PASSAGES, *PAGE_PASSAGES),
    plain_passages=PLAIN_PASSAGES,
    headings=HEADINGS,
    instructions=INSTRUCTIONS,
    negatives=(*NEGATIVES, *PLAIN_PHRASES),
)
