"""Certificates of sanitisation: issued with the deed they speak of, superseded when wrong, set as papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.gatekeepers import require
from inventory.devices.models import Medium
from inventory.devices.tags import grouped
from inventory.documents.commands import next_number
from inventory.documents.letters import qr_svg, set_paper
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word
from inventory.wiping.models import Certificate, CertificateWithdrawal, Destruction, Sanitisation
from inventory.wiping.policy import policy_on
from inventory.wiping.techniques import DESTRUCTION_LABELS, METHOD_LABELS, VERIFICATION_LABELS

TEMPLATE_VERSION = "2026-1"
# Series of numbers: W-2026-00001.
SERIES = "W"
AUDIENCES = ("city", "beneficiary")


def certify(
    medium: Medium, deed: Sanitisation | Destruction, *, actor: Actor, supersedes: Certificate | None = None
) -> Certificate:
    """Issue the certificate of a validated sanitisation or a destruction, inside the caller's transaction.

    The number has no gaps within a year (R-1.2); the facts are frozen as they are now.
    """
    today = timezone.localdate()
    destroyed = isinstance(deed, Destruction)
    certificate = Certificate.objects.create(
        number=next_number(SERIES, today),
        medium=medium,
        sanitisation=None if isinstance(deed, Destruction) else deed,
        destruction=deed if isinstance(deed, Destruction) else None,
        facts=_facts(medium, deed),
        issued_at=timezone.now(),
        issued_by_id=actor.pk,
        supersedes=supersedes,
    )
    record(
        Deed(
            "certificate.issue",
            "certificate",
            certificate.number,
            next_seq("certificate", certificate.number),
            facts={
                "medium": medium.code,
                "category": "destroy" if destroyed else certificate.facts["category"],
                "supersedes": supersedes.number if supersedes else "",
            },
            to_status="issued",
            evidence_sha256=certificate.facts["evidence_sha256"],
        ),
        actor=actor,
    )
    return certificate


@transaction.atomic
def supersede(number: str, *, actor: Actor) -> Certificate:
    """Issue a new certificate with the facts as they now stand (a serial corrected); the old one stays, marked.

    Refuses: NotAllowed; NotFound; Conflict (superseded already, or withdrawn).
    """
    require(actor, Word.VALIDATE)
    old = Certificate.objects.select_for_update().filter(number=number.strip().upper()).first()
    if old is None:
        raise NotFound(_("There is no certificate %(number)s."), number=number)
    if Certificate.objects.filter(supersedes=old).exists():
        raise Conflict(_("Certificate %(number)s is superseded already."), number=old.number)
    if CertificateWithdrawal.objects.filter(certificate=old).exists():
        raise Conflict(
            _("Certificate %(number)s is withdrawn: its storage medium has to be sanitised again."), number=old.number
        )
    deed = old.sanitisation or old.destruction
    if deed is None:
        raise NotFound(_("There is no certificate %(number)s."), number=number)
    return certify(old.medium, deed, actor=actor, supersedes=old)


def withdraw_certificates(medium: Medium, *, actor: Actor, reason: str) -> int:
    """Say of every certificate in force of a medium that the city no longer vouches for it. Returns how many.

    `reason` is a code of `BATCH_REASONS`. The paper is not touched; the public check says so from now on. Called
    within the transaction that puts the proof in doubt.
    """
    standing = Certificate.objects.filter(
        medium=medium, sanitisation__isnull=False, superseded_by__isnull=True, withdrawal__isnull=True
    )
    found = list(standing.order_by("id"))
    for certificate in found:
        key = certificate.number
        facts = {"medium": medium.code, "reason": reason}
        deed = Deed(
            "certificate.withdraw",
            "certificate",
            key,
            next_seq("certificate", key),
            facts=facts,
            from_status="issued",
            to_status="withdrawn",
        )
        record(deed, actor=actor)
        CertificateWithdrawal.objects.create(
            certificate=certificate, reason=reason, withdrawn_at=timezone.now(), withdrawn_by_id=actor.pk
        )
    return len(found)


def withdrawn_certificate(medium: Medium) -> Certificate | None:
    """The withdrawn certificate that a new one of the same medium replaces, None when there is none."""
    return Certificate.objects.filter(medium=medium, withdrawal__isnull=False, superseded_by__isnull=True).first()


def certificates_pdf(certificates: Sequence[Certificate], language: str, audience: str) -> bytes:
    """Certificates as one tagged PDF, a page each, in `fr` or `nl`; the same certificates give the same bytes.

    The `city` copy names the people and their function; the `beneficiary` copy only their codes (R-1.5).
    Refuses (BadInput) another language or copy, or none to print.
    """
    if language not in {"fr", "nl"}:
        raise BadInput(_("A certificate is in French or Dutch."), field="language")
    if audience not in AUDIENCES:
        raise BadInput(_("Choose the copy for the city or for the beneficiary."), field="audience")
    if not certificates:
        raise BadInput(_("There is no certificate to print."), field="number")
    with translation.override(language):
        people = _people(certificates) if audience == "city" else {}
        pages = [_page(certificate, people) for certificate in certificates]
    data = {"language": language, "version": TEMPLATE_VERSION, "phone": settings.RELAIS_PHONE, "pages": pages}
    issued = timezone.localdate(certificates[-1].issued_at)
    return set_paper("certificate", {**data, "day": [issued.year, issued.month, issued.day]})


def _facts(medium: Medium, deed: Sanitisation | Destruction) -> dict[str, Any]:
    device = medium.device
    shared = {
        "manufacturer": medium.manufacturer,
        "model": medium.model,
        "serial": medium.serial,
        "kind": medium.kind,
        "capacity_bytes": medium.capacity_bytes,
        "interface": medium.interface,
        "device": device.tag if device else "",
        "inventory_number": device.inventory_number if device else "",
        "location": device.location.code if device and device.location else medium.place,
        "standard": policy_on(timezone.localdate(_decided_at(deed))).edition,
        "evidence_sha256": deed.evidence.sha256,
    }
    if isinstance(deed, Destruction):
        return {
            **shared,
            "category": "destroy",
            "method": deed.method,
            "particle_mm": str(deed.particle_mm or ""),
            "batch": deed.batch,
            "sanitised": [deed.destroyed_by.key, _instant(deed.destroyed_at)],
            "validated": [deed.witnessed_by.key, _instant(deed.destroyed_at)],
        }
    return {
        **shared,
        "category": deed.category,
        "method": deed.method,
        "tool": f"{deed.tool} {deed.tool_version}".strip(),
        "verification": deed.verification,
        "matched_by_hand": bool(deed.matched_by_hand),
        "exception": deed.exception_reference,
        "sanitised": [deed.sanitised_by.key, _instant(deed.sanitised_at)],
        "verified": [deed.verified_by.key if deed.verified_by else "", _instant(deed.verified_at)],
        "validated": [deed.validated_by.key if deed.validated_by else "", _instant(deed.validated_at)],
    }


def _decided_at(deed: Sanitisation | Destruction) -> dt.datetime:
    return deed.destroyed_at if isinstance(deed, Destruction) else deed.validated_at or deed.sanitised_at


def _instant(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M") if moment else ""


def _people(certificates: Sequence[Certificate]) -> dict[str, str]:
    keys = {
        certificate.facts[act][0]
        for certificate in certificates
        for act in ("sanitised", "verified", "validated")
        if certificate.facts.get(act)
    }
    found: Any = get_user_model().objects.filter(key__in=keys)
    return {user.key: f"{user.get_full_name() or user.username}, {user.title}" for user in found}


def _page(certificate: Certificate, people: dict[str, str]) -> dict[str, Any]:
    facts = certificate.facts
    labels = {**METHOD_LABELS, **DESTRUCTION_LABELS}
    newer = getattr(certificate, "superseded_by", None)
    withdrawal = getattr(certificate, "withdrawal", None)
    return {
        "number": certificate.number,
        "issued": _instant(certificate.issued_at),
        "supersedes": certificate.supersedes.number if certificate.supersedes else "",
        "superseded_by": newer.number if newer else "",
        "withdrawn": _instant(withdrawal.withdrawn_at) if withdrawal else "",
        "medium": grouped(certificate.medium.code),
        "device": grouped(facts["device"]) if facts["device"] else "–",
        "kind": str(MEDIUM_KINDS.get(facts["kind"], facts["kind"])),
        "method": str(labels.get(facts["method"], facts["method"])),
        "verification": str(VERIFICATION_LABELS.get(facts.get("verification", ""), "")),
        "acts": {
            act: [people.get(facts[act][0], facts[act][0]) or "–", facts[act][1]]
            for act in ("sanitised", "verified", "validated")
            if facts.get(act)
        },
        "facts": facts,
        "qr": qr_svg(f"HTTPS://{settings.RELAIS_PUBLIC_HOST}/C/{certificate.number}".upper()),
    }
