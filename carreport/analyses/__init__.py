"""The analysis plan: one file per chapter, in reading order."""

from __future__ import annotations

from carreport.analyses import baseline, biomarkers, disposition, outcomes, safety, survival

ANALYSES = (
    *disposition.ANALYSES,
    *baseline.ANALYSES,
    *outcomes.ANALYSES,
    *survival.ANALYSES,
    *safety.ANALYSES,
    *biomarkers.ANALYSES,
)
