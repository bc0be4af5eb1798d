"""What an archive job knows of its documents, so that none is lost, done twice or released twice."""

from __future__ import annotations

from docpriv.batch.job import State
from docpriv.batch.ledger.ledger import Added, Claim, Ended, Ledger, Place, Row

__all__ = ["Added", "Claim", "Ended", "Ledger", "Place", "Row", "State"]
