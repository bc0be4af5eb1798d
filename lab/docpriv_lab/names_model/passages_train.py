"""Passages of the documents that the model learns from, with slots to fill; not for held-out documents."""

from __future__ import annotations

from typing import Final

from docpriv_lab.names_model.wording import lines

PASSAGES: Final = lines(r"""
    Dear {title} {surname},
    Dear {title} {surname}:
    Dear {first},
    Dear {person}:
    Hi {first},
    Hello {first} and {first},
    Dear {first} and {first},
    {first},
    {first}:
    Gentlemen:
    Dear Sir or Madam:
    Dear Valued Customer,
    Dear Ambassador {surname}:
    I am writing on behalf of {org} regarding your account.
    Please contact {person} at {phone} if you have questions.
    This agreement is made between {org} and {person}, residing at {addressline}.
    {person} was seen in our clinic on {date} for follow-up.
    {title} {surname} is a 54 year old male with a history of hypertension.
    Sincerely,\n\n{person}\n{job}\n{org}
    Sincerely yours,\n{person}\n{job}
    Very truly yours,\n\n{person}
    Best regards,\n{first}
    Thanks,\n{first}
    Kind regards,\n{person}\n{job}, {org}\n{address}
    Cordially,\n{wrapped}\n{job}
    The shipment left {city} on {date} and arrived in {city}, {country}.
    We confirm that {person} has been employed by {org} since {date}.
    As discussed with {person} and {person}, the budget is {money}.
    The meeting was attended by {person}, {person} and {person}.
    Copies went to {wrapped} and to {initialed}.
    Attached is the report that {wrapped} asked for.
    {person}, {job}, {org}
    {person}\n{job}\n{org}\n{address}
    {org}\n{address}\nTel: {phone} Fax: {phone}
    {person}\n{address}
    {person}\n{street}\n{cityzip}
    {sorted}\n{street}\n{cityzip}
    {date}\n\n{title} {person}\n{org}\n{address}\n\nDear {title} {surname}:
    Patient {person} (DOB {date}) was referred by Dr. {surname} of {hospital}.
    The tenant, {person}, agrees to rent the property at {addressline}.
    Pay to the order of {person} {money}
    Pay to the order of\n{person}\n{street}\n{cityzip}
    Notary Public, State of {state}, County of {county}
    {title} {person} called on {date} about order {id}.
    Our records show that {title} {surname} moved to {city}, {st} in {date}.
    cc: {person}\n    {person}\n    {person}
    cc: {initialed}\n{initialed}\n{surname}, {surname}
    Cc: {person}; {sorted}; {person}
    Cc: {sorted}; {sorted}; {person}; {surname}
    To: {person}; {person}\nCc: {sorted}; {sorted}\nSubject: {words}
    Good morning {first},\n{words} {words}.
    Hello {first} and {first},
    Thanks,\n{first}
    Best,\n{first}\n\n{person}\n{job}
    {surname}\t{number}\t{money}\n{surname}\t{number}\t{money}\n{surname}\t{number}\t{money}
    {words} was prepared by {surname} and checked by {first} {surname}.
    {initialed} {job}
    Distribution:\n{initialed}\n{initialed}\n{initialed}
    {sorted}   {id}   {date}   {money}
    {sorted}\t{job}\t{city}
    1. {person}\n2. {person}\n3. {person}
    Dr. {person}, MD
    {person}, M.D., Ph.D.
    Smoking cessation was discussed with the patient.
    A study of {words} was conducted at {school} in {city}.
    Subject: {words}
    Thank you for shopping at {org}
    {goods}   {number}   {money}   {money}
    {goods}  {money}\n{goods}  {money}\nTotal  {money}
    {words} {words}
    This is to certify that {person} of {org} has completed {words}.
    Signed at {city} this day by {person}.
    Estate of {person}
    {person} v. {org}
    In re: {person} vs {person}
    I, {person}, hereby authorize {org} to release my records to {hospital}.
    Please remit payment to {org}, {addressline}
    Mail to: {org}, {addressline}
    Office of {title} {person}
    From the desk of {person}
    {title} {surname} reports no known drug allergies.
    Return to {initialed} by {date}
    /s/ {person}
    /s/ {person}   {person}   {date}
    Reviewed by {initialed} on {date}
    PRODUCT OF {country}
    {city}, {st}
    The Board of {org} approved the {words} in {date}.
    {first} and {first} {surname}\n{address}
    {first} & {first} {surname}
    {first} OR {first} {surname}\n{street}\n{cityzip}
    c/o {person}\n{address}
    {country}   {city}   {money}
    Flight from {city} to {city} on {date}
    {brand} and {brand} volume was up in {months}.
    The new packaging for {brand} is following the old one.
    Field interest in {brand} was reported by {city} Division.
    {clutter}\n{clutter}\n{clutter}
    {abbr} requirements of the {abbr} plan
    {abbr} {words}
    {words} {abbr} {abbr}
    {clutter}
    {brand}   {number}   {brand}   {number}\n{brand}   {number}   {brand}   {number}
    {chemical}   {number}   {chemical}   {number}
    Direct accounts stocking no {brand}
    {person} - {org}
    {person} ({org})
    ({person})
    "{person}"
    {person};{person};{person}
    {person} / {person} / {initialed}
    {person}, Esq.
    {initialed}   {initialed}   {initialed}\n{initialed}   {initialed}   {initialed}
    CC: {initialed}   {initialed}\n{initialed}   {initialed}
    {surname}, {surname}, {surname}, {surname}
    {surname}\n{surname}\n{surname}
    {surname}   {number}   {number}\n{surname}   {number}   {number}\n{surname}   {number}   {number}
    {first}   {surname}\n{first}   {surname}\n{first}   {surname}
    {org}   {addressline}   Tel {phone}   Fax {phone}
    {addressline} Tel {phone} Fax {phone}
    {org} {addressline}
    {org}\n({id})\n{address}\nTEL: {phone}\nGST NO: {id}\nTAX INVOICE\nCASHIER: {first}\
    \n{goods}  {money}\n{goods}  {money}\nROUNDING {money}\nTOTAL {money}
    {org}\nCO.NO: {id}\n{address}\nINVOICE NO: {id}  DATE: {date}\n{goods}\
    \n{number} x {money}  {money}\n{brand}  {money}\nSUB TOTAL {money}
    {cityzip}
    {street}
    {street}\n{cityzip}
    {number}   {cityzip}
    {words} {abbr} {words}
    REPORTED BY: {person}, {job}, {city}, {st}
    {surname} called {surname} about {words} on {months}.
    Per your request, attached is a memo regarding {words}. {first}
    {first},\nThanks for your help with {words}.\n{first}
    {city}   {number}   {number}\n{city}   {number}   {number}\n{city}   {number}   {number}
    {city} Division
    Division: {city}   # Reps: {number}
    SIGNATURE   {date}
    Patient is a {number} y.o. female c/o {words}. Hx of {words}. Rx {goods}.
    {code} {code} {code}
    {medical}. {medical}. {medical}.
    {medical}
    {legal}
    {legal}\n{legal}\n{words}
    {legal} {words} {legal}
    {medical} {words}
    Dept {number}   Rate {number}
    ({first}) at bedside, {phone}
    {medical}; discussed with Dr. {surname}.
    Present: {initialed} (Chair), {initialed}, {person}, {person}
    {title} {initialed} & {title} {initialed}
    {person} & {person}\n{address}
    DR {person}   {id}\n{medical}
    DRIVER LICENSE\nDL {id}  CLASS C\nEXP {date}\nLN {surname}\nFN {first}\n{street}\n{cityzip}\
    \nDOB {date}\nSEX M  HGT 5-10  EYES BRN
    1 {surname}\n2 {first} {first}\n3 {date} {country}\n4a {date}  4c {agency}\n8 {addressline}
    1. {surname}\n2. {first}\n8. {street}\n{cityzip}\n15 SEX F 16 HGT 5'-06"
    ID {id}\n{surname}\n{first} {initial}\n{street}\n{cityzip}
    {surname}\n{first} {first}\nDOB: {date}
    Surname {surname} Given Names {first} {first} Nationality {country:-} Place of birth {city}
    Employee's name {person}  SSN {id}\nEmployer {company}  {addressline}\
    \nWages {money}  Federal tax withheld {money}
    {company}\n{street}\n{cityzip}\n\n{person}\n{street}\n{cityzip}\nEarnings Statement\nPeriod ending {date}
    {person}   Account number {id}\n{street}   Statement period {date}\n{cityzip}   Page 1 of 4
    Name of Registrant: {person}   Registration No. {number}
    {agency} {addressline}
    {org}, {addressline}, has registered on behalf of {agency}, {city}, {country}.
    The registrant met with Senator {surname} and Congressman {person} on {date}.
    Rep. {surname} ({st:-}), Sen. {person}, {title} {surname}
    Partners: {person}, {person}, and {person}
    Officers and directors\n{person}   {job}   {addressline}\n{person}   {job}   {addressline}
    {person} {addressline} {job} {date}
    {company}   {street}   {cityzip}
    {hospital}\n{street}, {cityzip}\nPatient: {sorted}   MRN: {id}\nAttending: {initialed}, MD
    Electronically signed by {person}, MD on {date}
    Specimen collected {date} by {initialed}
    Mother: {person}   Father: {person}   Child: {first}
    Insured: {person}; Claimant: {person}; Adjuster: {first} {surname} x{number}
    This policy is issued to {person} of {city}, {state} by {company}.
    {person} was born in {city} on {date} to {person} and {person}.
    He met {surname} in {city}; {first} later moved to {country}.
    Witnesses: {wrapped}\n{addressline}
    Message for {first}: {first} from {company} called, please ring {phone}.
    {negative}
    {negative}\n{negative}
    {negative} {words}
    {negative}: {date}
    """)
