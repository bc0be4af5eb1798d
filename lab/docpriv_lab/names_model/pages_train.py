"""What pages of offices, laboratories and authorities say, with and without names; not for held-out documents."""

from __future__ import annotations

from typing import Final

from docpriv_lab.names_model.wording import lines

PAGE_PASSAGES: Final = lines(r"""
    By: {person}\nName: {person}\nTitle: {job}\nDate: {date}
    By: ____________\nName: {person}\nIts: {job}
    {person}\n{job}\n{phone}\n{email}
    {person}, {job}\n{company}\n{street}\n{cityzip}\nTel: {phone}\n{email}
    {company}\n{street}, {cityzip}\n{phone}
    {company}   {street}   {cityzip}   {phone}
    {person}\n{company}\nP.O. Box {number:ADDRESS}\n{cityzip}
    {company}\n{street}\n{cityzip}\n\n{date}\n\n{title} {person}\n{street}\n{cityzip}
    {agency}\n{street}\n{cityzip}
    {title} {initialed}\n{company}\n{address}
    Messrs. {surname}, {surname} and {surname}
    Messrs. {surname} and {surname} attended.
    Drs. {surname} and {surname} have reviewed the {words}.
    Drs. {initialed} and {initialed}
    Dr. {surname}
    Mr. {surname}
    {title} {surname}
    {title} {surname}:
    {surname}:
    Mrs. {surname} stated that {title} {surname} would call on {date}.
    {title} {surname} asked whether {title} {surname} had received the {words}.
    bcc: {initialed}\n     {initialed}\n     {surname}
    xc: {surname}/{surname}/{surname}
    cc: {surname} / {initialed} / File
    cc: {title} {initialed}   {title} {initialed}\n{title} {initialed}   {title} {initialed}
    cc: {initialed}, {initialed}, {initialed}, Central Files
    To: {initialed}, {initialed}\nFrom: {initialed}\nSubject: {words}
    TO: {title} {person}   DATE: {date}\nFROM: {person}   FILE: {code}
    TO:\t{initialed}\nFROM:\t{initialed}\nDATE:\t{date}\nRE:\t{words}
    To:\n{person}\nFrom:\n{person}\nDate:\n{date}
    {initialed} to {initialed}, {date}
    Memo, {surname} to {surname}, dated {date}, re: {words}
    Letter from {person} to {title} {surname} of {date}
    Notebook {number}, page {number}, {initialed}
    Notebook reference: {surname} {number}-{number}
    The samples were prepared by {initialed} and analysed by {initialed} as described in {code}.
    {surname}, {initial}. {initial}., and {surname}, {initial}. (1978). {words}.
    {surname} et al. reported that the {chemical} was not detected.
    As {surname} and {surname} have shown, the response to {chemical} is linear.
    The mean response was {number} with a standard deviation of {number}; see {surname} ({number}).
    Study Director: {person}\nSponsor: {company}\nTest article: {code}
    Principal Investigator\n{person}, Ph.D.\n{school}\n{address}
    Technician: {initialed}   Approved: {initialed}   Date: {date}
    Chemist {initialed}
    Analyst: {surname}
    Requested by   {initialed}   Extension   {number}
    Deposition of {person}, taken on {date} at {addressline}
    {person}, being first duly sworn, deposes and says:
    Q. Did you speak with {title} {surname} about it?\nA. I spoke with {first} and with {title} {surname}.
    BY {title} {surname}: Q. Would you state your name? A. {person}.
    {person},\n     Plaintiff,\nv.\n{company},\n     Defendant.
    Served on {person} at {addressline} on {date}.
    Attorneys for Plaintiff\n{company}\n{street}\n{cityzip}
    Registered agent: {person}, {addressline}
    Name and address of registrant\n{person}\n{addressline}
    Name and address of foreign principal\n{agency}\n{address}
    List all partners, officers and directors\n{person}\t{job}\t{addressline}\n{person}\t{job}\t{addressline}
    {person}\t{addressline}\t{job}
    Residence address\n{addressline}
    Business address: {street}, {cityzip}
    If the registrant is an individual: {person}, {addressline}
    {street}\n{unit}\n{cityzip}
    {street}\nP.O. Box {number:ADDRESS}\n{cityzip}
    {unit}, {street}
    Attn: {person}, {unit}
    {company}, {street}, {city:ADDRESS}, {st:ADDRESS}
    located at {street} in {city}
    at {street}, {city:ADDRESS}
    Route to {surname}, then {surname}, then file.
    {first}\n{surname}
    {surname} {first} {initial}
    {surname}\n{first}\n{initial}
    {surname}, {first}\t{date}\t{id}
    Patient: {surname}\nGiven: {first}\nSex: F
    {sorted}\nDOB: {date}\nMRN: {id}
    Mr. & Mrs. {person}\n{street}\n{cityzip}
    The {surname} Family
    {first}, please see me about {words}. {initialed}
    {first} - {words} - {first}
    {first}: per our talk, {words}.
    Please call {first} or {first} {surname} at {phone}.
    Contact: {first} ({phone})
    Sales rep {surname}, {city}
    Thank you, {first}!
    Speakers: {person} ({school}); {person} ({company})
    Chairman: {person}; Secretary: {person}; Treasurer: {person}
    {person}, Chairman; {person}, Vice Chairman; {person}
    BOARD OF DIRECTORS\n{person}   {person}   {person}\n{person}   {person}   {person}
    {person}, {job}, {company}, {city}, {st}\n{person}, {job}, {company}, {city}, {st}
    {person}   {job}   {company}   {city}, {st}
    Born {date} in {city} to {person} and {person} (nee {surname}).
    Buyer(s): {person} and {person}, husband and wife
    {person} and {person}, his wife, of {addressline}
    Borrower\t{person}\nCo-Borrower\t{person}
    Loan officer {person} NMLS {id}
    Appraiser {person}, Underwriter {person}
    Employee {sorted}   Check No. {id}   Pay date {date}
    VOID AFTER 90 DAYS\n{person}\n{street}\n{cityzip}
    Provider: {person}, MD   NPI {id}
    RX {id}\n{person}\n{street}, {cityzip}\nDr. {surname}
    Administered by {initialed}, RN   Lot {code}
    """)
"""Passages with something to be found, beside those of `passages_train`."""

PLAIN_PASSAGES: Final = lines(r"""
    The animals were weighed each week and the results were entered in the study file. Clinical signs were recorded daily.
    Samples were extracted with {chemical}, filtered and analysed by gas chromatography. Recovery was {number} percent.
    E. coli and B. subtilis were grown overnight. S. aureus did not respond to the {chemical}.
    P. aeruginosa, C. albicans and A. niger were used as challenge organisms; M. luteus served as control.
    Strain {code} was tested with and without activation. Plate counts of strain {code} were doubled at the high dose.
    Test strains\t{code}\t{code}\t{code}\nNegative control\t{number}\t{number}\t{number}
    J. Agric. Food Chem. {number}, {number} (1979); Anal. Biochem. {number}, {number}
    The request for {words} is attached. Please advise by Monday whether the material can be released in May or June.
    On Tuesday the group reviewed the schedule. A second meeting is planned for Friday, March 4.
    January February March April May June July August September October November December
    Mon Tue Wed Thu Fri Sat Sun
    This letter confirms our understanding of the terms. Either party may end the agreement on thirty days' notice.
    The information collected on this form is used to administer the program. Failure to provide it may delay the claim.
    Each registrant must file a supplemental statement within 30 days after the close of each period of six months.
    If you answer yes to any of the above, give the name, address and position of each such person.
    Describe in full detail the nature of all activities engaged in on behalf of the principal.
    The sum of lines {number} and {number} must equal line {number}. Do not include amounts reported on Schedule {code}.
    Reports to: {job}. Department: Quality Control. Shift: Second. Status: Full Time, Exempt.
    Total hours worked, regular and overtime. Vacation and sick leave carried forward. Net pay deposited.
    Pt alert and oriented. Lungs clear. Abdomen soft. No edema. Will follow up in two weeks.
    Impression: {medical}. Plan: continue {goods}, recheck labs, return in one month.
    Copies of this report are available from the Library. Distribution is limited to the departments listed below.
    Advertising for {brand} will appear in newspapers, magazines and outdoor displays. Sampling begins in {months}.
    The promotion offers one free pack with each carton. Point of sale material will be shipped to all divisions.
    Smokers of the test product rated it higher in taste and aroma than the current brand. The difference was not large.
    Preference scores for {brand} and {brand} by age and sex are shown in Table {number}.
    Part {number} Opening Statement\nPart {number} Questions\nPart {number} Closing Remarks
    A. Purpose\nB. Scope\nC. Method\nD. Results\nE. Discussion
    I. Introduction\nII. Materials and Methods\nIII. Results\nIV. Summary
    Project {code}: Status Open, Priority High, Budget {money}
    FILE: {code}   NOTE: {words}   ACTION: Pending   TITLE: {words}
    Yes No N/A Good Fair Poor Other Check One
    M F S M D W Sex Age Race
    (Street) (City) (State) (Zip Code) (Telephone)
    (Signature) (Title) (Date) (Type or print name)
    (Last) (First) (Middle) (Suffix) (Maiden)
    Court   County   Judgment   Creditor   Levy   Sheriff's Fee   Return of Service
    Offset Plate   Color   Cylinder   Proof   Print run
    Blend   Casing   Top Flavor   Filter   Paper   Tipping   Wrap
    Moisture   Nicotine   Sugar   Nitrate   Puffs   Draw   Weight
    OBJECTIVE: To determine the effect of {chemical} on {words}.
    {abbr} {code} {abbr} {code} {number} mm {number} mg
    Member services   Prescription drug   Office visit   Emergency room   Specialist   Deductible   Co-pay
    Hepatitis B   Influenza   Tetanus   Measles   Mumps   Rubella   Polio   Varicella   Manufacturer   Lot No.   Site
    Units   Modifier   Charges   Place   Emergency   Days   Family Plan   Accept Assignment
    Owner Occupied   Second Home   Conventional   Adjustable   Appraised Value   Escrow   Points   Title Insurance
    Subject: Status of {words}\nThe second phase of the project is behind schedule because of equipment problems.
    Title IV   Part B   Rule 26(b)   Exhibit {number}   Bates {number}
    Discovery, interrogatories and motions in limine are due before the pretrial conference.
    Claims: negligence, strict liability, loss of consortium, wrongful death, emphysema, carcinoma
    Opening Statement   Direct Examination   Cross Examination   Redirect   Closing Argument
    Amount of each contribution   Name of office sought   Date of election   None
    In accordance with 28 U.S.C. 1746, the undersigned swears or affirms under penalty of perjury.
    Received of the Treasurer the sum shown above in full payment of services rendered.
    """)
"""Passages in which nobody is named."""

PLAIN_PHRASES: Final = lines("""
    Opening Statement
    Closing Argument
    Direct Examination
    Part III
    Part One
    Appendix C
    Suff.
    First
    Last
    Middle
    Maiden
    Nickname
    Alias
    Initials
    Surname
    Given Names
    First Last
    Last First MI
    Print or Type
    Type or Print Name
    Signature and Title
    Name, Title and Address
    Name and Title of Officer
    Full Name of Debtor
    Occupation of Father
    Usual Residence
    Inside City Limits
    Office of Registration Unit
    Criminal Division
    Department Head
    Section Chief
    Branch Office
    Field Office
    Central Files
    Legal Files
    Library Copy
    Reading File
    Ledger Copy
    Marketing Research Department
    Research and Development
    Quality Assurance Unit
    Product Development
    Brand Management
    Special Markets
    Consumer Relations
    Public Affairs
    Media Services
    Sales Operations
    Chain Accounts
    Cooperative Payment
    Retail Trade
    Primary Contact
    Alternate Contact
    Account Executive
    Creative Director
    Art Department
    Engraving Instructions
    Die Cut Counter Card
    Carton Overwrap
    Tipping Paper
    Burley Stem
    Flue Cured
    Bright Leaf
    Turkish Blend
    Spearmint Flavor
    Wintergreen Oil
    Royal Crown Jewel
    Golden Bear Project
    Operation Sunrise
    Project Magnolia
    Study Violet
    Code Name Robin
    Test Market Lincoln
    Denver Sales Division
    Madison Avenue Style
    Phase Two
    Round Three
    Stage Four
    Salmonella
    Drosophila
    Bacillus cereus
    S. enteritidis
    L. monocytogenes
    N. tabacum
    C. elegans
    Ames Assay
    Draize Test
    Kruskal-Wallis Test
    Newman-Keuls
    Bonferroni Correction
    Soxhlet Extraction
    Kjeldahl Nitrogen
    Erlenmeyer Flask
    Petri Dish
    Karl Fischer Titration
    Cambridge Filter Pad
    Wilcoxon Rank Sum
    Mann-Whitney U
    Hanover Trial
    Formaldehyde
    Acrolein
    Toluene
    Benzo(a)pyrene
    Dimethyl Sulfoxide
    Glycyrrhiza
    Lactose Monohydrate
    Penicillin V Potassium
    Regular Hours
    Gross Pay
    Year To Date
    Net Deposit
    Advice of Deposit
    Escrow Holder
    Loan Purpose
    Property Type
    Plan Type HMO
    Group Number
    Copay
    Rx Bin
    Attending Physician
    Referring Provider
    Admission Hour
    Discharge Status
    Patient Control No.
    Insured's Unique ID
    Place of Service
    Next Visit
    Serum
    Dose
    Booster
    Chief Complaint
    Family History
    Social History
    Review of Systems
    Vital Signs
    Live Birth
    Registrar's File No.
    Attendant at Birth
    Monday
    Tuesday
    Wednesday
    Sunday
    April
    May
    June
    August
    Easter
    Spring
    Autumn
    Summer School
    Carol Singing
    Rose Bush
    Iris Bulb
    Mark Up
    Bill Of Material
    Pat. Pending
    Will Call
    Drew Down
    Grant Application
    Chase Card
    Frank Discussion
    Art Work
    Sue For Damages
    Rob Roy
    Penny Stock
    Dawn Shift
    Faith Based
    Hope Chest
    Joy Stick
    Grace Period
    Guy Wire
    Jack Up
    Miles Driven
    Rich Text
    Sandy Soil
    Chip Board
    Sterling Silver
    Victor Valve
    """)
"""Headings, captions, terms and goods that look like names and are none."""
