"""What a kind of list is: its fields, what a row of it becomes, and by what it is told from other kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from imports.vocabulary import plain
from inventory.lifecycle import Word


@dataclass(slots=True)
class Look:
    """What is known of a cell beside its text, and what its reader wants to say of it.

    `number`, `date`: typed as such in the workbook. `since_1904`: how the workbook counts days. `width`: digits that
    the numbers of this column have, where a pattern tells.
    """

    number: bool = False
    date: bool = False
    since_1904: bool = False
    width: int = 0
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a row may say: its heading in templates, and how its cell is read (raising `CellRefused`).

    `needed`: a row without it is a problem. `text`: numbers that are names, which Excel must not touch.
    `words`: headings that mean this field in lists of this kind only, beside the common vocabulary.
    `labels`: the words for the values of a choice.
    """

    name: str
    heading: Promise
    read: Callable[[str, Look], Any]
    needed: bool = False
    text: bool = False
    words: tuple[str, ...] = ()
    in_template: bool = True
    labels: Mapping[str, Promise] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of list. To apply it, take the `row` objects that `ListReader` yields; nothing else is needed.

    `row`: the dataclass of a row, with `line`, the fields by name, and `notices`. `identity`: a row says at least one
    of these. `unique`: no two rows say the same. `telling`: fields that lists of other kinds do not have.
    `clearable`: fields that a row may empty in what we have; `row` then has `cleared`, their names.
    `needs`: what who brings such a list in must be allowed, as the command behind it asks. `no_way_in`: why such lists
    are read and not brought in. `no_way_back`: why one that was applied cannot be undone.
    """

    name: str
    label: Promise
    row: Callable[..., Any]
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    unique: tuple[str, ...]
    telling: tuple[str, ...] = ()
    clearable: tuple[str, ...] = ()
    needs: Word = Word.DECLARE
    no_way_in: Promise | str = ""
    no_way_back: Promise | str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in the order of the template."""
        return tuple(one.name for one in self.fields)

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(one for one in self.fields if one.name == name)

    def words(self) -> Mapping[str, str]:
        """Headings (plain) that mean something else here than in the common vocabulary."""
        return {plain(word): one.name for one in self.fields for word in one.words}
