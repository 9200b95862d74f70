"""Exceptions of custody for people, with their deadlines and outcomes, and the chain of custody on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from inventory.collection import differences, queries
from inventory.collection.models import CustodyException
from inventory.collection.sheets import custody_of_device, custody_of_manifest
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of
from inventory.pages.fields import DayField

STATES = (
    ("open", gettext_lazy("Not settled")),
    ("late", gettext_lazy("Late")),
    ("resolved", gettext_lazy("Settled")),
    ("", gettext_lazy("All")),
)


class ResolveForm(forms.Form):
    """What came of it, among what can come of this kind."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"), widget=forms.RadioSelect)

    def __init__(self, kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["outcome"]
        field.choices = [(code, differences.OUTCOMES[code]) for code in differences.KINDS[kind].outcomes]


class AssignForm(forms.Form):
    """Another owner, another deadline."""

    owner = forms.TypedChoiceField(label=gettext_lazy("Owner"))
    due_on = DayField(label=gettext_lazy("Until"))

    def __init__(self, people: list[Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = {person.get_username(): person for person in people}
        field: Any = self.fields["owner"]
        field.choices = [(name, person.get_full_name() or name) for name, person in known.items()]
        field.coerce = known.__getitem__


@require_safe
def exceptions(request: HttpRequest) -> HttpResponse:
    """What does not agree, the most urgent first; the filters stand in the address."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "") for name in ("kind", "mine")}
    asked["state"] = request.GET.get("state", "open")
    found = queries.difference_list(actor, state=asked["state"], mine=bool(asked["mine"]), kind=asked["kind"])
    context = {"page": page_of(request, found), "asked": asked, "states": STATES, "kinds": list(differences.KINDS)}
    return render(request, "inventory/collection/exceptions.html", context)


@require_safe
def exception(request: HttpRequest, number: str) -> HttpResponse:
    """One exception: what it is about, who owns it, and what can have come of it."""
    return _show(request, queries.difference_numbered(number, actor_of(request)))


@require_POST
def resolve(request: HttpRequest, number: str) -> HttpResponse:
    """Say what came of it."""
    actor = actor_of(request)
    found = queries.difference_numbered(number, actor)
    form = ResolveForm(found.kind, request.POST)
    if not form.is_valid():
        return _show(request, found, resolve_form=form)
    differences.resolve(number, actor=actor, outcome=form.cleaned_data["outcome"])
    messages.success(request, _("Exception %(number)s is settled.") % {"number": found.number})
    return redirect("custody_exceptions")


@require_POST
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Give it to somebody else, or another deadline."""
    actor = actor_of(request)
    found = queries.difference_numbered(number, actor)
    form = AssignForm(queries.workers(actor), request.POST)
    if not form.is_valid():
        return _show(request, found, assign_form=form)
    differences.assign(number, actor=actor, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("custody_exception", found.number)


@require_safe
def manifest_sheet(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The chain of custody of everything on a manifest, as a PDF."""
    return _sheet(custody_of_manifest(number, actor=actor_of(request), language=language), f"{number}-{language}")


@require_safe
def device_sheet(request: HttpRequest, tag: str, language: str) -> HttpResponse:
    """The chain of custody of one device, as a PDF."""
    return _sheet(custody_of_device(tag, actor=actor_of(request), language=language), f"{tag}-{language}")


def _sheet(pdf: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="custody-{name}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _show(
    request: HttpRequest,
    found: CustodyException,
    resolve_form: ResolveForm | None = None,
    assign_form: AssignForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    may_work = found.resolved_at is None and any(actor.holds(word) for word in differences.WORKERS)
    owner: Any = found.owner
    known = {"owner": owner.get_username(), "due_on": found.due_on}
    context = {
        "one": found,
        "may_work": may_work,
        "may_open_devices": actor.holds(Word.READ_DEVICES),
        "resolve_form": resolve_form or ResolveForm(found.kind),
        "assign_form": assign_form or (AssignForm(queries.workers(actor), initial=known) if may_work else None),
    }
    return render(
        request, "inventory/collection/exception.html", context, status=422 if resolve_form or assign_form else 200
    )


urls = [
    re_path(
        r"^collections/(?P<number>[^/]+)/custody-(?P<language>fr|nl)\.pdf$", manifest_sheet, name="collection_custody"
    ),
    re_path(r"^devices/(?P<tag>[^/]+)/custody-(?P<language>fr|nl)\.pdf$", device_sheet, name="device_custody"),
    path("custody/exceptions/", exceptions, name="custody_exceptions"),
    path("custody/exceptions/<str:number>/", exception, name="custody_exception"),
    path("custody/exceptions/<str:number>/resolve/", resolve, name="custody_exception_resolve"),
    path("custody/exceptions/<str:number>/assign/", assign, name="custody_exception_assign"),
]
