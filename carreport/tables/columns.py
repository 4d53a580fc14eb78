"""The columns of a table: everybody, or one group each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.results import join_id
from carreport.tables.layout import N_EQUALS, Cell, Printed, column_head

if TYPE_CHECKING:
    from carreport.study.settings import Settings, TableItem

EVERYBODY: Final = "all"


@dataclass(frozen=True, slots=True)
class Column:
    """Everybody, or one group."""

    id: str
    label: str

    @property
    def keys(self) -> dict[str, str]:
        """Its part of the ids."""
        return {} if self.id == EVERYBODY else {"group": self.id}

    def head(self, span: int = 1, counted: str = "") -> Cell:
        """Its label and how many patients it stands for: all who entered, or that number."""
        shown = Printed(counted or join_id("disposition.enrolled.n", self.keys))
        return column_head(self.label, N_EQUALS, shown, ")", span=span)


def columns(item: TableItem, settings: Settings) -> list[Column]:
    """The columns a table declares, in its order."""
    labels = {EVERYBODY: "All patients"} | {one.id: one.label for one in settings.group_levels()}
    return [Column(one, labels[one]) for one in item.columns]
