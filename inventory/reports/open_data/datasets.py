"""What a data set is: its columns, its rows of a year, and the words that describe it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise

Rows = list[tuple[Any, ...]]


class Licence(NamedTuple):
    """Under which terms a data set may be used: its short name and its address."""

    name: str
    address: str


CC0: Final = Licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
CC_BY_SA: Final = Licence("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name for machines, its title for people, what it holds (text, int, decimal, date).

    `codes`: the words for the codes it holds. Machines get the code, people the words.
    """

    name: str
    title: Promise
    kind: str = "text"
    codes: Mapping[str, Promise | str] | None = None
    # Stands in the files only: a page has no room for everything.
    in_files: bool = False

    def told(self, value: Any) -> Any:
        """A value as people read it, in the language of the moment."""
        return str(self.codes.get(value, value)) if self.codes and value else value


@dataclass(frozen=True, slots=True)
class Check:
    """Two counts of the same by two ways; they are equal, or something is wrong and everybody sees it."""

    label: Promise
    here: Any
    there: Any

    @property
    def fits(self) -> bool:
        """Whether both ways say the same."""
        return bool(self.here == self.there)


def _no_checks(_year: int, _rows: Rows) -> list[Check]:
    return []


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set: one table a year. Nothing in it may tell of a person."""

    code: str
    title: Promise
    description: Promise
    fields: Sequence[Field]
    rows: Callable[[int], Rows]
    # The columns that together name a row.
    key: Sequence[str]
    # Of the EU's vocabulary of data themes.
    theme: str = "ENVI"
    licence: Licence = CC0
    # The law or method behind it, a sentence.
    rule: Promise | str = ""
    checks: Callable[[int, Rows], list[Check]] = _no_checks
    # Columns whose sum stands at the foot of the table.
    sums: Sequence[str] = ()
