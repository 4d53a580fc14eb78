"""A comparison for programs: plain values that JSON holds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from carreport.changes.model import NUMBER_KINDS

if TYPE_CHECKING:
    from carreport.changes.model import Changes, ListingChange, Number, NumberChange, RowChange


def changes_record(changes: Changes) -> dict[str, Any]:
    """
    All that differs, by the names of the fields.

    Args:
        changes: What was found.
    """
    plain = dataclasses.asdict
    return {
        "old": plain(changes.old),
        "new": plain(changes.new),
        "anything": changes.anything,
        "notices": list(changes.notices),
        "disclosure": changes.disclosure,
        "counts": counts(changes),
        "rows": [_row(one) for one in changes.rows],
        "numbers": [_number(one) for one in changes.numbers],
        "listings": [_listing(one) for one in changes.listings],
        "figures": [plain(one) for one in changes.figures],
        "said": [plain(one) for one in changes.said],
        "settings": [plain(one) for one in changes.settings],
        "columns": [plain(one) for one in changes.columns],
        "code": [plain(one) for one in changes.code],
        "environment": [plain(one) for one in changes.environment],
        "patients": [plain(one) for one in changes.patients],
    }


def counts(changes: Changes) -> dict[str, Any]:
    """How many of everything there are."""
    kinds = changes.by_number_kind
    return {
        "rows": [
            {"class": name, "table": table, "count": count}
            for (name, table), count in changes.by_row_class.items()
        ],
        "numbers": {
            "unchanged": changes.unchanged,
            "flips": len(changes.flips),
            "flips_by_kind": dict(changes.by_flip_kind),
            **{kind: kinds[kind] for kind in NUMBER_KINDS},
        },
        "listings": {"changed": len(changes.listings), "unchanged": changes.listings_unchanged},
    }


def _row(one: RowChange) -> dict[str, Any]:
    return {"class": one.class_, **dataclasses.asdict(one)}


def _number(one: NumberChange) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "old": _side(one.old),
        "new": _side(one.new),
        "difference": one.difference,
        "difference_shown": one.difference_shown,
        "unit": one.unit.name,
        "flips": [dataclasses.asdict(flip) for flip in one.flips],
        "redefined": list(one.redefined),
        "effects": dataclasses.asdict(one.effects),
        "contributions": [
            {"patient": by.patient, "change": by.change, "value": by.value, "rows": by.rows}
            for by in one.contributions
        ],
        "alone": list(one.alone),
        "unattributed": one.unattributed,
        "places": [dataclasses.asdict(place) for place in one.places],
    }


def _side(number: Number | None) -> dict[str, Any] | None:
    if number is None:
        return None
    return {
        "value": number.value,
        "display": number.display,
        "missing": number.missing or None,
        "unit": number.unit.name,
        "kind": number.unit.kind,
        "n": number.n,
        "population": number.population,
        "definition": number.definition,
        "method": number.method,
    }


def _listing(one: ListingChange) -> dict[str, Any]:
    return {
        "id": one.id,
        "added": one.added,
        "removed": one.removed,
        "changed": one.changed,
        "patients": list(one.patients),
        "figures": list(one.figures),
    }
