"""The donation agreement as a paper: its words in French and Dutch, its list, its place for two signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from inventory.allocation.models import Reservation
from inventory.associations.models import Association
from inventory.devices.categories import CATEGORIES
from inventory.devices.tags import grouped
from inventory.documents.letters import qr_svg, set_paper

TEMPLATE_VERSION = "2026-2"

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
    proof: str = "",
) -> bytes:
    """The agreement as a tagged PDF, in `fr` or `nl`; the same input gives the same bytes.

    `proof`: a checkpoint and the proof of an entry under it (C2SP tlog-proof), as a QR code beside the signatures:
    whoever keeps the paper is a witness of the ledger.
    """
    with translation.override(language):
        rows = [
            {
                "tag": grouped(reservation.device.tag),
                "kind": str(CATEGORIES[reservation.device.category]),
                "title": reservation.device.title or "–",
                "serial": reservation.device.serial or "–",
                "grade": reservation.device.grade,
            }
            for reservation in reservations
        ]
    data = {
        "language": language,
        "number": number,
        "date": f"{on.day} {_MONTHS[language][on.month - 1]} {on.year}",
        "day": [on.year, on.month, on.day],
        "version": TEMPLATE_VERSION,
        "phone": settings.RELAIS_PHONE,
        "association": {
            "name": association.name,
            "number": _dotted(association.enterprise_number),
            "street": association.street,
            "town": f"{association.postcode} {association.municipality}".strip(),
        },
        "decisions": sorted({reservation.decision.number for reservation in reservations}),
        "requests": sorted({reservation.line.request.reference for reservation in reservations}),
        "rows": rows,
        "proof": qr_svg(proof, dense=True) if proof else "",
        "qr": qr_svg(f"HTTPS://{settings.RELAIS_PUBLIC_HOST}/G/{number}".upper()),
    }
    return set_paper("agreement", data)


def _dotted(number: str) -> str:
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if number else ""
