"""Checkpoints by page: made, printed, given out, brought back by witnesses; and the proofs that hang on them."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from inventory.ledger import checkpoints, witnesses
from inventory.ledger.checkpoints import note_name, overdue, public_keys, with_cosignatures
from inventory.ledger.kept import loss
from inventory.ledger.notes import parse_key
from inventory.ledger.proofs import consistency_document, inclusion_document
from inventory.pages.asking import actor_of, page_of, posted
from inventory.pages.checkpoint_forms import ConsistencyForm, NoteForm, WitnessForm
from inventory.reports.checking import CHECKPOINT_SCRIPT
from inventory.reports.checkpoint_paper import checkpoint_pdf
from inventory.reports.month_paper import day_of, month_pdf, months_over
from inventory.reports.queries import auditor

OCCASIONS = {
    "nightly": _("of the night"),
    "asked": _("asked for"),
    "agreement": _("for an agreement"),
    "rotation": _("new key"),
    "restored": _("after a restore"),
}


@require_safe
def checkpoint_list(request: HttpRequest) -> HttpResponse:
    """Every checkpoint, what waits to be printed, who witnesses, and whether anything was lost."""
    return _show(request)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Sign the ledger as it stands now."""
    made = checkpoints.make_checkpoint(actor=actor_of(request))
    said = ngettext(
        "The checkpoint of %(count)s entry stands.", "The checkpoint of %(count)s entries stands.", made.size
    )
    messages.success(request, said % {"count": made.size})
    return redirect("checkpoints")


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """A note comes back: compared with the ledger, and the witnesses' signatures are kept."""
    form = NoteForm(*posted(request))
    if not form.is_valid():
        return _show(request, note=form)
    received = witnesses.receive_note(form.cleaned_data["note"], actor=actor_of(request))
    if received.late:
        said = _("Not kept, since the key was withdrawn: %(names)s.")
        messages.warning(request, said % {"names": ", ".join(received.late)})
    if received.kept:
        said = _("The ledger agrees with this checkpoint. Signatures kept: %(names)s.")
        messages.success(request, said % {"names": ", ".join(received.kept)})
    else:
        messages.success(request, _("The ledger agrees with this checkpoint. It bears no new signature of a witness."))
    return redirect("checkpoints")


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """A witness is registered by its public key."""
    form = WitnessForm(request.POST)
    if not form.is_valid():
        return _show(request, witness=form)
    made = witnesses.register_witness(form.cleaned_data["key"], actor=actor_of(request))
    messages.success(request, _("Witness %(name)s is registered.") % {"name": made.name})
    return redirect("checkpoints")


@require_POST
def withdraw(request: HttpRequest, key_id: str) -> HttpResponse:
    """A witness's key is withdrawn; what it signed before stays."""
    gone = witnesses.withdraw_witness(key_id, actor=actor_of(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("The key of %(name)s is withdrawn. What it signed before stays.") % {"name": gone.name})
    return redirect("checkpoints")


@require_safe
def note(request: HttpRequest, size: int) -> HttpResponse:
    """A checkpoint as a file, with the signatures of witnesses."""
    found = checkpoints.checkpoint_of(size, actor_of(request))
    return _file(with_cosignatures(found).encode(), note_name(found), "text/plain; charset=utf-8")


@require_safe
def paper(request: HttpRequest, size: int, language: str) -> HttpResponse:
    """A checkpoint to print, to sign by hand and to file."""
    found = checkpoints.checkpoint_of(size, actor_of(request))
    return _file(checkpoint_pdf(found, language), f"checkpoint-{size}-{language}.pdf", "application/pdf")


@require_safe
def month_paper(request: HttpRequest, year: int, month: int, language: str) -> HttpResponse:
    """The report of a month that is over, with a checkpoint: to print, to sign by hand and to file."""
    actor = auditor(actor_of(request))
    pdf = month_pdf(day_of(year, month), language, actor)
    return _file(pdf, f"report-{year}-{month:02}-{language}.pdf", "application/pdf")


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """The proof that a later checkpoint continues an earlier one, as a file."""
    form = ConsistencyForm(request.GET)
    if not form.is_valid():
        return _show(request, consistency=form)
    asked = form.cleaned_data
    document = consistency_document(asked["first"], asked["second"], actor_of(request))
    return _json(document, f"consistency-{asked['first']}-{asked['second']}.json")


@require_safe
def entry_proof(request: HttpRequest, kind: str, key: str, seq: int) -> HttpResponse:
    """The proof that an entry is under the newest checkpoint, as a file."""
    return _json(inclusion_document(kind, key, actor_of(request), seq=seq), f"proof-{kind}-{key}-{seq}.json")


@require_safe
def thing_proof(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The proof that all entries of a thing are under the newest checkpoint, as a file."""
    return _json(inclusion_document(kind, key, actor_of(request)), f"proof-{kind}-{key}.json")


@require_safe
def script(request: HttpRequest) -> FileResponse:
    """The script that checks checkpoints and proofs without us, and makes a witness."""
    auditor(actor_of(request))
    return FileResponse(CHECKPOINT_SCRIPT.open("rb"), as_attachment=True, filename=CHECKPOINT_SCRIPT.name)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """For everybody: the public keys that sign the ledger's checkpoints."""
    found = [{"key": key, "id": parse_key(key).key_id, "since": since} for key, since in public_keys()]
    return render(request, "inventory/public/keys.html", {"keys": found})


def _show(
    request: HttpRequest,
    note: NoteForm | None = None,
    witness: WitnessForm | None = None,
    consistency: ConsistencyForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    page = page_of(request, checkpoints.checkpoints(actor))
    lost, waited = loss(), overdue()
    context: dict[str, Any] = {
        "page": page,
        "rows": [{"one": one, "occasion": OCCASIONS.get(one.occasion, one.occasion)} for one in page],
        "to_print": checkpoints.to_print(actor),
        "by_mail": checkpoints.mail_is_set_up(),
        "witnesses": witnesses.witnesses(actor),
        "months": months_over(timezone.localdate()),
        "withdrawn": witnesses.WITHDRAWN,
        "lost": str(lost.sentence) % lost.facts if lost else "",
        "waited": waited,
        "note": note or NoteForm(),
        "witness": witness or WitnessForm(),
        "consistency": consistency or ConsistencyForm(),
    }
    wrong = any(form is not None and form.errors for form in (note, witness, consistency))
    return render(request, "inventory/audit/checkpoints.html", context, status=422 if wrong else 200)


def _json(document: dict[str, Any], name: str) -> HttpResponse:
    return _file(orjson.dumps(document, option=orjson.OPT_INDENT_2), name, "application/json")


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urls = [
    path("audit/checkpoints/", checkpoint_list, name="checkpoints"),
    path("audit/checkpoints/make/", make, name="checkpoint_make"),
    path("audit/checkpoints/received/", receive, name="checkpoint_receive"),
    path("audit/checkpoints/<int:size>/note/", note, name="checkpoint_note"),
    path("audit/checkpoints/<int:size>/<slug:language>.pdf", paper, name="checkpoint_paper"),
    path("audit/months/<int:year>/<int:month>/<slug:language>.pdf", month_paper, name="month_paper"),
    path("audit/checkpoints/consistency/", consistency, name="checkpoint_consistency"),
    path("audit/checkpoints/script/", script, name="checkpoint_script"),
    path("audit/witnesses/", register, name="witness_register"),
    path("audit/witnesses/<slug:key_id>/withdraw/", withdraw, name="witness_withdraw"),
    path("audit/entries/<slug:kind>/<str:key>/<int:seq>/proof/", entry_proof, name="entry_proof"),
    path("audit/things/<slug:kind>/<str:key>/proof/", thing_proof, name="thing_proof"),
    path("keys/", keys, name="ledger_keys"),
]
