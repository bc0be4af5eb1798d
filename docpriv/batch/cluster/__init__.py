"""An archive job on many machines that share storage and ledger.

What travels: the path of a sealed file in the job folder and the key that opens it; ids, counts and codes of documents. No
text, no pixels, no names of files.
"""
