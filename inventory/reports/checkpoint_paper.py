"""A checkpoint as a paper to be signed by hand and filed: its three lines, its QR code, how to check it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.documents.letters import qr_svg, set_paper
from inventory.errors import BadInput
from inventory.ledger.models import Checkpoint
from inventory.ledger.notes import parse_key


def checkpoint_pdf(checkpoint: Checkpoint, language: str) -> bytes:
    """The paper as a tagged PDF in `fr` or `nl`; the same bytes each time. Refuses (BadInput) another language."""
    if language not in {"fr", "nl"}:
        raise BadInput(_("This paper is in French or Dutch."), field="language")
    made = timezone.localtime(checkpoint.made_at)
    return set_paper(
        "checkpoint",
        {
            "language": language,
            "made": made.strftime("%d/%m/%Y %H:%M"),
            "day": [made.year, made.month, made.day],
            "size": str(checkpoint.size),
            "root": [checkpoint.root[start : start + 8] for start in range(0, 64, 8)],
            "note": checkpoint.note.splitlines(),
            "key": checkpoint.key,
            "key_id": parse_key(checkpoint.key).key_id,
            "address": f"{settings.RELAIS_PUBLIC_HOST}/keys/",
            "phone": settings.RELAIS_PHONE,
            # One note fits one code: some 250 signs.
            "qr": qr_svg(checkpoint.note),
        },
    )
