"""Headings, instructions and phrases without names that the model learns from; not for held-out documents."""

from __future__ import annotations

from typing import Final

from docpriv_lab.names_model.wording import lines

BLOCK_HEADINGS: Final = lines("""
    BILL TO
    SHIP TO
    Sold To
    REMIT TO
    Bill to:
    Ship to:
    FROM
    TO
    Vendor
    Customer
    Patient
    Guarantor
    Employer
    Insured
    Return service requested
    Mailing address
    Owner
    Tenant
    Prepared for
    """)

HEADINGS: Final = lines("""
    APPLICATION FOR EMPLOYMENT
    PERSONAL INFORMATION
    PATIENT INFORMATION FORM
    TAX INVOICE
    INVOICE
    CASH BILL
    RECEIPT
    PURCHASE ORDER
    DELIVERY NOTE
    STATEMENT OF ACCOUNT
    MEMORANDUM
    INTER-OFFICE MEMO
    FAX COVER SHEET
    FACSIMILE TRANSMITTAL
    CONFIDENTIAL
    SECTION A
    SECTION B - EMPLOYMENT HISTORY
    CLAIM FORM
    MEDICAL HISTORY
    DISCHARGE SUMMARY
    LABORATORY REPORT
    PRESCRIPTION
    DRIVER LICENSE
    IDENTITY CARD
    PASSPORT
    CERTIFICATE OF INSURANCE
    LEASE AGREEMENT
    LOAN APPLICATION
    EXPENSE REPORT
    TRAVEL AUTHORIZATION
    PROJECT SUMMARY
    WEEKLY STATUS REPORT
    MEETING MINUTES
    ATTENDANCE SHEET
    VISITOR LOG
    PAYSLIP
    PAY STATEMENT
    EARNINGS STATEMENT
    W-2 WAGE AND TAX STATEMENT
    ACCOUNT OPENING FORM
    KNOW YOUR CUSTOMER
    EMERGENCY CONTACT
    TERMS AND CONDITIONS
    THANK YOU
    PLEASE COME AGAIN
    GOODS SOLD ARE NOT RETURNABLE
    Product Specification
    New Competitive Products
    Sales Report
    Market Research
    Consumer Complaint
    Approval Routing
    Contract Summary
    Media Authorization
    Request for Change
    Test Report
    Analytical Request
    Sample Request
    Budget Authorization
    Distribution List
    Special Instructions
    Total Amount Due
    Payment Advice
    Signature
    Authorized Signature
    Witness
    Official Use Only
    For Office Use
    Do Not Write Below This Line
    Continued on Next Page
    Page 1 of 2
    Retail Progress Report
    Chemical Abstract
    Material Safety Data Sheet
    Grand Total
    Account Manager Report
    Employee Benefits
    Patient Rights
    National Account Program
    Certificate of Live Birth
    Supplemental Statement
    Short Form Registration Statement
    Explanation of Benefits
    HEALTH INSURANCE CLAIM FORM
    Closing Disclosure
    Uniform Residential Loan Application
    """)

INSTRUCTIONS: Final = lines("""
    Please print clearly in block letters.
    Attach additional sheets if necessary.
    Check one:  [ ] Yes  [ ] No
    ( ) Male ( ) Female
    I certify that the information above is true and correct to the best of my knowledge.
    This document is confidential and intended only for the addressee.
    If you do not receive all pages, please call immediately.
    Number of pages including cover:
    All amounts in US Dollars unless otherwise stated.
    Payment is due within 30 days of invoice date.
    Please make checks payable to the company.
    No refund without receipt.
    Keep out of reach of children.
    Take one tablet twice daily with food.
    For internal use only.
    Terms: Net 30
    Subject to the terms of the agreement dated above.
    The Company shall not be liable for any indirect damages.
    Employee must complete this section before returning to Human Resources.
    Do not staple or fold.
    See reverse side for instructions.
    Qty  Description  Unit Price  Amount
    Date  Description  Debit  Credit  Balance
    Sub Total
    GST 6%
    VAT 20%
    Total Due
    Balance Forward
    Opening Balance
    Closing Balance
    Blood pressure 120/80, pulse 72, afebrile.
    History of present illness: cough for 3 days.
    Type of Application: New / Renewal
    Reason for leaving
    Have you ever been convicted of a felony?
    Current medications and allergies
    Mode of payment: Cash / Card / Transfer
    Effective date of coverage
    Describe nature of business
    Approved by Marketing Department
    Copies sent to Legal and Finance
    Regional sales were up 4% over last year.
    Menthol 100's
    Quarterly volume in thousands
    Cost per thousand
    Pursuant to the Foreign Agents Registration Act of 1938, as amended
    Furnish this exhibit for EACH foreign principal listed in an initial statement
    Privacy Act Statement. The filing of this document is required by law.
    If the answer is yes, describe fully. (Attach full continuation sheet if necessary.)
    For Six Month Period Ending
    Federal income tax withheld
    Wages, tips, other compensation
    READ BACK OF FORM BEFORE COMPLETING & SIGNING THIS FORM.
    """)

NEGATIVES: Final = lines("""
    Name of Registrant
    Name of Foreign Principal
    Signature of Insured or Authorized Person
    Signature of Applicant
    Name and Address of Employer
    First Name, Middle Initial, Last Name
    Last Name, First Name, Middle Initial
    Print Name and Title
    Typed or Printed Name of Notary
    Address of Principal Place of Business
    Street, City, State, Zip Code
    City, Town or Location
    Country of Citizenship
    Father's Name and Birthplace
    Mother's Maiden Name
    Patient's or Authorized Person's Signature
    Name of Referring Provider or Other Source
    Other Insured's Policy or Group Number
    Certificate Of Live Birth
    Statement Of Earnings And Deductions
    Notice Of Rights And Responsibilities
    Guide To Your Monthly Statement
    Report On Consumer Attitudes
    Plan For National Introduction
    Proposal For Cooperative Advertising
    Summary Of Benefits And Coverage
    Assignment Of Benefits
    Declaration Of Homestead
    Last Will And Testament
    Minutes Of The Annual Meeting
    Letter Of Intent
    Bill Of Lading
    Chain Of Custody Record
    Attorney General
    Secretary of State
    Postmaster General
    Surgeon General
    Clerk of the Circuit Court
    Commissioner of Internal Revenue
    Chief Financial Officer
    Vice President, Sales
    Human Resources Manager
    Board of Directors
    The Registrant and the Foreign Principal
    Grantor, Grantee and Trustee
    The undersigned hereby certifies
    Party of the First Part
    Lessor and Lessee
    Wage and Tax Statement
    Employee Reference Copy
    Social Security Wages
    Medicare Tax Withheld
    Direct Deposit Advice
    Beginning Balance
    Daily Balance Summary
    Customer Service
    Member FDIC
    Equal Housing Lender
    Donor
    Veteran
    Limited Term
    Under 21 Until
    Commercial Driver License
    Permanent Resident Card
    Marlboro Menthol Lights
    Virginia Slims
    Winston King Size
    Salem Full Flavor
    Benson & Hedges 100's
    Chesterfield Filter
    Morgan silver dollar
    Johnson noise
    Ford dealership incentive
    Wilson tennis balls
    Dell monitor
    Brooks running shoes
    Calvin Klein Jeans
    Ralph Lauren Polo
    Mercedes Benz C Class
    Harley Davidson parts
    Kelley Blue Book
    Rand McNally Atlas
    Smith-Waterman alignment
    Student's t test
    Fisher exact test
    Gantt Chart
    Pareto Analysis
    Bates No.
    Monte Carlo Simulation
    Dow Jones Average
    Nielsen Rating
    Gallup Poll
    Starch Scores
    Simmons Data
    """)
