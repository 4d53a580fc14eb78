"""The analysis plan: one file per chapter, in reading order."""

from __future__ import annotations

from carreport.analyses import (
    baseline,
    biomarkers,
    disposition,
    exposure,
    incidence,
    kinetics,
    lanes,
    outcomes,
    patients,
    quality,
    safety,
    survival,
)

ANALYSES = (
    *disposition.ANALYSES,
    *exposure.ANALYSES,
    *lanes.ANALYSES,
    *baseline.ANALYSES,
    *patients.ANALYSES,
    *outcomes.ANALYSES,
    *survival.ANALYSES,
    *incidence.ANALYSES,
    *safety.ANALYSES,
    *biomarkers.ANALYSES,
    *kinetics.ANALYSES,
    *quality.ANALYSES,
)
