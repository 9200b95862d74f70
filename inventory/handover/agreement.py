"""The donation agreement as a paper: lawyers' words filled in, values, annexes, two signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from inventory.allocation.models import Reservation
from inventory.associations.facts import LEGAL_FORMS, dotted
from inventory.associations.models import Association
from inventory.devices.accessories import told
from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.documents.letters import qr_svg, set_paper
from inventory.handover.models import Valuation
from inventory.handover.valuing import METHODS, euro
from inventory.handover.wording import AgreementText
from inventory.refurbishment.bench import OUTCOMES
from inventory.refurbishment.queries import tests_of
from inventory.wiping.queries import certificates_in_force

_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
}


def agreement_pdf(
    number: str,
    association: Association,
    reservations: Sequence[Reservation],
    language: str,
    on: dt.date,
    text: AgreementText,
    values: Mapping[int, Valuation],
    end_users: str = "free",
    proof: str = "",
    extras: Mapping[int, Mapping[str, int]] | None = None,
) -> bytes:
    """The agreement as a tagged PDF, in `fr` or `nl`, with its three annexes; the same input gives the same bytes.

    `values` by the id of the device. `proof`: a checkpoint and the proof of an entry under it (C2SP tlog-proof), as a
    QR code beside the signatures: whoever keeps the paper is a witness of the ledger. `extras`: accessories by the id
    of their device.
    """
    devices = [reservation.device for reservation in reservations]
    with translation.override(language):
        proofs = [_proof_row(device, one) for device in devices for one in certificates_in_force(device)]
        sheets = [_sheet(device) for device in devices]
        rows = [_row(device, values[device.pk], language, (extras or {}).get(device.pk, {})) for device in devices]
        form = str(LEGAL_FORMS.get(association.legal_form, association.legal_form))
    total = euro(sum(values[device.pk].cents for device in devices), language)
    filled = {
        "association": association.name,
        "form": form,
        "enterprise": _enterprise(association, language),
        "seat": _seat(association, language),
        "requests": ", ".join(sorted({one.line.request.reference for one in reservations})),
        "decisions": ", ".join(sorted({_decision(one, language) for one in reservations})),
        "purposes": " / ".join(sorted({one.line.request.purpose.strip().rstrip(".") for one in reservations})),
        "count": len(devices),
        "total": total,
        "end_users": text.end_users[end_users][language],
        "exchange_days": text.exchange_days,
        "report_months": text.report_months,
        "certificates": _span([row["number"] for row in proofs]),
        "phone": settings.RELAIS_PHONE.replace(" ", "\u00a0"),
    }
    data = {
        "language": language,
        "number": number,
        "date": f"{on.day} {_MONTHS[language][on.month - 1]} {on.year}",
        "day": [on.year, on.month, on.day],
        "version": text.version,
        "fingerprint": text.sha256,
        "phone": settings.RELAIS_PHONE,
        "clauses": [
            {"title": title, "paragraphs": _filled(words, filled).split("\n\n")}
            for title, words in text.clauses[language]
        ],
        "rows": rows,
        "total": total,
        "sources": sorted({f"{row['method']} – {row['source']}" for row in rows}),
        "proofs": proofs,
        "sheets": sheets,
        "proof": qr_svg(proof, dense=True) if proof else "",
        "qr": qr_svg(f"HTTPS://{settings.RELAIS_PUBLIC_HOST}/G/{number}".upper()),
    }
    return set_paper("agreement", data)


def specimen_pdf(text: AgreementText, language: str) -> bytes:
    """How a text looks on paper in `fr` or `nl`, for who writes it: an invented association and no device."""
    name, street = ("« Exemple »", "Rue de l’Exemple 1") if language == "fr" else ("“Voorbeeld”", "Voorbeeldstraat 1")
    town = "Bruxelles" if language == "fr" else "Brussel"
    body = Association(name=name, legal_form="asbl_vzw", street=street, postcode="1000", municipality=town)
    return agreement_pdf("G-0000-00000", body, [], language, text.valid_from, text, {})


def _filled(words: str, values: Mapping[str, Any]) -> str:
    # Not str.format: a lawyer's brace must never reach into an object.
    for name, value in values.items():
        words = words.replace("{" + name + "}", str(value))
    return words


def _row(device: Device, value: Valuation, language: str, extras: Mapping[str, int]) -> dict[str, str]:
    return {
        "tag": grouped(device.tag),
        "kind": str(CATEGORIES[device.category]),
        "title": device.title or "–",
        "serial": device.serial or "–",
        "extras": told(extras),
        "grade": device.grade,
        "value": euro(value.cents, language),
        "method": str(METHODS[value.method]),
        "source": f"{value.source} ({value.dated:%d/%m/%Y})" + (f" – {value.reason}" if value.reason else ""),
    }


def _proof_row(device: Device, certificate: Any) -> dict[str, str]:
    facts = certificate.facts
    return {
        "tag": grouped(device.tag),
        "number": certificate.number,
        "medium": f"{MEDIUM_KINDS.get(facts['kind'], facts['kind'])} {facts['serial']}".strip(),
        "category": str(facts["category"]).capitalize(),
        "issued": f"{timezone.localtime(certificate.issued_at):%d/%m/%Y}",
    }


def _sheet(device: Device) -> dict[str, Any]:
    tests = [(str(line.label), line.result) for line in tests_of(device) if line.result is not None]
    said = [[label, " ".join(word for word in (str(OUTCOMES[one.outcome]), one.value) if word)] for label, one in tests]
    memory = f"{(device.memory_mb or 0) // 1024} GB" if device.memory_mb else ""
    name = " · ".join(word for word in (str(CATEGORIES[device.category]), device.title, memory) if word)
    return {"tag": grouped(device.tag), "name": name, "grade": device.grade, "tests": said}


def _decision(reservation: Reservation, language: str) -> str:
    made = reservation.decision
    on = "du" if language == "fr" else "van"
    act = getattr(made.round, "decision", None) if made.round_id else None
    if act is not None:
        return f"{made.number} ({act.number} {on} {act.decided_on:%d/%m/%Y})"
    return f"{made.number} {on} {timezone.localtime(made.decided_at):%d/%m/%Y}"


def _enterprise(association: Association, language: str) -> str:
    number = dotted(association.enterprise_number)
    word = "numéro d’entreprise" if language == "fr" else "ondernemingsnummer"
    return f", {word} {number}" if number else ""


def _seat(association: Association, language: str) -> str:
    town = f"{association.postcode} {association.municipality}".strip()
    place = ", ".join(word for word in (association.street, town) if word)
    return f", {'siège' if language == 'fr' else 'zetel'}: {place}" if place else ""


def _span(numbers: Sequence[str]) -> str:
    if len(numbers) <= 3:
        return ", ".join(numbers) or "–"
    return f"{min(numbers)} … {max(numbers)} ({len(numbers)})"
