"""What a report leaves out: a filter in codes, the same in addresses, in saved definitions, in files and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.models import Association
from inventory.devices.categories import CATEGORIES
from inventory.devices.models import Device, Location
from inventory.errors import BadInput
from inventory.ledger.canonical import canonical
from inventory.lifecycle import Status

# So many values of one kind: a filter stands in an address.
MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """Which devices a report is about; each part left empty means all of them. All parts must fit."""

    kind: tuple[str, ...] = ()
    # Where they stood at the end of the period.
    status: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    # Codes of the associations they were reserved for or given to.
    association: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))

    def plain(self) -> dict[str, list[str]]:
        """The parts that are filled, by their names."""
        return {part.name: list(getattr(self, part.name)) for part in fields(self) if getattr(self, part.name)}

    def text(self) -> str:
        """The same as one spelling of JSON; `{}` when nothing is left out."""
        return canonical(self.plain()).decode()

    def words(self) -> list[str]:
        """One sentence a part, in the reader's language."""
        return [
            _("%(part)s: %(values)s")
            % {"part": PARTS[name].label, "values": ", ".join(PARTS[name].told(one) for one in values)}
            for name, values in self.plain().items()
        ]


EVERYTHING: Final = Filter()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to filter by: its name, what a value is called, and which of some values there are."""

    label: Promise
    told: Callable[[str], str]
    there: Callable[[list[str]], Iterable[str]]


PARTS: Final[dict[str, Part]] = {
    "kind": Part(_("Kind"), lambda code: str(CATEGORIES.get(code, code)), lambda _values: CATEGORIES),
    "status": Part(
        _("Status at the end of the period"),
        lambda code: str(Status(code).label),
        lambda _values: [status.value for status in Status],
    ),
    "department": Part(
        _("Department"),
        str,
        lambda values: Device.objects.filter(department__in=values).values_list("department", flat=True).distinct(),
    ),
    "location": Part(
        _("Location"), str, lambda values: Location.objects.filter(code__in=values).values_list("code", flat=True)
    ),
    "association": Part(
        _("Association"), str, lambda values: Association.objects.filter(code__in=values).values_list("code", flat=True)
    ),
}


def read_filter(given: Mapping[str, Iterable[str]]) -> Filter:
    """A filter from its parts, each value once and in order. Refuses BadInput: a part or a value that there is not."""
    for name in given:
        if name not in PARTS:
            raise BadInput(_("Nothing can be filtered by '%(part)s'."), field="filters", part=name)
    return Filter(**{name: _values(name, given.get(name, ())) for name in PARTS})


def _values(name: str, given: Iterable[str]) -> tuple[str, ...]:
    values = sorted({one.strip() for one in given} - {""})
    if len(values) > MOST_VALUES:
        raise BadInput(_("Choose at most %(most)s values of one kind."), field=name, most=MOST_VALUES)
    there = set(PARTS[name].there(values)) if values else set()
    for value in values:
        if value not in there:
            raise BadInput(
                _("%(part)s: there is no '%(value)s'."), field=name, part=str(PARTS[name].label), value=value
            )
    return tuple(values)
