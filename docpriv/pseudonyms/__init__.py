"""Consistent pseudonyms of values by a key: names, addresses, numbers, dates; refuses to give a value itself back.

A pseudonym depends on the key, the kind and the value in one form, so that one job gives one value the same pseudonym on
every page, in every document and process. It is no encryption: nobody can compute the value from it, with the key neither.
"""

from docpriv.pseudonyms.keyed import derived_key, key_id, make_key, read_key
from docpriv.pseudonyms.writer import REPLACED, Pseudonyms

__all__ = ["REPLACED", "Pseudonyms", "derived_key", "key_id", "make_key", "read_key"]
