"""An auditor without an account: the workbook is checked off line, and each way to tamper with it is named."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.devices.commands import declare
from inventory.devices.corrections import correct_list
from inventory.ledger.models import Entry, Leaf
from inventory.ledger.tree import root_of
from inventory.lifecycle import Status
from inventory.reports import verify_workbook
from inventory.reports.period import scope_of
from inventory.reports.proof import Node, Proof, add, others, proof_of_now, root_over
from inventory.reports.sheets.movements import movement_sheets
from inventory.reports.verification import root_now
from inventory.reports.workbook import write_workbook
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db

LANGUAGES = {"fr": "Oui", "nl": "Ja:", "en": "Yes:"}


@pytest.fixture
def months(people: People) -> list[dt.date]:
    """Three months with deeds in each; the first day of each."""
    today = timezone.localdate().replace(day=1)
    second = (today - dt.timedelta(days=1)).replace(day=1)
    first = (second - dt.timedelta(days=1)).replace(day=1)
    for day, statuses in ((first, (Status.READY, Status.LOST)), (second, (Status.RECEIVED,)), (today, (Status.READY,))):
        with clock_at(timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))):
            for status in statuses:
                journeys.make(status)
    return [first, second, today]


def workbook(folder: Path, first: dt.date, last: dt.date, language: str = "en") -> Path:
    target = folder / f"{first}-{last}-{language}.xlsx"
    with target.open("wb") as handle:
        write_workbook(scope_of(first, last, language), handle)
    return target


def end_of(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def ask(path: Path, *more: str, language: str = "en") -> tuple[int, str]:
    """As an auditor asks: another process, no Relais within reach."""
    command = [sys.executable, "-I", verify_workbook.__file__, str(path), *more, "--lang", language]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)
    return said.returncode, said.stdout + said.stderr


def tampered(path: Path, change: Callable[[Any], None]) -> Path:
    """A copy that somebody changed in a spreadsheet and saved again."""
    book = openpyxl.load_workbook(path, data_only=True)
    change(book)
    target = path.with_name("tampered.xlsx")
    book.save(target)
    return target


def movements(book: Any) -> Any:
    return book["Movements"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter_is_verified_off_line_in_three_languages(
    months: list[dt.date], tmp_path: Path, language: str
) -> None:
    path = workbook(tmp_path, months[0], end_of(months[2]), language)
    code, said = ask(path, language=language)
    assert (code, said.split()[0]) == (0, LANGUAGES[language]), said
    assert str(Entry.objects.count()) in said


def test_each_month_alone_gives_the_root_and_continues_the_one_before(months: list[dt.date], tmp_path: Path) -> None:
    before = before_last = None
    for first in months:
        path = workbook(tmp_path, first, end_of(first))
        more = ("--after", str(before)) if before else ()
        code, said = ask(path, *more)
        assert code == 0, said
        before_last, before = before, path
    # Hidden at the seam, where one workbook alone says nothing.

    def hide_the_first(book: Any) -> None:
        first = movements(book)
        book["Proof"].append([first["A2"].value, 1, first["M2"].value])
        first.delete_rows(2)

    assert (
        "are neither in this workbook nor in the one before"
        in ask(tampered(path, hide_the_first), "--after", str(before_last))[1]
    )
    code, said = ask(path, "--after", str(workbook(tmp_path, months[0], end_of(months[0]))))
    assert code == 1
    assert "do not follow each other" in said


def test_libre_office_saves_it_again_and_it_still_holds(months: list[dt.date], tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is absent (Debian: apt install libreoffice-calc-nogui)")
    path = workbook(tmp_path, months[1], end_of(months[2]))
    again = tmp_path / "again"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(again), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    code, said = ask(again / path.name)
    assert code == 0, said


def _edit(cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        movements(book)[cell] = value

    return change


def _rehash(book: Any) -> None:
    # The clever one: text, visible columns and leaf all agree; only the root does not.
    import hashlib

    sheet = movements(book)
    body = json.loads(sheet["N4"].value)
    body["actor"] = "u-somebodyelse0000"
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    sheet["J4"], sheet["N4"] = "u-somebodyelse0000", text
    sheet["M4"] = hashlib.sha256(b"\x00" + text.encode()).hexdigest()


def _swap(book: Any) -> None:
    sheet = movements(book)
    for column in range(1, 15):
        one, other = sheet.cell(3, column), sheet.cell(5, column)
        one.value, other.value = other.value, one.value


def _copy_row(book: Any) -> None:
    sheet = movements(book)
    sheet.append([cell.value for cell in sheet[sheet.max_row]])


def _truncate(book: Any) -> None:
    movements(book).delete_rows(movements(book).max_row)


def _hide(book: Any) -> None:
    # A row taken out, and its hash put where the hashes of other periods stand: the root still comes out.
    sheet, proof = movements(book), book["Proof"]
    index, leaf = sheet["A4"].value, sheet["M4"].value
    sheet.delete_rows(4)
    proof.append([index, 1, leaf])


def _relabelled(book: Any) -> None:
    # Cleverer: the row's fingerprint is made anew, the entry it names is not.
    sheet = book["Devices"]
    heads = [cell.value for cell in sheet[1]]
    sheet["B2"] = "recycled"
    cells = [cell.value for cell in sheet[2]][: len(heads) - 1]
    said = [
        verify_workbook.Number(float((one - dt.datetime(1899, 12, 30)).days) if isinstance(one, dt.datetime) else one)  # noqa: DTZ001
        if isinstance(one, int | float | dt.datetime)
        else one or ""
        for one in cells
    ]
    sheet.cell(2, len(heads)).value = verify_workbook.fingerprint(said)


ATTACKS: dict[str, tuple[Callable[[Any], None], str]] = {
    "a visible cell": (_edit("G4", "device.lost"), "'Movements', cell G4: it shows 'device.lost'"),
    "a moment": (_edit("B4", dt.datetime(2020, 1, 1)), "'Movements', cell B4"),  # noqa: DTZ001
    "the hashed text": (_edit("N4", '{"actor":"x"}'), "'Movements', row 4"),
    "the leaf": (_edit("M4", "0" * 64), "'Movements', row 4: the hashed text"),
    "a text instead of an entry": (_edit("N4", "nothing"), "'Movements', row 4: this is no entry"),
    "text and leaf together": (_rehash, "do not give the root"),
    "a row dropped": (lambda book: movements(book).delete_rows(4), "before row 4: entry 2 is missing (1 in all)"),
    "the tail cut": (_truncate, "is missing (1 in all)"),
    "a row hidden in the proof": (_hide, "'Movements', after row 3: entries 2 to 2 are missing, although those before"),
    "two rows swapped": (_swap, "the rows were put into another order"),
    "a row copied": (_copy_row, "is one too many"),
    "the closing": (lambda book: book["Summary"].__setitem__("I3", 99), "'Summary', cell I3: it shows 99"),
    "a device removed": (lambda book: book["Devices"].delete_rows(2), "'Summary', cell J"),
    "a serial number": (lambda book: book["Devices"].__setitem__("H2", "ANOTHER"), "'Devices', row 2: a cell was"),
    "a status, its row's fingerprint too": (_relabelled, "'Devices', row 2: entry"),
    "an exception dropped": (lambda book: book["Exceptions"].delete_rows(3), "'Exceptions': rows were added, removed"),
    "a device of another kind": (_edit("O2", "screen"), "'Movements', cell O2: it shows 'screen'"),
    "the root": (lambda book: book["Read me"].__setitem__("B6", "0" * 64), "do not give the root"),
    "the size": (lambda book: book["Read me"].__setitem__("B5", 99_999), "is missing"),
    "the proof": (lambda book: book["Proof"].__setitem__("C2", "0" * 64), "do not give the root"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_tampered_with_is_named_with_its_place(months: list[dt.date], tmp_path: Path, attack: str) -> None:
    # The first month: what comes after it stands in the proof.
    path = workbook(tmp_path, months[0], end_of(months[0]))
    change, expected = ATTACKS[attack]
    code, said = ask(tampered(path, change))
    assert code == 1, said
    assert expected in said
    for language in ("fr", "nl"):
        code, told = ask(tampered(path, change), language=language)
        assert code == 1
        assert told != said


def test_a_ledger_over_several_sheets_is_verified_as_one(
    months: list[dt.date], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = partial(movement_sheets, most=5)
    monkeypatch.setattr("inventory.reports.workbook.movement_sheets", shorter)
    path = workbook(tmp_path, months[0], end_of(months[0]))
    assert "Movements 2" in openpyxl.load_workbook(path).sheetnames
    code, said = ask(path)
    assert code == 0, said
    code, said = ask(tampered(path, lambda book: book["Movements 2"].delete_rows(3)))
    assert (code, "'Movements 2', before row 3: entry" in said) == (1, True), said


def test_a_correction_of_the_kind_is_verified(people: People, tmp_path: Path) -> None:
    today = timezone.localdate()
    (device,) = declare([journeys.announced(category="laptop")], actor=people.technician)
    correct_list({device.tag: {"category": "tablet"}}, actor=people.technician)
    path = workbook(tmp_path, today, today)
    assert ask(path)[0] == 0
    code, said = ask(tampered(path, _edit("P3", "phone")))
    assert (code, "cell P3: it shows 'phone', but the hashed text says 'laptop'" in said) == (1, True), said


def test_a_copy_that_was_only_saved_again_is_not_blamed(months: list[dt.date], tmp_path: Path) -> None:
    path = workbook(tmp_path, months[0], end_of(months[0]))
    code, said = ask(tampered(path, lambda book: None))
    assert code == 0, said


def test_a_checkpoint_from_elsewhere_is_met_or_the_ledger_is_foreign(months: list[dt.date], tmp_path: Path) -> None:
    size, root = root_now()
    printed = tmp_path / "checkpoint.txt"
    path = workbook(tmp_path, months[0], end_of(months[2]))
    for spelt in (root, base64.b64encode(bytes.fromhex(root)).decode()):
        printed.write_text(f"relais.brussels.example\n{size}\n{spelt}\n\n— a signature\n")
        code, said = ask(path, "--checkpoint", str(printed))
        assert code == 0, said
        assert "written anew" not in said
    leaves = [bytes.fromhex(leaf) for leaf in Leaf.objects.order_by("leaf_index").values_list("leaf_hash", flat=True)]
    printed.write_text(f"relais\n{size - 2}\n{root_of(leaves[: size - 2]).hex()}\n")
    assert ask(path, "--checkpoint", str(printed))[0] == 0
    printed.write_text(f"relais\n{size - 2}\n{'0' * 64}\n")
    assert "of another ledger" in ask(path, "--checkpoint", str(printed))[1]
    printed.write_text(f"relais\n{size + 2}\n{'0' * 64}\n")
    assert "some are missing at the end" in ask(path, "--checkpoint", str(printed))[1]
    printed.write_text("nonsense")
    assert ask(path, "--checkpoint", str(printed))[0] == 2


@pytest.mark.parametrize("data", [b"", b"PK", b"nothing at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook_is_said_without_a_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    code, said = ask(path)
    assert code == 2
    assert "Traceback" not in said


def test_another_workbook_is_no_workbook_of_ours(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "x.xlsx")
    assert ask(tmp_path / "x.xlsx")[0] == 2


def test_the_proof_covers_just_what_the_sheet_does_not(months: list[dt.date]) -> None:
    for first, last in ((months[0], months[0]), (months[1], months[2]), (months[2], months[2])):
        scope = scope_of(first, last)
        proof: Proof = proof_of_now()
        apart = list(others(scope, proof.size))
        assert (proof.size, proof.root) == root_now()
        rows = Leaf.objects.filter(entry__recorded_at__gte=scope.start, entry__recorded_at__lt=scope.end)
        inside = [
            Node(index, 1, bytes.fromhex(digest)) for index, digest in rows.values_list("leaf_index", "leaf_hash")
        ]
        peaks: list[Node] = []
        for node in sorted([*apart, *inside], key=lambda one: one.first):
            add(peaks, node)
        assert root_over(peaks).hex() == proof.root
        assert len(apart) < 40


def test_brussels_time_needs_no_table() -> None:
    zone = timezone.get_default_timezone()
    for month in range(1, 13):
        for day in (1, 25, 26, 27, 28):
            for hour in (0, 1, 12, 23):
                moment = dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)
                told = verify_workbook._local(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
                assert told == moment.astimezone(zone).replace(tzinfo=None)


def test_the_same_month_gives_the_same_bytes_twice(months: list[dt.date]) -> None:
    def written() -> bytes:
        target = io.BytesIO()
        write_workbook(scope_of(months[0], end_of(months[0])), target)
        return target.getvalue()

    assert written() == written()


def test_the_csv_twin_says_the_same_for_audit_tools(months: list[dt.date], tmp_path: Path) -> None:
    import csv
    import hashlib

    from django.core.management import CommandError, call_command

    path = tmp_path / "ledger.csv"
    period = ["--from", str(months[0]), "--to", str(end_of(months[2]))]
    call_command("export_ledger", *period, "--lang", "nl", str(path))
    with path.open(encoding="utf-8-sig", newline="") as handle:
        heading, *rows = csv.reader(handle, delimiter=";")
    assert heading[0] == "Inschrijving"
    assert len(rows) == Entry.objects.count()
    for row in rows:
        assert hashlib.sha256(b"\x00" + row[13].encode()).hexdigest() == row[12]
    said = json.loads((tmp_path / "ledger.schema.json").read_text())
    assert [one["name"] for one in said["schema"]["fields"]] == heading
    kinds = {one["name"]: one["type"] for one in said["schema"]["fields"]}
    for row in rows:
        for name, cell in zip(heading, row, strict=True):
            if kinds[name] == "integer":
                assert int(cell) >= 0
            elif kinds[name] == "datetime":
                assert dt.datetime.fromisoformat(cell).tzinfo is not None
    again = path.read_bytes()
    call_command("export_ledger", *period, "--lang", "nl", str(path))
    assert path.read_bytes() == again
    with pytest.raises(CommandError, match=r"xlsx or \.csv"):
        call_command("export_ledger", *period, str(tmp_path / "ledger.pdf"))


def test_the_page_gives_the_csv_and_what_its_columns_hold(desk, months: list[dt.date], tmp_path: Path) -> None:
    asked = {"first": str(months[0]), "last": str(end_of(months[2])), "language": "fr"}
    sheet = desk("auditor").get("/audit/workbook/", {**asked, "form": "csv"})
    heading = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()[0].split(";")
    said = desk("auditor").get("/audit/workbook/", {**asked, "form": "schema"})
    fields = json.loads(b"".join(said.streaming_content))["schema"]["fields"]
    assert [one["name"] for one in fields] == heading


def test_an_auditor_drops_a_workbook_on_the_page(desk, months: list[dt.date], tmp_path: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    from tests.inventory.pages.seen import words

    path = workbook(tmp_path, months[0], end_of(months[0]))
    window = desk("auditor")
    own = reverse("audit_check")
    assert window.get(own).status_code == 200
    assert window.post(own).status_code == 422
    said = words(window.post(own, {"file": SimpleUploadedFile("a.xlsx", path.read_bytes())}))
    assert "Yes:" in said
    copy = tampered(path, ATTACKS["a visible cell"][0])
    said = words(window.post(own, {"file": SimpleUploadedFile("b.xlsx", copy.read_bytes())}))
    assert "cell G4" in said
    assert window.post(own, {"file": SimpleUploadedFile("c.xlsx", b"nothing")}).status_code == 422
    script = b"".join(window.get(reverse("audit_script")).streaming_content)
    assert script == Path(verify_workbook.__file__).read_bytes()
    assert desk("technician").get(own).status_code == 403
