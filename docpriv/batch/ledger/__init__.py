"""What an archive job knows of its documents, so that none is lost, done twice or released twice; refuses text of documents."""

from __future__ import annotations

from docpriv.batch.ledger.ledger import Added, Claim, Ended, Ledger, Place, Row
from docpriv.batch.states import State

__all__ = ["Added", "Claim", "Ended", "Ledger", "Place", "Row", "State"]
