"""An archive job on many machines: workers elsewhere that share the ledger; refuses to send them text, pixels or names of files.

What travels: the path of a sealed file in the job folder and the key that opens it; ids, counts and codes of documents.
"""

from __future__ import annotations

from docpriv.batch.cluster.crew import Crew
from docpriv.batch.cluster.run import ClusterRun

__all__ = ["ClusterRun", "Crew"]
