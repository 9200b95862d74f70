"""Hand-overs for people: what waits, the agreement to draw up, to sign on screen or on paper, and to cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.associations.interests import refuse_interest
from inventory.associations.queries import association_of
from inventory.devices.accessories import counts_of, told
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.devices.queries import names_of
from inventory.documents.commands import read_file
from inventory.documents.models import StoredFile
from inventory.errors import NotFound
from inventory.handover import afterwards, commands, queries
from inventory.handover.aftercare import KINDS, Kind
from inventory.handover.drafting import READERS
from inventory.handover.models import Agreement
from inventory.handover.valuing import value_devices, year_sum
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, bytes_of, page_of
from inventory.pages.handover_forms import (
    CancelForm,
    PaperSignForm,
    PinSignForm,
    PrepareForm,
    ScanForm,
    ScreenSignForm,
    SignForm,
    ValueForm,
)


@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """What waits to be handed over, by association, and the agreements. A member sees their own agreements."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "q")}
    context = {
        "page": page_of(request, queries.agreements(actor, state=asked["state"], words=asked["q"])),
        "asked": asked,
        "states": queries.AGREEMENT_STATES,
        "waiting": queries.waiting_by_association(actor) if actor.holds(Word.HAND_OVER) else [],
        "may_prepare": actor.holds(Word.HAND_OVER),
        "may_read_words": any(actor.holds(word) for word in READERS),
        "member": actor.holds(Word.REQUEST),
    }
    return render(request, "inventory/handover/handovers.html", context)


@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    """Choose devices that are reserved for an association and draw up their agreement."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    body = association_of(code, actor)
    refuse_interest(actor, body.pk)
    waiting = list(queries.waiting_for(body, actor))
    form = PrepareForm(request.POST or None, initial={"language": body.official_language})
    if form.is_valid():
        language = form.cleaned_data["language"]
        made = commands.prepare_agreement(
            body.code,
            request.POST.getlist("tag"),
            actor=actor,
            language=language,
            end_users=form.cleaned_data["end_users"],
        )
        messages.success(request, _("Agreement %(number)s is drawn up.") % {"number": made.number})
        return redirect("agreement", made.number)
    devices = [one.device for one in waiting]
    values, extras = queries.values_of(devices), counts_of(devices)
    more = sum(value.cents for value in values)
    told_with = [told(extras.get(device.pk, {})) for device in devices]
    context = {
        "association": body,
        "rows": list(zip(waiting, values, told_with, strict=True)),
        "form": form,
        "year": year_sum(body, timezone.localdate().year, more=more),
        "total": more,
    }
    return render(request, "inventory/handover/prepare.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def value(request: HttpRequest, code: str) -> HttpResponse:
    """Say what reserved devices are worth, by book or by an expert, before the agreement is drawn up."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    body = association_of(code, actor)
    refuse_interest(actor, body.pk)
    waiting = list(queries.waiting_for(body, actor))
    form = ValueForm(request.POST or None)
    if form.is_valid():
        value_devices(request.POST.getlist("tag"), actor=actor, **form.cleaned_data)
        messages.success(request, _("The value is on record."))
        return redirect("agreement_new", body.code)
    values = queries.values_of([one.device for one in waiting])
    context = {"association": body, "rows": list(zip(waiting, values, strict=True)), "form": form}
    return render(request, "inventory/handover/value.html", context, status=422 if form.errors else 200)


@require_GET
def agreement_words(request: HttpRequest, number: str) -> HttpResponse:
    """The file with the words that an agreement was drawn up by, as the lawyers wrote it."""
    found = queries.agreement_numbered(number, actor_of(request))
    if found.template is None:
        raise NotFound(_("There is no file with this fingerprint."), sha256="")
    return _attached(found.template, found.template.name)


@require_GET
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """One agreement: its paper, its devices, and what comes next."""
    return _show(request, queries.agreement_numbered(number, actor_of(request)), CancelForm())


@require_GET
def agreement_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The very bytes that are signed, as a PDF."""
    return _attached(queries.agreement_numbered(number, actor_of(request)).paper, f"{number}.pdf")


@require_GET
def signed_scan(request: HttpRequest, number: str) -> HttpResponse:
    """The drawn signature, or the scan of the signed paper."""
    found = queries.agreement_numbered(number, actor_of(request))
    if found.signed_scan is None:
        raise NotFound(_("Agreement %(number)s is not signed yet."), number=found.number)
    return _attached(found.signed_scan, f"{found.number}-{found.signed_scan.name}")


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, number: str, how: str) -> HttpResponse:
    """Both sign and the devices leave: drawn on this screen, or on paper with a photo or scan of it."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    found = queries.agreement_numbered(number, actor)
    items = [item for item in queries.items_of(found) if item.ended_at is None]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = _sign_form(how, found, [item.device for item in items], sent)
    if form.is_valid():
        facts = form.cleaned_data
        signed = commands.hand_over(
            found.number,
            actor=actor,
            association_function=facts["association_function"],
            signed_how=how,
            scan=_picture(facts, found),
            scan_later=facts.get("scan_later", False),
            pin=facts.get("signature"),
            left_out=facts["left_out"],
            occurred_at=facts["occurred_at"],
        )
        count = len(items) - len(facts["left_out"])
        words = ngettext("%(count)s device is handed over.", "%(count)s devices are handed over.", count)
        messages.success(request, words % {"count": count})
        return redirect("agreement", signed.number)
    nobody = isinstance(form, PinSignForm) and not form.members
    extras = [(item.device.tag, item.accessories) for item in items if item.accessories]
    context = {"agreement": found, "form": form, "how": how, "count": len(items), "nobody": nobody, "extras": extras}
    return render(request, "inventory/handover/sign.html", context, status=422 if form.errors else 200)


def _sign_form(how: str, found: Agreement, devices: list[Device], sent: Sequence[Any]) -> SignForm:
    if how == "pin":
        return PinSignForm(devices, *sent, members=queries.members_of(found.association))
    return (ScreenSignForm if how == "screen" else PaperSignForm)(devices, *sent)


def _picture(facts: dict[str, Any], found: Agreement) -> tuple[bytes, str] | None:
    if facts.get("drawn"):
        return facts["drawn"], f"{found.number}.png"
    return bytes_of(facts["scan"]) if facts.get("scan") else None


@require_POST
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """Keep the scan of an agreement that was signed on paper while it could not be scanned."""
    actor = actor_of(request)
    found = queries.agreement_numbered(number, actor)
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, found, CancelForm(), form)
    commands.keep_scan(found.number, bytes_of(form.cleaned_data["scan"]), actor=actor)
    messages.success(request, _("The scan is kept."))
    return redirect("agreement", found.number)


@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel an agreement that nobody has signed; its devices stay reserved."""
    actor = actor_of(request)
    form = CancelForm(request.POST)
    found = queries.agreement_numbered(number, actor)
    if not form.is_valid():
        return _show(request, found, form)
    commands.cancel_agreement(found.number, actor=actor, reason=form.cleaned_data["reason"])
    messages.success(request, _("Agreement %(number)s is cancelled. Its devices stay reserved.") % {"number": number})
    return redirect("agreement", found.number)


@require_GET
def scanned_agreement(request: HttpRequest, number: str) -> HttpResponse:
    """Where the QR code on an agreement leads."""
    return redirect("agreement", queries.agreement_numbered(number, actor_of(request)).number)


def _show(
    request: HttpRequest, found: Agreement, cancel_form: CancelForm, scan_form: ScanForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    still_open = found.signed_at is None and found.cancelled_at is None
    people: list[Any] = [person for person in (found.prepared_by, found.city_signatory) if person]
    names = names_of([person.key for person in people], actor)
    context = {
        "agreement": found,
        "items": queries.items_of(found),
        "total": queries.total_of(found),
        "year": year_sum(found.association, timezone.localtime(found.signed_at or found.prepared_at).year),
        "prepared_by": names[people[0].key],
        "signed_by": names[people[1].key] if len(people) > 1 else "",
        "may_sign": still_open and actor.holds(Word.HAND_OVER),
        "may_open_devices": actor.holds(Word.READ_DEVICES),
        "may_pin": still_open and bool(queries.members_of(found.association)),
        "scan_awaited": found.signed_how == "paper" and found.signed_scan is None and actor.holds(Word.HAND_OVER),
        "scan_late": bool(found.scan_due_on and found.scan_due_on < timezone.localdate()),
        "scan_form": scan_form or ScanForm(),
        "cancel_form": cancel_form,
        "after": afterwards.after_events(actor, agreement=found.number)[:20] if found.signed_at else [],
        "may_tell": [
            one for one in KINDS.values() if found.signed_at and any(actor.holds(word) for word in _tellers(one))
        ],
    }
    wrong = cancel_form.errors or (scan_form and scan_form.errors)
    return render(request, "inventory/handover/agreement.html", context, status=422 if wrong else 200)


def _tellers(kind: Kind) -> tuple[Word, ...]:
    return (kind.word,) if kind.word else (Word.REQUEST, Word.REQUEST_FOR_OTHERS, Word.TAKE_BACK)


def _attached(stored: StoredFile, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(read_file(stored), content_type=stored.media_type, headers=headers)


urls = [
    path("handovers/", handovers, name="handovers"),
    path("handovers/new/<str:code>/", prepare, name="agreement_new"),
    path("handovers/new/<str:code>/value/", value, name="agreement_value"),
    path("handovers/<str:number>/", agreement, name="agreement"),
    path("handovers/<str:number>/agreement.pdf", agreement_paper, name="agreement_paper"),
    path("handovers/<str:number>/words/", agreement_words, name="agreement_words"),
    path("handovers/<str:number>/signed/", signed_scan, name="agreement_signed"),
    re_path(r"^handovers/(?P<number>[^/]+)/sign/(?P<how>screen|paper|pin)/$", sign, name="agreement_sign"),
    path("handovers/<str:number>/scan/", scan, name="agreement_scan"),
    path("handovers/<str:number>/cancel/", cancel, name="agreement_cancel"),
    re_path(r"^[gG]/(?P<number>[^/]+)/?$", scanned_agreement, name="agreement_scanned"),
]
