"""The ledger as an Excel workbook for auditors: read me, summary that calculates, movements, devices, media."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill

from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.devices.models import Device, Medium
from inventory.ledger.models import Entry, Leaf
from inventory.lifecycle import LegalStatus, MediumState, Status
from inventory.reports.package import Column, LongSheet, Package, landscape, plain_text
from inventory.reports.period import Scope
from inventory.reports.proof import Proof, proof_of, rows
from inventory.wiping.models import Sanitisation


@dataclass(frozen=True, slots=True)
class Balance:
    """Devices in one status: at the opening, in and out during the period, at the closing."""

    opening: int
    came: int
    left: int
    closing: int


def write_workbook(scope: Scope, target: IO[bytes]) -> None:
    """Write the workbook of a period. The same ledger and scope give the same bytes, whenever it is asked.

    Refuses (RuleBroken) a period with more movements than a sheet holds.
    """
    proof = proof_of(scope)
    with translation.override(scope.language), ExitStack() as sheets:
        status_at_end = _status_before(scope.end)
        movements, devices, media, others = (
            sheets.enter_context(sheet)
            for sheet in (movement_sheet(), _device_sheet(), _medium_sheet(), _proof_sheet())
        )
        movements.extend(movement_rows(scope))
        devices.extend(_device_rows(status_at_end))
        media.extend(_medium_rows(scope))
        others.extend(rows(proof))
        package = Package()
        _read_me(package, scope, proof, movements, devices, media, others)
        _summary(package, scope, status_at_end, movements, devices)
        for sheet in (movements, devices, media, others):
            package.long(sheet)
        package.write(target)


def workbook_file(scope: Scope) -> IO[bytes]:
    """The workbook in a temporary file, at its beginning."""
    handle = tempfile.TemporaryFile()  # noqa: SIM115  # the caller streams and closes it
    write_workbook(scope, handle)
    handle.seek(0)
    return handle


def balances(scope: Scope, status_at_end: dict[str, str]) -> dict[Status, Balance]:
    """Per status: opening + came − left = closing, each counted by itself."""
    opening = Counter(_status_before(scope.start).values())
    closing = Counter(status_at_end.values())
    came: Counter[str] = Counter()
    left: Counter[str] = Counter()
    moves = Entry.objects.filter(
        subject_kind="device", recorded_at__gte=scope.start, recorded_at__lt=scope.end, leaf__isnull=False
    ).order_by("id")
    for before, after in moves.values_list("from_status", "to_status").iterator(chunk_size=5000):
        if before != after:
            left[before] += 1
            came[after] += 1
    return {status: Balance(opening[status], came[status], left[status], closing[status]) for status in Status}


def _status_before(moment: dt.datetime) -> dict[str, str]:
    """Tag → status by the entries recorded before a moment."""
    entries = Entry.objects.filter(subject_kind="device", recorded_at__lt=moment, leaf__isnull=False).order_by("id")
    return dict(entries.values_list("subject_key", "to_status").iterator(chunk_size=5000))


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(moment) if moment else None


def movement_sheet() -> LongSheet:
    """The sheet of movements in the reader's language, empty."""
    return LongSheet(
        _("Movements"),
        [
            Column(_("Entry"), "int", 12),
            Column(_("Recorded (Brussels time)"), "moment", 21),
            Column(_("Occurred (Brussels time)"), "moment", 21),
            Column(_("Kind of thing"), width=13),
            Column(_("Thing"), width=16),
            Column(_("Its number"), "int", 8),
            Column(_("Event"), width=26),
            Column(_("From (code)"), width=22),
            Column(_("To (code)"), width=22),
            Column(_("Actor"), width=20),
            Column(_("Channel"), width=10),
            Column(_("Evidence (SHA-256)"), width=20),
            Column(_("Leaf (SHA-256)"), width=20),
            Column(_("Hashed text"), width=40),
        ],
        printed=11,
    )


def movement_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """The rows of that sheet, in the order of the ledger."""
    found = Leaf.objects.filter(entry__recorded_at__gte=scope.start, entry__recorded_at__lt=scope.end)
    fields = (
        "leaf_index",
        "entry__recorded_at",
        "entry__occurred_at",
        "entry__subject_kind",
        "entry__subject_key",
        "entry__subject_seq",
        "entry__event",
        "entry__from_status",
        "entry__to_status",
        "entry__actor_key",
        "entry__channel",
        "entry__evidence_sha256",
        "leaf_hash",
        "entry__body",
    )
    for row in found.order_by("leaf_index").values_list(*fields).iterator(chunk_size=2000):
        yield (row[0], _local(row[1]), _local(row[2]), *row[3:])


def _device_sheet() -> LongSheet:
    return LongSheet(
        _("Devices"),
        [
            Column(_("Tag"), width=12),
            Column(_("Status (code)"), width=22),
            Column(_("Status"), width=24),
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
        ],
    )


def _device_rows(status_at_end: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    fields = (
        "tag",
        "category",
        "manufacturer",
        "model",
        "serial",
        "inventory_number",
        "department",
        "act_reference",
        "decommissioned_on",
        "grade",
        "legal_status",
        "weight_kg",
        "location__code",
    )
    for row in Device.objects.order_by("id").values_list(*fields).iterator(chunk_size=2000):
        status = status_at_end.get(row[0])
        if not status:
            continue  # it came after the period, or its record was merged into another
        yield (
            row[0],
            status,
            str(Status(status).label),
            str(CATEGORIES[row[1]]),
            *row[2:10],
            str(LegalStatus(row[10]).label),
            *row[11:],
        )


def _medium_sheet() -> LongSheet:
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
        ],
    )


def _medium_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    media = Medium.objects.filter(created_at__lt=scope.end).select_related("device").order_by("id")
    # One read for two thousand media, not one each.
    proofs = Sanitisation.objects.filter(succeeded=True).select_related("evidence").order_by("-id")
    media = media.prefetch_related(Prefetch("sanitisations", proofs, to_attr="proofs"))
    for medium in media.iterator(chunk_size=2000):
        read: list[Sanitisation] = medium.__dict__["proofs"]
        proof = next((one for one in read if one.cycle == medium.cycle), None)
        yield (
            medium.code,
            medium.device.tag if medium.device else "",
            str(MEDIUM_KINDS[medium.kind]),
            medium.model,
            medium.serial,
            medium.capacity_bytes,
            str(MediumState(medium.state).label),
            proof.category if proof else "",
            proof.method if proof else "",
            f"{proof.tool} {proof.tool_version}".strip() if proof else "",
            _local(proof.sanitised_at) if proof else None,
            _local(proof.verified_at) if proof else None,
            _local(proof.validated_at) if proof else None,
            proof.exception_reference if proof else "",
            proof.evidence.sha256 if proof else "",
        )


def _proof_sheet() -> LongSheet:
    return LongSheet(
        _("Proof"),
        [Column(_("First entry"), "int", 14), Column(_("Entries"), "int", 14), Column(_("Hash (SHA-256)"), width=70)],
    )


def _read_me(package: Package, scope: Scope, proof: Proof, *sheets: LongSheet) -> None:
    page = package.short(_("Read me"))
    page.column_dimensions["A"].width = 38
    page.column_dimensions["B"].width = 86
    landscape(page)
    page["A1"] = _("Relais – ledger of devices")
    page["A1"].font = Font(bold=True, size=16, color="0B5C57")
    lines: list[tuple[str, Any]] = [
        (_("First day"), scope.first),
        (_("Last day"), scope.last),
        (_("Entries in the whole ledger"), proof.size),
        (_("Root of the whole ledger"), proof.root),
        *((_("Rows in '%(sheet)s'") % {"sheet": sheet.title}, sheet.rows) for sheet in sheets),
        (
            _("What is a row of '%(sheet)s'?") % {"sheet": sheets[0].title},
            _("One deed done to one thing. Rows are only ever added, never changed or removed."),
        ),
        (
            _("How can I check it?"),
            _(
                "With the script verify_workbook.py, without us: python3 verify_workbook.py FILE.xlsx. The leaf is "
                "SHA-256 over a zero byte and the hashed text (RFC 6962); the rows and '%(sheet)s' give the root."
            )
            % {"sheet": sheets[3].title},
        ),
        (
            _("Whose names stand here?"),
            _("None. Actors are pseudonyms; reasons are codes; free text is kept apart."),
        ),
        (
            _("How does the summary add up?"),
            _("Opening + in − out = closing for every status; the check column shows 0, and turns red if not."),
        ),
    ]
    for number, (label, value) in enumerate(lines, start=3):
        page.cell(number, 1, label).font = Font(bold=True)
        cell = page.cell(number, 2, plain_text(value) if isinstance(value, str) else value)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        page.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
        # Nobody computes the height of a wrapped row for us: so many lines of 15 points.
        page.row_dimensions[number].height = 15 * max(-(-len(label) // 34), -(-len(str(value)) // 80))
        if isinstance(value, dt.date):
            cell.number_format = "yyyy-mm-dd"


def _summary(
    package: Package, scope: Scope, status_at_end: dict[str, str], movements: LongSheet, devices: LongSheet
) -> None:
    page = package.short(_("Summary"))
    landscape(page)
    headings = (_("Status"), _("Code"), _("Opening"), _("In"), _("Out"), _("Closing"), _("Counted"), _("Check"))
    for place, (heading, width) in enumerate(zip(headings, (28, 24, 11, 11, 11, 11, 11, 11), strict=True), start=1):
        cell = page.cell(1, place, heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="0B5C57")
        page.column_dimensions["ABCDEFGH"[place - 1]].width = width
    page.freeze_panes = "A2"
    counted = balances(scope, status_at_end)
    for row, (status, balance) in enumerate(counted.items(), start=2):
        page.cell(row, 1, str(status.label))
        page.cell(row, 2, status.value)
        page.cell(row, 3, balance.opening)
        _balance_row(package, page, row, balance, movements, devices)
    total = len(counted) + 2
    page.cell(total, 1, _("All")).font = Font(bold=True)
    sums = {
        "C": sum(one.opening for one in counted.values()),
        "D": sum(one.came for one in counted.values()),
        "E": sum(one.left for one in counted.values()),
        "F": sum(one.closing for one in counted.values()),
        "G": sum(one.closing for one in counted.values()),
    }
    for letter, result in sums.items():
        package.formula(page, f"{letter}{total}", f"=SUM({letter}2:{letter}{total - 1})", result)
        page[f"{letter}{total}"].font = Font(bold=True)
    package.formula(page, f"H{total}", f"=F{total}-G{total}", 0)
    red = PatternFill("solid", start_color="F6C9C4", end_color="F6C9C4")
    page.conditional_formatting.add(f"H2:H{total}", CellIsRule(operator="notEqual", formula=["0"], fill=red))


def _balance_row(
    package: Package, page: Any, row: int, balance: Balance, movements: LongSheet, devices: LongSheet
) -> None:
    last = max(movements.rows + 1, 2)
    moves = f"'{movements.title}'"
    kind, before, after = (f"{moves}!${letter}$2:${letter}${last}" for letter in "DHI")
    same = f'COUNTIFS({kind},"device",{before},$B{row},{after},$B{row})'
    package.formula(page, f"D{row}", f'=COUNTIFS({kind},"device",{after},$B{row})-{same}', balance.came)
    package.formula(page, f"E{row}", f'=COUNTIFS({kind},"device",{before},$B{row})-{same}', balance.left)
    closing = balance.opening + balance.came - balance.left
    package.formula(page, f"F{row}", f"=C{row}+D{row}-E{row}", closing)
    items = f"'{devices.title}'!$B$2:$B${max(devices.rows + 1, 2)}"
    package.formula(page, f"G{row}", f"=COUNTIF({items},$B{row})", balance.closing)
    package.formula(page, f"H{row}", f"=F{row}-G{row}", closing - balance.closing)
