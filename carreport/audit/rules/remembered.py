"""Checks of counts and of survival, each asked once: readings ask most of them again."""

from __future__ import annotations

from functools import cache

from carreport.audit import checks

__all__ = [
    "additive",
    "event_free",
    "events_implied",
    "exclusive",
    "greenwood",
    "grim",
    "invert",
    "km_inversion",
    "nested",
    "partition",
    "same_count",
]

additive = cache(checks.additive)
event_free = cache(checks.event_free)
events_implied = cache(checks.events_implied)
exclusive = cache(checks.exclusive)
greenwood = cache(checks.greenwood)
grim = cache(checks.grim)
invert = cache(checks.invert)
km_inversion = cache(checks.km_inversion)
nested = cache(checks.nested)
partition = cache(checks.partition)
same_count = cache(checks.same_count)
