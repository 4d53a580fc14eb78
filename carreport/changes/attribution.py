"""
Which patients moved a number: the analyses run on the old rows with one patient's new ones.

No number is approximated and no table is derived again. What is computed of a patient rests on
the patient's own rows, so it is enough to put these into what the analysis was handed.
"""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.changes.handed import Swapping, handed
from carreport.changes.values import values
from carreport.results.runner import calls, conventions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized

    from carreport.analyses.declare import Analysis
    from carreport.results.rows import Value
    from carreport.results.runner import Call
    from carreport.study.snapshot import Snapshot

NOT_OF_PATIENTS: Final = "rests on more than the rows of patients"
FAILED: Final = "cannot be computed with the rows of single patients"
_FEW: Final = 1_000
"""So few calls and patients are done before a second process would have begun."""

Moved = dict[str, dict[str, "Value"]]


@dataclass(frozen=True, slots=True)
class Attributed:
    """
    What single patients do to numbers.

    Attributes:
        values: By id and patient, the number with only this patient's rows as in the new.
        patients: By call, the patients whose rows reach it otherwise.
        reasons: By call, why what moved it is not all found among them.
    """

    values: Mapping[str, Mapping[str, Value]]
    patients: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Task:
    """One call on both sides, and the numbers of it that are asked for."""

    old: Snapshot
    new: Snapshot
    before: Call
    after: Call
    wanted: frozenset[str]


@dataclass(slots=True)
class _Found:
    """What was found so far, by the names of `Attributed`."""

    values: Moved
    patients: dict[str, tuple[str, ...]]
    reasons: dict[str, str]


def attribute(
    analyses: Iterable[Analysis[Any]],
    old: Snapshot,
    new: Snapshot,
    wanted: Mapping[str, Iterable[str]],
) -> Attributed:
    """
    Every wanted number with one patient at a time as in the new.

    Args:
        analyses: The analysis plan.
        old: The study then, under the settings of the new.
        new: The study now.
        wanted: By call, ids of the numbers; none where only its patients are asked for.

    Returns:
        The numbers, and the patients by call; a call only one side makes is left out.
    """
    asked = tuple(analyses)
    now = {call.id: call for call in calls(asked, new)}
    tasks = [
        _Task(old, new, call, now[call.id], frozenset(wanted[call.id]))
        for call in calls(asked, old)
        if call.id in wanted and call.id in now
    ]
    found = _all(tasks, many=len(tasks) * len(new.patients) > _FEW)
    return Attributed(found.values, found.patients, found.reasons)


def _all(tasks: Sequence[_Task], *, many: bool) -> _Found:
    """Every task; in two processes where there is much to do and the system can fork."""
    # Who looks at most comes first, so that neither process waits long for the other.
    ordered = sorted(tasks, key=lambda task: -_looked_at(task))
    if not many or "fork" not in multiprocessing.get_all_start_methods():
        return _done(iter(ordered))
    context = multiprocessing.get_context("fork")
    reading, writing = context.Pipe(duplex=False)
    counter = context.Value("i", 0)
    process = context.Process(target=_send, args=(ordered, counter, writing), daemon=True)
    process.start()
    writing.close()
    try:
        found = _done(_taken(ordered, counter))
        more: _Found = reading.recv()
    except EOFError:  # it was ended from outside
        more = _done(task for task in ordered if task.before.id not in found.patients)
    finally:
        process.kill()
        process.join()
    return _Found(
        found.values | more.values, found.patients | more.patients, found.reasons | more.reasons
    )


def _looked_at(task: _Task) -> int:
    """How many columns a call is handed."""
    return sum(len(roles) for roles in task.before.analysis.reads(task.before.item).values())


def _taken(tasks: Sequence[_Task], counter: Synchronized[int]) -> Iterator[_Task]:
    """The tasks that no other process has taken."""
    while True:
        with counter.get_lock():
            at = counter.value
            counter.value += 1
        if at >= len(tasks):
            return
        yield tasks[at]


def _send(tasks: Sequence[_Task], counter: Synchronized[int], writing: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    writing.send(_done(_taken(tasks, counter)))


def _done(tasks: Iterator[_Task]) -> _Found:
    found = _Found({}, {}, {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for task in tasks:
            _do(task, found)
    return found


def _do(task: _Task, found: _Found) -> None:
    """One call with each patient in turn as in the new."""
    call = task.before
    swapping = Swapping.between(handed(task.old, call), handed(task.new, task.after))
    found.patients[call.id] = swapping.changed
    if not swapping.whole:
        found.reasons[call.id] = NOT_OF_PATIENTS
    conventions = conventions_of(task.old, call.scope)
    parameters = call.analysis.parameters
    for patient in swapping.changed if task.wanted else ():
        given = {**swapping.given(patient), "conventions": conventions}
        try:
            shape = call.analysis(**{name: given[name] for name in parameters if name in given})
        except Exception:  # noqa: BLE001 - said of the call; the others go on
            found.reasons[call.id] = FAILED
            continue
        for id_, value in values(call.name, shape, call.keys, task.wanted):
            found.values.setdefault(id_, {})[patient] = value
