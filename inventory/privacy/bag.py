"""The sample of an elimination list for the archives: a BagIt bag (RFC 8493), read without this software (R-5.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.models import Decision
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.letters import letters_pdf
from inventory.associations.models import Request
from inventory.documents import spool
from inventory.documents.commands import read_file
from inventory.errors import NotAllowed, RuleBroken
from inventory.jobs.attempts import Attempt
from inventory.jobs.commands import enqueue
from inventory.jobs.models import Job
from inventory.lifecycle import Actor, Word
from inventory.privacy.elimination_models import EliminationLine
from inventory.privacy.elimination_paper import list_pdf
from inventory.privacy.listed import lines_of, list_csv, list_numbered

_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# Letters set in one PDF at once.
_VOLUME: Final = 200


@transaction.atomic
def pack_sample(number: str, *, actor: Actor) -> Job:
    """Ask a worker for the kept records of a list that was carried out, with their papers, as one bag.

    Refuses: NotAllowed (anybody but the data protection officer); NotFound; RuleBroken (not carried out, none kept).
    """
    if not actor.holds(Word.ERASE):
        raise NotAllowed(_("Only the data protection officer deals with elimination lists."))
    made = list_numbered(number, actor)
    if made.carried_out_at is None or not made.kept:
        raise RuleBroken(_("There is no sample to pack: the list is not carried out, or keeps nothing."))
    return enqueue("sample_bag", actor=actor, total=made.kept, facts={"number": made.number})


def set_bag(attempt: Attempt) -> None:
    """The work itself: begun anew it packs the same bag again."""
    spool.lay(attempt.job.code, _bag(attempt))
    with attempt.closing():
        """The archive stands on the disk; only the end is left to write."""


def _bag(attempt: Attempt) -> Iterator[tuple[str, bytes]]:
    """Each file under the list's number, its payload first: the manifests need every hash."""
    number = attempt.job.facts["number"]
    hashes, octets = [], 0
    for name, data in _payload(number, attempt):
        hashes.append(f"{hashlib.sha256(data).hexdigest()}  data/{name}\n")
        octets += len(data)
        yield f"{number}/data/{name}", data
    made = list_numbered(number, attempt.actor)
    info = (
        f"Source-Organization: {settings.RELAIS_CONTROLLER}\nExternal-Identifier: {number}\n"
        f"Bagging-Date: {timezone.localdate(made.carried_out_at)}\nPayload-Oxum: {octets}.{len(hashes)}\n"
    )
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": info.encode(),
        "manifest-sha256.txt": "".join(hashes).encode(),
    }
    for name, data in tags.items():
        yield f"{number}/{name}", data
    told = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in tags.items())
    yield f"{number}/tagmanifest-sha256.txt", told.encode()


def _payload(number: str, attempt: Attempt) -> Iterator[tuple[str, bytes]]:
    yield f"{number}.csv", list_csv(number, attempt.actor)
    for language in ("fr", "nl"):
        yield f"{number}-{language}.pdf", list_pdf(number, language, attempt.actor)
    kept = lines_of(list_numbered(number, attempt.actor)).filter(outcome="kept")
    for done, line in enumerate(kept):
        attempt.progress(done)
        yield from _record(line)


def _record(line: EliminationLine) -> Iterator[tuple[str, bytes]]:
    """A record as JSON, its letters as PDF/A, and the papers that came, as they came."""
    if line.kind == "request":
        request = Request.objects.select_related("association").get(reference=line.key)
        letters = Letter.objects.filter(request=request)
        filings = list(Filing.objects.filter(request=request).select_related("paper").order_by("id"))
        facts = _facts(request, filings)
    else:
        letters, filings, facts = Letter.objects.filter(number=line.key), [], {"number": line.key}
    written = list(letters.select_related("association", "request", "paper").order_by("id"))
    facts["letters"] = [
        {"number": one.number, "kind": one.kind, "written_at": one.written_at, "content": one.content}
        for one in written
    ]
    yield f"{line.key}/{line.key}.json", orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    for start in range(0, len(written), _VOLUME):
        volume = written[start : start + _VOLUME]
        yield f"{line.key}/{volume[0].number}_{volume[-1].number}.pdf", letters_pdf(volume)
    came: list[Filing | Letter] = [*filings, *written]
    for one in came:
        if one.paper is not None:
            yield f"{line.key}/{one.number}-{one.paper.name}", read_file(one.paper)


def _facts(request: Request, filings: list[Filing]) -> dict[str, Any]:
    decisions = Decision.objects.filter(request=request).order_by("id")
    answers = ComplaintAnswer.objects.filter(filing__request=request).order_by("id")
    return {
        "reference": request.reference,
        "association": request.association.code,
        "name": request.association.name,
        "channel": request.channel,
        "received_at": request.received_at,
        "recorded_at": request.recorded_at,
        "purpose": request.purpose,
        "evidence": request.evidence,
        "people_served": request.people_served,
        "lines": list(request.lines.order_by("position").values("position", "category", "quantity", "least_useful")),
        "decisions": list(decisions.values("number", "outcome", "reasons", "decided_at")),
        "complaints": list(answers.values("filing__number", "outcome", "words", "answered_at")),
        "filings": [
            {"number": one.number, "procedure": one.procedure, "received_at": one.received_at, "answers": one.answers}
            for one in filings
        ],
    }
