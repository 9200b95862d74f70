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
    `labels`: the words for the values of a choice. `shown`: how a page shows a value that is kept in another form.
    `people`: names people; it is understood, and neither kept nor shown.
    """

    name: str
    heading: Promise
    read: Callable[[str, Look], Any]
    needed: bool = False
    text: bool = False
    words: tuple[str, ...] = ()
    in_template: bool = True
    labels: Mapping[str, Promise] = field(default_factory=dict)
    shown: Callable[[str], str] = str
    people: bool = False

    def words_for(self, value: str) -> str:
        """A value as a page shows it."""
        return str(self.labels[value]) if value in self.labels else self.shown(value)


@dataclass(frozen=True, slots=True)
class Result:
    """What comes of a row, where the kind tells it more closely than new, changed or known: a word with its mark."""

    label: Promise
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of list. To apply it, take the `row` objects that `ListReader` yields; nothing else is needed.

    `row`: the dataclass of a row, with `line`, the fields by name, and `notices`. `identity`: a row says at least one
    of these. `unique`: no two rows say the same. `telling`: fields that lists of other kinds do not have.
    `clearable`: fields that a row may empty in what we have; `row` then has `cleared`, their names.
    `needs`: what who brings such a list in must be allowed, as the command behind it asks. `beforehand`: what must be
    known before it is applied. `no_way_back`: why one that was applied cannot be undone, and what to do instead.
    `way_back`: what undoing it does, where that is not withdrawing devices. `repeats`: the same thing may stand twice,
    and the second time changes nothing. `most` and `largest`: rows and bytes at most, where fewer than the reader
    allows. `results`: what may
    come of a row, by name. `changing`: what applying changes beside the fields, by name: heading and words.
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
    beforehand: Promise | str = ""
    no_way_back: Promise | str = ""
    way_back: Promise | str = ""
    repeats: bool = False
    most: int = 0
    largest: int = 0
    results: Mapping[str, Result] = field(default_factory=dict)
    changing: Mapping[str, tuple[Promise, Mapping[str, Promise]]] = field(default_factory=dict)

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
