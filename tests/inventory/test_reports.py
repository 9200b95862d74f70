"""An auditor keeps a report under a name: what it is about, that it stays as it was, and that it proves no more."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from inventory.devices.models import Device
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry, Leaf
from inventory.lifecycle import Status
from inventory.reports.definitions.commands import define_report, fingerprint_of, retire_report
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.definitions.queries import report_called, scope_of_report
from inventory.reports.filters import EVERYTHING, Filter, read_filter
from inventory.reports.period import USUAL, Scope, scope_of
from inventory.reports.proof import Node, add, others, proof_of_now, root_over
from inventory.reports.selection import devices_of, movements_of
from inventory.reports.verification import root_now
from inventory.reports.workbook import write_workbook
from tests import journeys
from tests.inventory.test_verify_workbook import ask, tampered
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def stock(people: People) -> dict[str, Device]:
    """Five devices: three kinds, two departments, two places, one given away."""
    return {
        "given": journeys.make(Status.HANDED_OVER, "laptop"),
        "ready": journeys.make(Status.READY, "laptop"),
        "screen": journeys.make(Status.RECEIVED, "screen"),
        "lost": journeys.make(Status.LOST),
        "declared": journeys.declared("tablet", department="Finances"),
    }


def today(wanted: Filter = EVERYTHING, language: str = "en") -> Scope:
    day = timezone.localdate()
    return scope_of(day, day, language, wanted)


def tags(wanted: Filter) -> set[str]:
    return set(devices_of(today(wanted)).values_list("tag", flat=True))


def workbook(folder: Path, scope: Scope) -> Path:
    target = folder / "report.xlsx"
    with target.open("wb") as handle:
        write_workbook(scope, handle)
    return target


def test_each_part_chooses_and_all_parts_must_fit(stock: dict[str, Device]) -> None:
    body = stock["given"].agreement_items.get().agreement.association
    expected = {
        Filter(kind=("laptop",)): {"given", "ready"},
        Filter(status=("lost", "ready")): {"lost", "ready"},
        Filter(department=("Finances",)): {"declared"},
        Filter(location=("W1",)): {"given", "ready", "screen", "lost"},
        Filter(association=(body.code,)): {"given"},
        Filter(kind=("laptop",), status=("ready",)): {"ready"},
        EVERYTHING: set(stock),
    }
    for wanted, names in expected.items():
        there = set(Device.objects.filter(location__code="W1").values_list("tag", flat=True))
        right = {stock[name].tag for name in names}
        assert tags(wanted) == (there if wanted.location else right), wanted


@pytest.mark.parametrize(
    "given",
    [{"kind": ["spaceship"]}, {"status": ["eaten"]}, {"department": ["None"]}, {"location": ["W9"]}, {"colour": ["x"]}],
)
def test_what_there_is_not_is_refused_by_its_name(people: People, given: dict[str, list[str]]) -> None:
    with pytest.raises(BadInput):
        read_filter(given)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_filtered_workbook_adds_up_holds_and_claims_nothing_complete(
    stock: dict[str, Device], tmp_path: Path, language: str
) -> None:
    scope = today(Filter(kind=("laptop",)), language)
    path = workbook(tmp_path, scope)
    book = openpyxl.load_workbook(path, data_only=True)
    me, summary, moved, devices = (book.worksheets[place] for place in range(4))
    assert me["D7"].value == '{"kind":["laptop"]}'
    shown = {row[0] for row in devices.iter_rows(min_row=2, values_only=True)}
    assert shown == {stock["given"].tag, stock["ready"].tag}
    assert {row[3] for row in moved.iter_rows(min_row=2, values_only=True)} == {"device", "medium"}
    assert {row[10] for row in summary.iter_rows(min_row=2, values_only=True)} == {0}
    code, said = ask(path, language=language)
    assert code == 0, said
    words = {"fr": "n’est pas complet", "nl": "niet volledig", "en": "it is not complete"}
    assert words[language] in said


def test_a_filtered_workbook_gives_the_same_bytes_and_its_rows_and_proof_the_root(stock: dict[str, Device]) -> None:
    scope = today(Filter(kind=("laptop", "screen"), department=("Urbanisme",)))
    once, again = io.BytesIO(), io.BytesIO()
    write_workbook(scope, once)
    write_workbook(scope, again)
    assert once.getvalue() == again.getvalue()
    proof = proof_of_now()
    assert (proof.size, proof.root) == root_now()
    shown = dict(movements_of(scope).values_list("leaf_index", "leaf_hash"))
    assert 0 < len(shown) < Leaf.objects.count()
    peaks: list[Node] = []
    inside = [Node(index, 1, bytes.fromhex(digest)) for index, digest in shown.items()]
    for node in sorted([*others(scope, proof.size), *inside], key=lambda one: one.first):
        add(peaks, node)
    assert root_over(peaks).hex() == proof.root


def test_tampering_with_a_filtered_workbook_is_named_all_the_same(stock: dict[str, Device], tmp_path: Path) -> None:
    path = workbook(tmp_path, today(Filter(kind=("laptop",))))

    def drop(book: openpyxl.Workbook) -> None:
        book["Movements"].delete_rows(4)

    def edit(book: openpyxl.Workbook) -> None:
        book["Movements"]["G4"] = "device.lost"

    assert "is missing" in ask(tampered(path, drop))[1]
    assert "cell G4" in ask(tampered(path, edit))[1]
    code, said = ask(path, "--after", str(path))
    assert (code, "only complete ones continue each other" in said) == (1, True), said


def test_definitions_have_versions_and_the_ledger_knows_what_each_said(people: People) -> None:
    first = define_report("Laptops, each quarter", actor=people.auditor, wanted=Filter(kind=("laptop",)))
    second = define_report(
        "Laptops", actor=people.auditor, period="last_year", language="nl", number=first.number, wanted=EVERYTHING
    )
    assert (first.number, first.version, second.version) == (second.number, 1, 2)
    kept = ReportDefinition.objects.filter(number=first.number).order_by("version")
    assert [one.ended_at is None for one in kept] == [False, True]
    for one, entry in zip(kept, Entry.objects.filter(event="report.define").order_by("id"), strict=True):
        assert fingerprint_of(one) in entry.body
        assert one.name not in entry.body
    assert report_called("LAPTOPS").pk == report_called(first.number).pk == second.pk
    retire_report(first.number, actor=people.auditor)
    with pytest.raises(NotFound):
        report_called("Laptops")
    with pytest.raises(Conflict):
        define_report("Again", actor=people.auditor, number=first.number)


def test_a_definition_that_makes_no_sense_is_refused(people: People) -> None:
    define_report("Écrans", actor=people.auditor)
    with pytest.raises(Conflict, match="Another report"):
        define_report("écrans ", actor=people.auditor)
    wrong: list[dict[str, object]] = [
        {"name": "x"},
        {"name": "ring 0470 12 34 56"},
        {"period": "last_decade"},
        {"period": "fixed"},
        {"period": "fixed", "first": dt.date(2026, 2, 1), "last": dt.date(2026, 1, 1)},
        {"language": "de"},
    ]
    for facts in wrong:
        with pytest.raises(BadInput):
            define_report(**{"name": "Another one", "actor": people.auditor, **facts})  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        define_report("Another one", actor=people.technician)
    with pytest.raises(NotFound):
        retire_report("B-2026-99999", actor=people.auditor)


def test_the_database_keeps_a_version_as_it_was_made(people: People) -> None:
    made = define_report("Laptops", actor=people.auditor)
    for change in ({"name": "Others"}, {"period": "last_year"}, {"filters": {"kind": ["screen"]}}):
        with pytest.raises(DatabaseError, match="stays as it was made"), transaction.atomic():
            ReportDefinition.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


@pytest.mark.parametrize(
    ("name", "day", "first", "last"),
    [
        ("last_month", (2026, 3, 31), (2026, 2, 1), (2026, 2, 28)),
        ("last_month", (2026, 1, 1), (2025, 12, 1), (2025, 12, 31)),
        ("last_quarter", (2026, 11, 22), (2026, 7, 1), (2026, 9, 30)),
        ("last_quarter", (2026, 2, 3), (2025, 10, 1), (2025, 12, 31)),
        ("last_year", (2026, 2, 3), (2025, 1, 1), (2025, 12, 31)),
        ("this_year", (2026, 2, 3), (2026, 1, 1), (2026, 2, 3)),
    ],
)
def test_usual_periods_move_along(
    name: str, day: tuple[int, int, int], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert USUAL[name].days(dt.date(*day)) == (dt.date(*first), dt.date(*last))


def test_a_saved_report_runs_from_a_script(people: People, stock: dict[str, Device], tmp_path: Path) -> None:
    made = define_report(
        "Laptops now", actor=people.auditor, period="this_month", language="nl", wanted=Filter(kind=("laptop",))
    )
    target = tmp_path / "laptops.xlsx"
    call_command("export_ledger", "--report", "laptops now", str(target))
    wanted = io.BytesIO()
    write_workbook(scope_of_report(made, timezone.localdate()), wanted)
    assert target.read_bytes() == wanted.getvalue()
    read_me = openpyxl.load_workbook(target).worksheets[0]
    assert read_me["B8"].value == f"Laptops now ({made.number}, 1)"
    csv = tmp_path / "laptops.csv"
    day = timezone.localdate().isoformat()
    call_command("export_ledger", "--from", day, "--to", day, "--kind", "laptop", "--lang", "nl", str(csv))
    assert len(csv.read_text().splitlines()) == 1 + movements_of(today(Filter(kind=("laptop",)))).count()
    for wrong in (["--report", "nothing"], ["--report", made.number, "--kind", "laptop"], ["--kind", "laptop"]):
        with pytest.raises(CommandError):
            call_command("export_ledger", *wrong, str(target))


def test_a_report_is_tried_out_kept_changed_and_retired_on_pages(
    desk: Callable[[str], Client], stock: dict[str, Device]
) -> None:
    auditor = desk("auditor")
    assert "No report is saved yet" in auditor.get("/audit/reports/").content.decode()
    address = "/audit/reports/new/?period=this_month&language=fr&kind=laptop&department=Urbanisme"
    page = auditor.get(address).content.decode()
    assert page.count(" checked") == 1
    assert "kind=laptop" in page
    assert auditor.post(address, {"name": "x"}).status_code == 422
    kept = auditor.post(address, {"name": "Portables"})
    assert kept.status_code == 302
    made = ReportDefinition.objects.get()
    assert made.filters == {"kind": ["laptop"], "department": ["Urbanisme"]}
    page = auditor.get(kept.url).content.decode()
    assert "Laptop" in page
    assert f"report={made.number}&amp;period=this_month" in page
    auditor.post(f"{address.replace('kind=laptop', 'kind=screen')}&report={made.number}", {"name": "Écrans"})
    assert ReportDefinition.objects.get(ended_at__isnull=True).version == 2
    book = b"".join(auditor.get(f"/audit/reports/{made.number}/xlsx/").streaming_content)  # type: ignore[attr-defined]
    assert openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]["D7"].value.count("screen") == 1
    assert b"".join(auditor.get(f"/audit/reports/{made.number}/csv/").streaming_content).count(b"\r\n") >= 1  # type: ignore[attr-defined]
    assert auditor.post(f"/audit/reports/{made.number}/retire/").status_code == 302
    assert "retired" in auditor.get(kept.url).content.decode()
    assert desk("technician").get("/audit/reports/").status_code == 403
    wrong = auditor.get("/audit/reports/new/?period=fixed&language=fr&first=2026-02-01&last=2026-01-01")
    assert wrong.status_code == 422
    assert auditor.get("/audit/reports/new/?period=this_month&language=fr&association=A-1999-1").status_code == 422
