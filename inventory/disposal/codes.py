"""WEEE categories and waste codes, valid on the day of a movement: read from a file that grows with the law."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput

_FILE: Final = Path(__file__).resolve().parent / "codes.toml"


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its words, the days on which it counts, and the kinds of device that it is usual for."""

    code: str
    words: Mapping[str, str]
    valid_from: dt.date
    valid_to: dt.date | None
    kinds: frozenset[str]

    def holds(self, day: dt.date) -> bool:
        """Whether it counts on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def label(self) -> Promise:
        """Code and words in the reader's language."""
        found: Promise = _label(self)
        return found


@cache
def categories() -> tuple[Code, ...]:
    """Categories of electrical equipment (directive 2012/19/EU), those of today first."""
    return _read("category")


@cache
def waste_codes() -> tuple[Code, ...]:
    """The codes of the list of waste (decision 2000/532/EC) that may occur here."""
    return _read("waste")


def category_on(kind: str, day: dt.date) -> str:
    """The category that a kind of device stands in on a day."""
    return _usual(categories(), kind, day)


def waste_code_on(kind: str, day: dt.date) -> str:
    """The waste code that is usual for a kind of device on a day."""
    return _usual(waste_codes(), kind, day)


def checked_category(code: str, kind: str, day: dt.date) -> str:
    """The category somebody chose, or the kind's own. Refuses BadInput: it does not hold on that day."""
    return _checked(categories(), code, day, "weee_category") or category_on(kind, day)


def checked_waste_code(code: str, kind: str, day: dt.date) -> str:
    """The waste code somebody chose, or the usual one. Refuses BadInput: it does not hold on that day (R-2.7)."""
    return _checked(waste_codes(), code, day, "waste_code") or waste_code_on(kind, day)


def labels(codes: tuple[Code, ...]) -> dict[str, Promise]:
    """Words by code, for tables and forms."""
    return {one.code: one.label for one in codes}


def _usual(codes: tuple[Code, ...], kind: str, day: dt.date) -> str:
    return next(one.code for one in codes if kind in one.kinds and one.holds(day))


def _checked(codes: tuple[Code, ...], code: str, day: dt.date, field: str) -> str:
    wanted = " ".join(code.split())
    if wanted and not any(one.code == wanted and one.holds(day) for one in codes):
        raise BadInput(
            _("The code “%(code)s” does not hold on %(day)s. Choose one that does, or leave it to the kind of device."),
            code=wanted,
            day=day.isoformat(),
            field=field,
        )
    return wanted


def _read(table: str) -> tuple[Code, ...]:
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
    return tuple(
        Code(
            code=row["code"],
            words={tongue: row[tongue] for tongue in ("fr", "nl", "en")},
            valid_from=row["valid_from"],
            valid_to=row.get("valid_to"),
            kinds=frozenset(row["kinds"]),
        )
        for row in rows
    )


def _told(code: Code) -> str:
    return f"{code.code} – {code.words.get((get_language() or 'en')[:2], code.words['en'])}"


_label: Callable[[Code], Any] = lazy(_told, str)
