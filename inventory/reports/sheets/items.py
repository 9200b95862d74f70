"""The devices and their storage media: one row each, as they stand at the end of the period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.devices.models import Device
from inventory.ledger.models import Leaf
from inventory.ledger.rows import among
from inventory.lifecycle import LegalStatus, MediumState, Status
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.selection import in_pieces, media_of
from inventory.reports.sheets.anchors import anchor_columns, anchored
from inventory.reports.sheets.stock import Stock
from inventory.wiping.models import Certificate, Sanitisation

# Where the summary's formulas look: status and kind, as codes.
STATUS, KIND = "B", "D"
_AT_ONCE = 2_000


def device_sheet() -> LongSheet:
    """The sheet of devices, empty."""
    return LongSheet(
        _("Devices"),
        [
            Column(_("Tag"), width=12),
            Column(_("Status (code)"), width=22),
            Column(_("Status"), width=24),
            Column(_("Kind (code)"), width=12),
            Column(_("Kind"), width=18),
            Column(_("Manufacturer"), width=16),
            Column(_("Model"), width=24),
            Column(_("Serial number"), width=20),
            Column(_("Inventory number"), width=18),
            Column(_("Department"), width=22),
            Column(_("Act"), width=18),
            Column(_("Decommissioned on"), "date", 13),
            Column(_("Grade"), width=8),
            Column(_("Legal status"), width=20),
            Column(_("Weight (kg)"), "decimal", 10),
            Column(_("Location"), width=12),
            *anchor_columns(),
        ],
        code="devices",
        printed=16,
        checked=True,
    )


def device_rows(scope: Scope, stock: Stock, size: int) -> Iterator[tuple[Any, ...]]:
    """Status and kind by the ledger at the end of the period, the rest as it is known now; the stock is counted."""
    for some in in_pieces(stock.standing(scope, size), _AT_ONCE):
        known = {row[0]: row for row in _known(one.tag for one in some)}
        leaves = Leaf.objects.filter(among("leaf_index", [one.leaf_index for one in some])).order_by()
        hashes = dict(leaves.values_list("leaf_index", "leaf_hash"))
        for tag, kind, status, index in some:
            names = (tag, status, str(Status(status).label), kind, str(CATEGORIES.get(kind, kind)))
            # A device that is gone from the tables is shown all the same: the ledger knows it.
            rest = known.get(tag, (tag, *[""] * 6, None, "", "", None, ""))
            legal = str(LegalStatus(rest[9]).label) if rest[9] else ""
            yield (*names, *rest[1:9], legal, *rest[10:], index, hashes[index])


def _known(tags: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    said = ("manufacturer", "model", "serial", "inventory_number", "department", "act_reference", "decommissioned_on")
    fields = ("tag", *said, "grade", "legal_status", "weight_kg", "location__code")
    return Device.objects.filter(among("tag", tags)).order_by().values_list(*fields).iterator(chunk_size=_AT_ONCE)


def medium_sheet() -> LongSheet:
    """The sheet of storage media, empty."""
    return LongSheet(
        _("Media"),
        [
            Column(_("Medium"), width=12),
            Column(_("Device"), width=12),
            Column(_("Kind"), width=14),
            Column(_("Model"), width=24),
            Column(_("Serial number"), width=22),
            Column(_("Capacity (bytes)"), "int", 18),
            Column(_("State"), width=22),
            Column(_("Sanitisation reached"), width=14),
            Column(_("Method"), width=22),
            Column(_("Tool"), width=16),
            Column(_("Sanitised (Brussels time)"), "moment", 21),
            Column(_("Verified (Brussels time)"), "moment", 21),
            Column(_("Validated (Brussels time)"), "moment", 21),
            Column(_("Exception"), width=18),
            Column(_("Evidence (SHA-256)"), width=20),
            Column(_("Certificate"), width=16),
            *anchor_columns(),
        ],
        code="media",
        printed=16,
        checked=True,
    )


def medium_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Every medium known by the end of the period, with the proof of its latest cycle."""
    yield from anchored("medium", _media(scope), scope.end)


def _media(scope: Scope) -> Iterator[tuple[Any, ...]]:
    media = media_of(scope).filter(created_at__lt=scope.end).select_related("device").order_by("id")
    # One read for two thousand media, not one each.
    proofs = Sanitisation.objects.filter(succeeded=True).select_related("evidence").order_by("-id")
    papers = Certificate.objects.filter(issued_at__lt=scope.end, withdrawal__isnull=True).order_by("-id")
    media = media.prefetch_related(
        Prefetch("sanitisations", proofs, to_attr="proofs"), Prefetch("certificates", papers, to_attr="papers")
    )
    for medium in media.iterator(chunk_size=2000):
        read: list[Sanitisation] = medium.__dict__["proofs"]
        proof = next((one for one in read if one.cycle == medium.cycle), None)
        certificates: list[Certificate] = medium.__dict__["papers"]
        yield (
            medium.code,
            medium.device.tag if medium.device else "",
            str(MEDIUM_KINDS[medium.kind]),
            medium.model,
            medium.serial,
            medium.capacity_bytes,
            str(MediumState(medium.state).label),
            *(_proven(proof) if proof else ("", "", "", None, None, None, "", "")),
            certificates[0].number if certificates else "",
        )


def _proven(proof: Sanitisation) -> tuple[Any, ...]:
    return (
        *(proof.category, proof.method, f"{proof.tool} {proof.tool_version}".strip()),
        *(_local(proof.sanitised_at), _local(proof.verified_at), _local(proof.validated_at)),
        *(proof.exception_reference, proof.evidence.sha256),
    )


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(moment) if moment else None
