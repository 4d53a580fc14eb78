"""What follows from what, and what excludes what, by audit.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carreport.audit.rules.statements import Scope, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.knowledge import Knowledge, Predicate

Said = tuple[str, Scope]
"""A predicate within a scope."""


@dataclass
class Logic:
    """
    Implications and exclusions among predicates.

    Attributes:
        known: What audit.toml says.
    """

    known: Knowledge
    _implied: dict[Said, frozenset[Said]] = field(default_factory=dict)
    _excluded: dict[tuple[Said, Said], bool] = field(default_factory=dict)

    def implied(self, said: Said) -> frozenset[Said]:
        """Everything that follows from something, itself included."""
        if said not in self._implied:
            found, new = {said}, [said]
            while new:
                steps = [step for one in new for step in self._steps(one)]
                new = [step for step in dict.fromkeys(steps) if step not in found]
                found.update(new)
            self._implied[said] = frozenset(found)
        return self._implied[said]

    def _steps(self, said: Said) -> Iterator[Said]:
        name, when = said
        for one in self.known.predicate:
            if one.id == name:
                for ref in (*one.implies, *one.all_of):
                    then, extra = reference(ref)
                    yield then, when | extra
            for ref in (*one.any_of, *one.sum_of):
                part, extra = reference(ref)
                if part == name and extra <= when:
                    yield one.id, when - extra

    def exclude(self, said: Said, other: Said) -> bool:
        """Whether nobody can be both."""
        if (said, other) not in self._excluded:
            self._excluded[said, other] = self._exclude(said, other)
        return self._excluded[said, other]

    def _exclude(self, said: Said, other: Said) -> bool:
        if self._two_values(said, other):
            return True
        rights = self.implied(other)
        return any(
            self._directly(left, right) or self._directly(right, left)
            for left in self.implied(said)
            for right in rights
        )

    def _directly(self, said: Said, other: Said) -> bool:
        name, when = said
        for one in self.known.predicate:
            if one.id == name:
                return other in {(what, when | extra) for what, extra in _denied(one)}
        return False

    def _two_values(self, said: Said, other: Said) -> bool:
        """Whether they differ in the value of one key that has one value a patient."""
        (name, when), (what, then) = said, other
        keys = {one.id for one in self.known.scope if one.exclusive}
        left, right = dict(when), dict(then)
        differ = {key for key in keys if key in left and key in right and left[key] != right[key]}
        rest = [{item for item in scope.items() if item[0] not in keys} for scope in (left, right)]
        return name == what and bool(differ) and rest[0] == rest[1]


def _denied(one: Predicate) -> Iterator[Said]:
    for ref in (*one.excludes, *one.none_of):
        yield reference(ref)
    if one.opposite:
        yield one.opposite, frozenset()
