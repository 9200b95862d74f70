"""Scanning sessions: choose an act once, then scan one device after the other and see each answer at arm's length."""

from __future__ import annotations

from typing import Any, cast

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as told
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.categories import GRADES
from inventory.devices.gatekeepers import require
from inventory.devices.queries import locations, names_of
from inventory.devices.tags import grouped
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of, page_of, posted
from inventory.pages.device_forms import TAG_FIELD, location_choices
from inventory.pages.fields import choices_of
from inventory.pages.files import csv_file
from inventory.pages.scan_deliveries import delivery_of
from inventory.scanning import commands, queries
from inventory.scanning.acts import ACTS, Act, act_named
from inventory.scanning.batches import lines_of, scan_all
from inventory.scanning.cards import read_card
from inventory.scanning.models import ActName, ScanRow, ScanSession

# How many answers stay on the screen below the latest.
MOST_ANSWERS = 30


class BeginForm(forms.Form):
    """What an act asks for, once, before the first scan; fields that it does not ask for are left out."""

    location = forms.ChoiceField(label=_("Location"), choices=location_choices)
    grade = forms.ChoiceField(label=_("Grade"), choices=lambda: choices_of(GRADES, _("Choose a grade")))
    request = forms.CharField(
        label=_("Request"), max_length=20, help_text=_("Its reference, such as R-2026-00012."), widget=forms.TextInput
    )
    counters = forms.ChoiceField(
        label=_("How many people count?"),
        choices=[("1", _("One")), ("2", _("Two, each on their own phone"))],
        required=False,
    )

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {*act.asks, *({"counters"} if act.name is ActName.COUNT else ())}
        for name in set(self.fields) - asked:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Nobody chosen means one person counts."""
        cleaned = super().clean() or self.cleaned_data
        return cleaned | ({"counters": int(cleaned.get("counters") or 1)} if "counters" in self.fields else {})


class ScanForm(forms.Form):
    """The scan field: one code, or a list that was pasted."""

    q = forms.CharField(
        label=_("Scan the label"),
        required=False,
        widget=forms.TextInput(attrs={**TAG_FIELD, "class": "", "autofocus": True, "inputmode": "text"}),
    )


@require_safe
def sessions_page(request: HttpRequest) -> HttpResponse:
    """What can be done by scanning, and the sessions there were."""
    actor = actor_of(request)
    page = page_of(request, queries.sessions(actor))
    context = {"acts": queries.acts_of(actor), "page": page, "rows": [(one, ACTS[one.act]) for one in page]}
    return render(request, "inventory/scan/sessions.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, act: str) -> HttpResponse:
    """What the act asks for, then its first scan."""
    actor = actor_of(request)
    chosen = act_named(act)
    require(actor, chosen.needs)
    form = BeginForm(chosen, posted(request)[0], initial={"location": request.GET.get("location", "")})
    if request.method == "POST" and form.is_valid():
        session = commands.open_session(act, actor=actor, **form.cleaned_data)
        return redirect("scan_session", session.code)
    status = 422 if request.method == "POST" else 200
    return render(request, "inventory/scan/begin.html", {"act": chosen, "form": form}, status=status)


@require_safe
def card(request: HttpRequest, text: str) -> HttpResponse:
    """A mode card read by the phone's own camera: it leads to the beginning of its session."""
    read = read_card(f"relais/m/{text}")
    if read is None:
        messages.warning(request, _("Nobody knows this mode card. Choose what to scan for."))
        return redirect("scan_sessions")
    return redirect(f"{reverse('scan_begin', args=[read.act])}?{urlencode({'location': read.location})}")


@require_http_methods(["GET", "POST"])
@never_cache
@ensure_csrf_cookie
def session_page(request: HttpRequest, code: str) -> HttpResponse:
    """The scan field and the answers. The page's own script sends to the API; without it each scan comes back here."""
    actor = actor_of(request)
    if request.method == "POST":
        sent = lines_of(request.POST.get("q", ""))
        if len(sent) == 1 and (read := read_card(sent[0].text)):
            return redirect(f"{reverse('scan_begin', args=[read.act])}?{urlencode({'location': read.location})}")
        # An empty scan is a slip of the trigger: the field simply waits again.
        if sent:
            scan_all(code, sent, actor=actor)
        return redirect("scan_session", code)
    session = queries.session_of(code, actor)
    rows = [_shown(row) for row in queries.rows_of(session)[:MOST_ANSWERS]]
    context = {
        "form": ScanForm(),
        "session": session,
        "act": ACTS[session.act],
        "latest": rows[0] if rows else None,
        "rows": rows,
        "may": actor.holds(ACTS[session.act].needs) and session.closed_at is None,
        "acts": queries.acts_of(actor),
        "scanners": _scanners(session, actor),
        "grades": GRADES,
        "places": locations(),
    }
    if session.manifest is not None:
        context |= delivery_of(session.manifest, actor)
    return render(request, "inventory/scan/session.html", context)


@require_POST
def undo(request: HttpRequest, code: str) -> HttpResponse:
    """Undo this person's last scan."""
    row = commands.undo_last(code, actor=actor_of(request))
    messages.success(request, told("The last scan is undone: %(tag)s.") % {"tag": _label(row)})
    return redirect("scan_session", code)


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """End the session."""
    commands.close_session(code, actor=actor_of(request))
    messages.success(request, _("The session is closed. Its list stays here."))
    return redirect("scan_session", code)


@require_safe
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """Its list as a table."""
    actor = actor_of(request)
    require(actor, Word.READ_DEVICES)
    return csv_file(f"scan-{code}", queries.table_of(queries.session_of(code, actor)))


def _scanners(session: ScanSession, actor: Actor) -> list[dict[str, Any]]:
    counted = queries.scanners_of(session)
    names = names_of([who for who, _done in counted], actor)
    return [{"who": who, "name": names.get(who, who[:8]), "done": done} for who, done in counted]


def _label(row: ScanRow) -> str:
    return grouped(row.device.tag) if row.device else row.text


def _shown(row: ScanRow) -> dict[str, Any]:
    return {
        "row": row,
        "outcome": "undone" if row.undone_at else "unexpected" if queries.is_stranger(row) else row.outcome,
        "said": queries.said(row),
        "label": _label(row),
        "tag": row.device.tag if row.device else "",
        "title": row.device.title if row.device else "",
        "kind": queries.kind_of(row),
        "container": row.container.code if row.container else "",
        "free_tag": row.why.get("facts", {}).get("free_tag", ""),
    }


urls = [
    path("scan/sessions/", sessions_page, name="scan_sessions"),
    path("scan/receive/", begin, {"act": "receive"}, name="receive_scan"),
    path("scan/begin/<str:act>/", begin, name="scan_begin"),
    # The reader of codes that comes along is WebAssembly: allowed on this page alone.
    path(
        "scan/sessions/<str:code>/",
        cast(Any, csp_update({"script-src": [WASM_UNSAFE_EVAL]}))(session_page),
        name="scan_session",
    ),
    path("scan/sessions/<str:code>/undo/", undo, name="scan_undo"),
    path("scan/sessions/<str:code>/close/", close, name="scan_close"),
    path("scan/sessions/<str:code>/list.csv", export, name="scan_csv"),
    path("M/<path:text>", card),
    path("m/<path:text>", card, name="mode_card"),
]
