"""What the adversary's pages say in English: sentences that name nobody, captions, cue words; plain data."""

from __future__ import annotations

from docpriv_lab.synthesis.wording import split

SENTENCES = split(
    "The visit took place as planned and further treatment is not needed at this time.|"
    "Please keep this letter with your other papers and bring it to the next appointment.|"
    "The parcel was left behind the gate because nobody opened the door.|"
    "All amounts are due within thirty days of the date above.|"
    "We have checked the meter and found that the reading was correct.|"
    "The committee agreed to repair the roof before the winter.|"
    "Members who wish to cancel have to do so in writing.|"
    "The garden behind the house was not part of the inspection.|"
    "Our records show that the form was received without its second page.|"
    "The room is heated and has two windows that face the yard.|"
    "Copies of the certificate are enclosed for your files.|"
    "A deposit is kept until the keys have been returned.|"
    "The results were explained and no questions were left open.|"
    "Deliveries are made on weekdays between nine and five.|"
    "The policy covers damage by water but not by frost.|"
    "Payment can be made by cheque or at the counter.|"
    "The lesson was moved to the larger hall for this week only.|"
    "Any change of circumstances must be reported without delay.|"
    "The car was returned with a full tank and no damage.|"
    "Nothing in this notice changes the terms of the agreement."
)

TITLES = split("Visit summary|Notice of renewal|Delivery note|Minutes of the meeting|Claim report|Confirmation of booking")
CLOSINGS = split("Yours sincerely|With kind regards|Signed on behalf of the office|Prepared by")
NAME = split("Name|Full name|Patient|Applicant|Customer")
ADDRESS = split("Address|Home address")
PHONE = split("Phone|Telephone|Mobile")

CUES = split(
    "my mobile is {}|please ring {} after six|contact {} for the keys|text {} on arrival|m {}|t {}|TO: {}|call me on {}|"
    "fax {}|reach us under {}"
)
"""Where `{}` stands a number follows that belongs to somebody."""
