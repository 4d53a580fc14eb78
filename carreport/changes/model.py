"""What a comparison of two builds found, as frozen values: what diff, its page and a build share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from carreport.changes.showing import difference_shown
from carreport.units import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.results.rows import ListedResult, Value
    from carreport.units import Unit

RowKind = Literal["added", "removed", "corrected", "event", "followup", "known"]
RowClass = Literal["retroactive", "added", "removed", "corrected", "event", "followup", "known"]
CellKind = Literal["corrected", "newly missing", "no longer missing", "known"]
NumberKind = Literal["print", "raw", "new", "gone", "redefined"]
FlipKind = Literal["sign", "significance", "null", "estimable", "known"]

ROW_CLASSES: Final[tuple[RowClass, ...]] = (
    "retroactive", "removed", "corrected", "event", "followup", "known", "added",
)  # fmt: skip
"""Most alarming first."""
ROW_WORDS: Final[Mapping[RowClass, str]] = {
    "retroactive": "changed retroactively, before the earlier cutoff",
    "removed": "removed",
    "corrected": "corrected",
    "event": "events newly observed",
    "followup": "follow-up extended",
    "known": "known only by now",
    "added": "added",
}
NUMBER_KINDS: Final[tuple[NumberKind, ...]] = ("print", "gone", "new", "raw", "redefined")
NUMBER_WORDS: Final[Mapping[NumberKind, str]] = {
    "print": "changed in print",
    "raw": "changed beneath the printed digits",
    "new": "new",
    "gone": "gone",
    "redefined": "the same value, defined otherwise",
}
FLIP_WORDS: Final[Mapping[FlipKind, str]] = {
    "sign": "of sign",
    "significance": "of significance",
    "null": "across no effect",
    "estimable": "of whether it can be estimated",
    "known": "of whether it is known",
}
FLIP_KINDS: Final[tuple[FlipKind, ...]] = tuple(FLIP_WORDS)


@dataclass(frozen=True, slots=True)
class CellChange:
    """
    One cell of a row that is in both.

    Attributes:
        column: Its column.
        old: As it was written; empty for missing.
        new: As it is written.
        kind: What happened; `known`: one of the two cutoffs had rolled it back.
    """

    column: str
    old: str
    new: str
    kind: CellKind


@dataclass(frozen=True, slots=True)
class RowChange:
    """
    One row that differs.

    Attributes:
        table: Its table.
        patient: Its patient.
        key: What tells it from the patient's other rows, in words; empty for patients.
        kind: What happened to it.
        retroactive: Whether it is dated by both cutoffs, so that the earlier build should have
            had it as it is now; a cell that a cutoff rolled back is no such change.
        old_date: The day that decides whether a cutoff removes it, in the old; may be empty.
        new_date: The same in the new.
        old_line: Line in the old file; 0 without, and for a row the cutoff made.
        new_line: The same in the new.
        cells: The cells that differ, for a row that is in both.
        old: Its cells as written in the old, by column; empty for a row that is not there.
        new: The same in the new.
    """

    table: str
    patient: str
    key: str
    kind: RowKind
    retroactive: bool
    old_date: str = ""
    new_date: str = ""
    old_line: int = 0
    new_line: int = 0
    cells: tuple[CellChange, ...] = ()
    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)

    @property
    def class_(self) -> RowClass:
        """The one class it is counted in: `retroactive` before its kind."""
        return "retroactive" if self.retroactive else self.kind


@dataclass(frozen=True, slots=True)
class Number:
    """
    One number on one side.

    Attributes:
        value: Full precision; None with *missing*.
        display: As printed by default.
        unit: What it counts or measures, and how it is printed.
        missing: NE or NR where there is no value.
        n: Patients in the population.
        population: Who was counted, in words, the cutoff left out.
        definition: What it is, in words.
        method: How, in words.
    """

    value: Value
    display: str
    unit: Unit
    missing: str
    n: int
    population: str
    definition: str
    method: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """
    What one patient did to a number.

    Attributes:
        patient: The patient.
        change: The number with only this patient's rows as in the new, less the number in the
            old; None where one of the two cannot be estimated or is text.
        value: The number with only this patient's rows as in the new.
        unit: Of both.
        missing: What stands for a value that cannot be given: NE or NR.
        rows: How many of the patient's rows differ.
    """

    patient: str
    change: float | None
    value: Value
    unit: Unit
    missing: str = ""
    rows: int = 0

    @property
    def display(self) -> str:
        """The number with only this patient's rows as in the new, as printed."""
        return show(self.value, self.unit, missing=self.missing)

    @property
    def change_shown(self) -> str:
        """The change as printed, with its sign; empty where there is none."""
        return "" if self.change is None else difference_shown(self.change, self.unit)


@dataclass(frozen=True, slots=True)
class Effects:
    """
    How a number came from the old to the new; the parts add up to the difference.

    Attributes:
        code: The code here on the old snapshot with its own settings, less what the old build
            saved; and what the new build saved less what the code here gives for it.
        definition: The settings of the new on the old snapshot, less those of the old.
        data: The new snapshot, less the old, with one code and one set of settings.
        residual: `data` less the sum of all contributions and `cutoff`.
        cutoff: What of `data` is of patients with the same rows on both sides: only the day of
            the cutoff moved what is derived from them.
    """

    code: float | None = None
    definition: float | None = None
    data: float | None = None
    residual: float | None = None
    cutoff: float | None = None


@dataclass(frozen=True, slots=True)
class Flip:
    """
    A change that turns what a sentence says: which kind, and in words.

    `null`: to the other side of no effect; `known`: a cell of a patient that was blank, or is.
    """

    kind: FlipKind
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """
    One place a changed number is printed at.

    Attributes:
        side: old or new.
        document: The document.
        place: The table or figure by id, otherwise the heading above it.
        anchor: Id of the element on that side's page; may be empty.
        printed: What is printed there.
        sentence: The sentence, or the row of the table, around it; empty where it is not known.
        block: Whether `place` is a table or figure.
    """

    side: Literal["old", "new"]
    document: str
    place: str
    anchor: str
    printed: str
    sentence: str = ""
    block: bool = False


@dataclass(frozen=True, slots=True)
class NumberChange:
    """
    One number that differs.

    Attributes:
        id: Its id; that of a cell for a printed cell of a listing.
        kind: Changed in print, beneath the printed digits, new, gone, or only defined otherwise.
        old: In the old; None if it is new.
        new: In the new; None if it is gone.
        difference: New less old in the unit stored; None where they cannot be subtracted.
        difference_shown: The same printed, with its sign; percentages in points.
        flips: What turned over: sign, significance, the side of no effect, whether there is a
            value at all.
        redefined: What is said of it on the two sides and differs: unit, definition, method,
            parameters, conditions, columns, population.
        effects: How much of the difference is due to what.
        contributions: Of every patient whose change alone moves it, the largest first.
        alone: Patients any one of whom is enough for what happened where nothing can be
            subtracted: the number becoming estimable, or another text.
        unattributed: Why there are no contributions although it changed, in words; or empty.
        places: Where it is printed, in the order of the pages, new before old.
    """

    id: str
    kind: NumberKind
    old: Number | None
    new: Number | None
    difference: float | None = None
    difference_shown: str = ""
    flips: tuple[Flip, ...] = ()
    redefined: tuple[str, ...] = ()
    effects: Effects = field(default_factory=Effects)
    contributions: tuple[Contribution, ...] = ()
    alone: tuple[str, ...] = ()
    unattributed: str = ""
    places: tuple[Place, ...] = ()

    @property
    def unit(self) -> Unit:
        """Its unit, the new one where there are two."""
        one = self.new or self.old
        assert one is not None  # noqa: S101 - a change has a side
        return one.unit


@dataclass(frozen=True, slots=True)
class ListingChange:
    """
    One listing (curve, course, patients) that differs.

    Attributes:
        id: Its id.
        old: On the old side; None if it is new.
        new: On the new side; None if it is gone.
        added: Rows, told apart by their key, only the new has.
        removed: Rows only the old has.
        changed: Rows both have with another cell.
        patients: Patients whose rows reached it otherwise than before.
        figures: Figures that draw it.
    """

    id: str
    old: ListedResult | None
    new: ListedResult | None
    added: int
    removed: int
    changed: int
    patients: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that draws or prints something that changed: which numbers, which listings."""

    id: str
    title: str
    numbers: tuple[str, ...]
    listings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """
    A sentence or a row of a table that prints changed numbers.

    Attributes:
        side: The page it was read from: new where it is there.
        document: The document.
        place: The heading above it, or the table or figure.
        anchor: Of the first of its changed numbers.
        sentence: As it stands there.
        ids: The changed numbers it prints.
    """

    side: Literal["old", "new"]
    document: str
    place: str
    anchor: str
    sentence: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """Something named that is not the same on both sides: a setting, a file, a library."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PatientChange:
    """
    One patient with rows that differ, or whose derived values do.

    Attributes:
        patient: The patient.
        rows: Rows that differ, by class.
        numbers: Ids of the numbers changed in print that the patient moved.
        entered: Whether the patient is new.
        left: Whether the patient is gone.
    """

    patient: str
    rows: Mapping[RowClass, int]
    numbers: tuple[str, ...]
    entered: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """
    What one side is.

    Attributes:
        label: As a message calls it.
        title: The study.
        cutoff: ISO date.
        digest: First digits of the snapshot's digest.
        commit: Of the package, where it is known.
        carreport: Its version.
        patients: How many.
    """

    label: str
    title: str
    cutoff: str
    digest: str
    commit: str
    carreport: str
    patients: int


@dataclass(frozen=True, slots=True)
class Changes:
    """
    Everything that differs between two builds.

    Attributes:
        old: The side it is compared with.
        new: The side it is about.
        notices: What a reader should know first.
        rows: Rows that differ, most alarming first.
        numbers: Numbers that differ: flips first, then changed in print, gone, new, beneath.
        unchanged: How many numbers are the same.
        listings: Listings that differ, in the order of the results.
        listings_unchanged: How many are the same.
        figures: Figures that draw or print something that changed.
        said: Sentences and rows of tables that print a changed number.
        settings: Keys of study.toml and origins.toml that differ.
        columns: Tables and columns only one side has.
        code: Files of the package that differ.
        environment: Libraries whose versions differ.
        patients: Patients that moved something, those who moved most numbers in print first.
        disclosure: A warning where the sides differ by so few patients that a number shown
            before and after reveals them; or empty.
    """

    old: Named
    new: Named
    notices: tuple[str, ...]
    rows: tuple[RowChange, ...]
    numbers: tuple[NumberChange, ...]
    unchanged: int
    listings: tuple[ListingChange, ...]
    listings_unchanged: int
    figures: tuple[FigureChange, ...]
    said: tuple[Said, ...]
    settings: tuple[Differing, ...]
    columns: tuple[Differing, ...]
    code: tuple[Differing, ...]
    environment: tuple[Differing, ...]
    patients: tuple[PatientChange, ...]
    disclosure: str = ""

    @property
    def anything(self) -> bool:
        """Whether data, numbers, settings or code differ at all."""
        parts = (self.rows, self.numbers, self.listings, self.settings, self.columns, self.code)
        return any(parts) or bool(self.environment)

    @property
    def by_row_class(self) -> dict[tuple[RowClass, str], int]:
        """How many rows of each class in each table; every row once."""
        counted = Counter((one.class_, one.table) for one in self.rows)
        return {
            (name, table): counted[name, table]
            for name in ROW_CLASSES
            for table in dict.fromkeys(one.table for one in self.rows)
            if counted[name, table]
        }

    @property
    def by_number_kind(self) -> dict[NumberKind, int]:
        """How many numbers of each kind; every number once."""
        counted = Counter(one.kind for one in self.numbers)
        return {kind: counted[kind] for kind in NUMBER_KINDS}

    @property
    def flips(self) -> tuple[NumberChange, ...]:
        """The numbers with which something turned over."""
        return tuple(one for one in self.numbers if one.flips)

    @property
    def by_flip_kind(self) -> dict[FlipKind, int]:
        """How many numbers turned over in each way, those of none left out."""
        counted = Counter(kind for one in self.numbers for kind in {by.kind for by in one.flips})
        return {kind: counted[kind] for kind in FLIP_KINDS if counted[kind]}

    def number(self, id_: str) -> NumberChange | None:
        """The change of one number, or None if it is the same."""
        return next((one for one in self.numbers if one.id == id_), None)
