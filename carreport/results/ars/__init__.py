"""Every number in the JSON form of the CDISC Analysis Results Standard; see docs/reference/ars.md."""

from __future__ import annotations

from carreport.results.ars.event import ars_json, reporting_event
from carreport.results.ars.outputs import Display

__all__ = ["Display", "ars_json", "reporting_event"]
