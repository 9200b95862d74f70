"""Devices that may be one: the list of them, two records side by side, their merge and its undoing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.categories import CATEGORIES, MERGE_REASONS, SPLIT_REASONS
from inventory.devices.gatekeepers import require
from inventory.devices.genealogy.commands import FILLABLE, conflicts_of, merge, split, tell_apart
from inventory.devices.genealogy.queries import absorbed_as, alike, likeness_between
from inventory.devices.models import Device
from inventory.devices.queries import device_of
from inventory.devices.tags import grouped
from inventory.lifecycle import Status, Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.device_forms import TAG_FIELD, reasons
from inventory.pages.history import LEARNT
from inventory.templatetags.desk import memory

FACT_LABELS: dict[str, Promise] = {
    **LEARNT,
    "department": _("department"),
    "act_reference": _("act"),
    "decommissioned_on": _("date of decommissioning"),
}


class OtherForm(forms.Form):
    """Which other record."""

    other = forms.CharField(label=_("Tag of the other record"), max_length=200, widget=forms.TextInput(attrs=TAG_FIELD))


class _WhyForm(forms.Form):
    """A reason code, and words that stay beside the ledger."""

    reason = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept apart from the ledger. No names of people, please."),
    )


class MergeForm(_WhyForm):
    """Which of two records is kept, and why they are one."""

    field_order = ("keep", "reason", "remark")
    keep = forms.ChoiceField(label=_("Which record is kept?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, pair: tuple[Device, Device], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(one.tag, f"{grouped(one.tag)} – {Status(one.status).label}") for one in pair]  # type: ignore[attr-defined]
        self.fields["reason"].choices = reasons(MERGE_REASONS)  # type: ignore[attr-defined]


class SplitForm(_WhyForm):
    """Why two records are two again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons(SPLIT_REASONS)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two records side by side; `differs` when both tell it and not the same."""

    label: Promise | str
    one: Any
    other: Any
    differs: bool


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Pairs of devices that bear an equal number, with the reasons, for somebody to decide."""
    actor = actor_of(request)
    context = {"pairs": alike(actor), "may_decide": actor.holds(Word.INSPECT)}
    return render(request, "inventory/devices/alike.html", context)


@require_POST
def apart(request: HttpRequest, tag: str, other: str) -> HttpResponse:
    """Remember that two devices are not the same."""
    tell_apart(tag, other, actor=actor_of(request))
    messages.success(request, _("It is remembered that these two are not the same device."))
    return redirect("genealogy")


@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, tag: str) -> HttpResponse:
    """Two records side by side, and the form that makes them one."""
    actor = actor_of(request)
    require(actor, Word.INSPECT)
    device = device_of(tag, actor)
    asked = OtherForm(request.GET if "other" in request.GET else None)
    if not asked.is_valid():
        return render(request, "inventory/devices/merge_with.html", {"device": device, "form": asked})
    other = device_of(asked.cleaned_data["other"], actor)
    likeness = likeness_between(device, other)
    form = MergeForm(*posted(request)[:1], pair=(device, other), initial={"keep": device.tag, "reason": "seen_twice"})
    if form.is_valid():
        facts = form.cleaned_data
        keep = facts.pop("keep")
        absorbed = other.tag if keep == device.tag else device.tag
        done = merge(keep, absorbed, actor=actor, **facts)
        said = _("%(absorbed)s now opens %(kept)s: they are one record.")
        messages.success(request, said % {"absorbed": grouped(absorbed), "kept": grouped(keep)})
        return redirect("device", done.kept.tag)
    context = {"device": device, "other": other, "likeness": likeness, "lines": _lines(device, other), "form": form}
    return render(request, "inventory/devices/merge.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def split_page(request: HttpRequest, tag: str) -> HttpResponse:
    """Undo the merge of the record behind a tag."""
    actor = actor_of(request)
    require(actor, Word.INSPECT)
    merged = absorbed_as(tag, actor)
    form = SplitForm(*posted(request)[:1])
    if form.is_valid():
        split(tag, actor=actor, **form.cleaned_data)
        said = _("%(absorbed)s is a record of its own again.") % {"absorbed": grouped(merged.absorbed.tag)}
        messages.success(request, said)
        return redirect("device", merged.absorbed.tag)
    context = {"merge": merged, "form": form, "facts": [FACT_LABELS[name] for name in merged.filled]}
    return render(request, "inventory/devices/split.html", context, status=422 if form.is_bound else 200)


def _lines(one: Device, other: Device) -> list[Line]:
    differing = conflicts_of(one, other)
    lines = [
        Line(FACT_LABELS["category"], CATEGORIES[one.category], CATEGORIES[other.category], "category" in differing)
    ]
    for name in FILLABLE:
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours not in (None, "") or theirs not in (None, ""):
            lines.append(Line(FACT_LABELS[name], _shown(name, ours), _shown(name, theirs), name in differing))
    lines.append(Line(_("location"), one.location or "", other.location or "", False))
    lines.append(Line(_("storage media"), _media_in(one), _media_in(other), False))
    return lines


def _shown(name: str, value: Any) -> Any:
    if value in (None, ""):
        return ""
    if name == "memory_mb":
        return memory(value)
    return f"{value.normalize()} kg" if name == "weight_kg" else value


def _media_in(device: Device) -> str:
    return ", ".join(f"{grouped(medium.code)} {medium.serial}".strip() for medium in device.media.all())


urls = [
    path("genealogy/", worklist, name="genealogy"),
    path("genealogy/<str:tag>/<str:other>/", apart, name="genealogy_apart"),
    path("devices/<str:tag>/merge/", merge_page, name="device_merge"),
    path("devices/<str:tag>/split/", split_page, name="device_split"),
]
