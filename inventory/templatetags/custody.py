"""The words of custody for templates: what does not agree, what came of it, how somebody signed, what a crate is."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.collection.differences import KINDS, OUTCOMES
from inventory.collection.models import CustodyException, SignedHow
from inventory.collection.pickup_models import PickupChannel
from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.devices.containers.models import ContainerKind

register = template.Library()

_FIGURES: dict[str, Promise] = {
    "counted": gettext_lazy("counted"),
    "scanned": gettext_lazy("scanned"),
    "seal": gettext_lazy("seal put on"),
    "found": gettext_lazy("seal read"),
    "hours": gettext_lazy("hours allowed"),
}
_SIGNED: dict[str, Promise] = {
    SignedHow.ACCOUNT: gettext_lazy("by being signed in"),
    SignedHow.DRAWN: gettext_lazy("drawn on the screen"),
    SignedHow.PIN: gettext_lazy("by PIN"),
    SignedHow.PAPER: gettext_lazy("on paper"),
}


@register.filter
def difference(kind: str) -> Promise:
    """What does not agree, in the reader's language."""
    return KINDS[kind].label


@register.filter
def outcome(code: str) -> str | Promise:
    """What came of an exception, in the reader's language; empty while it is open."""
    return OUTCOMES[code] if code else ""


@register.filter
def difference_facts(one: CustodyException) -> str:
    """The figures of an exception: counted 41, scanned 40."""
    return ", ".join(f"{word} {one.facts[name]}" for name, word in _FIGURES.items() if name in one.facts)


@register.inclusion_tag("web/parts/status.html")
def difference_state(one: CustodyException) -> dict[str, Any]:
    """The mark of an exception: open, late, or settled."""
    if one.resolved_at is not None:
        return {"tone": "good", "icon_name": "check", "label": _("Settled")}
    if one.due_on < timezone.localdate():
        return {"tone": "bad", "icon_name": "warning", "label": _("Late")}
    return {"tone": "warn", "icon_name": "clock", "label": _("Not settled")}


@register.filter
def signed_how(how: str) -> Promise:
    """How somebody signed, in the reader's language."""
    return _SIGNED[how]


@register.filter
def container_kind(kind: str) -> Promise:
    """Crate, pallet or bag, in the reader's language."""
    return ContainerKind(kind).label


@register.filter
def thing_kind(kind: str) -> str | Promise:
    """The kind of a device or a storage medium, in the reader's language."""
    return CATEGORIES.get(kind) or MEDIUM_KINDS.get(kind) or kind


@register.filter
def pickup_channel(channel: str) -> Promise:
    """How a department asked, in the reader's language."""
    return PickupChannel(channel).label
