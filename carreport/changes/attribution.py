"""
Which patients moved a number: the analyses run on the old rows with one patient's new ones.

No number is approximated and no table is derived again. What is computed of a patient rests on
the patient's own rows, so it is enough to put these into what the analysis was handed.
"""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.changes.handed import Swapping, handed
from carreport.changes.values import values
from carreport.results.runner import calls, conventions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from multiprocessing.connection import Connection

    from carreport.analyses.declare import Analysis
    from carreport.results.rows import Value
    from carreport.results.runner import Call
    from carreport.study.snapshot import Snapshot

NOT_OF_PATIENTS: Final = "rests on more than the rows of patients"
FAILED: Final = "cannot be computed with the rows of single patients"
_FEW: Final = 200
"""So many single computations are done before a second process would have begun."""

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
    """One call, on both sides, and the numbers of it that are asked for."""

    call: Call
    swapping: Swapping
    wanted: frozenset[str]
    conventions: Any
    parameters: tuple[str, ...]


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
    tasks: list[_Task] = []
    patients: dict[str, tuple[str, ...]] = {}
    reasons: dict[str, str] = {}
    for call in calls(asked, old):
        if call.id in wanted and call.id in now:
            swapping = Swapping.between(handed(old, call), handed(new, now[call.id]))
            patients[call.id] = swapping.changed
            ids = frozenset(wanted[call.id])
            if not swapping.whole:
                reasons[call.id] = NOT_OF_PATIENTS
            if ids and swapping.changed:
                conventions = conventions_of(old, call.scope)
                tasks.append(_Task(call, swapping, ids, conventions, call.analysis.parameters))
    found, failed = _all(tasks)
    return Attributed(found, patients, {**reasons, **dict.fromkeys(failed, FAILED)})


def _all(tasks: Sequence[_Task]) -> tuple[Moved, list[str]]:
    """Every task; in two processes where there is much to do and the system can fork."""
    steps = [(task, one) for task in tasks for one in task.swapping.changed]
    if len(steps) < _FEW or "fork" not in multiprocessing.get_all_start_methods():
        return _done(steps)
    # Every second one: both halves have their share of every analysis.
    context = multiprocessing.get_context("fork")
    reading, writing = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(steps[1::2], writing), daemon=True)
    process.start()
    writing.close()
    try:
        found, failed = _done(steps[::2])
        more, others = reading.recv()
    except EOFError:
        more, others = _done(steps[1::2])
    finally:
        process.kill()
        process.join()
    for id_, by in more.items():
        found.setdefault(id_, {}).update(by)
    return found, [*failed, *others]


def _send(steps: Sequence[tuple[_Task, str]], writing: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    writing.send(_done(steps))


def _done(steps: Iterable[tuple[_Task, str]]) -> tuple[Moved, list[str]]:
    """The numbers by id and patient, and the calls that failed."""
    found: Moved = defaultdict(dict)
    failed: dict[str, None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for task, patient in steps:
            call = task.call
            given = {**task.swapping.given(patient), "conventions": task.conventions}
            try:
                shape = call.analysis(**{k: given[k] for k in task.parameters if k in given})
            except Exception:  # noqa: BLE001 - said of the call; the others go on
                failed[call.id] = None
                continue
            for id_, value in values(call.name, shape, call.keys, task.wanted):
                found[id_][patient] = value
    return dict(found), list(failed)
