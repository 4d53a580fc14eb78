"""Results: run the analysis plan, look numbers up, save them."""

from __future__ import annotations

from carreport.ids import fragment, join_id, split_id
from carreport.results.plan import plan
from carreport.results.rows import ListedResult, Result, Results
from carreport.results.runner import run

__all__ = ["ListedResult", "Result", "Results", "fragment", "join_id", "plan", "run", "split_id"]
