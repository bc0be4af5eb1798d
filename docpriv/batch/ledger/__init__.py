"""What an archive job knows of its documents, so that none is lost, done twice or released twice."""

from __future__ import annotations

from docpriv.batch.job import State
from docpriv.batch.ledger.ledger import Added, Ended, Ledger, Place
from docpriv.batch.ledger.tables import Row

__all__ = ["Added", "Ended", "Ledger", "Place", "Row", "State"]
