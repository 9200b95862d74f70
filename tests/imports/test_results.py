"""Tables of a wiping station: kept as evidence, each row its own verdict by the one judge, never more than it says."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from backend.accounts.models import User
from imports.choosing import choose_columns
from imports.kinds import KINDS
from imports.kinds.results import RESULTS
from imports.models import ImportRun
from imports.queries import problem_rows, rows_of
from imports.readers.opening import allowed, read_table
from imports.runs import Upload, apply, stage, undo
from inventory.devices.models import Medium
from inventory.documents import spool
from inventory.documents.models import StoredFile
from inventory.errors import BadFile, BadInput, Conflict, NotAllowed, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import MediumState, Status
from inventory.reports.verification import verify_ledger
from inventory.wiping.commands import validate
from inventory.wiping.evidence import Category, Outcome
from inventory.wiping.models import Sanitisation
from inventory.wiping.speaking import verdicts_of_table
from tests.imports.test_kinds import brought
from tests.imports.test_read_list import kept, lines
from tests.journeys import make, with_medium
from tests.people import People

pytestmark = pytest.mark.django_db

HEADINGS = "Numéro de série du disque;Type de disque;Méthode;Résultat;Vérification;Outil;Version;Opérateur;Début;Fin\n"
GOOD = {
    "serial": "RLSD0001",
    "kind": "SSD",
    "method": "Zero fill",
    "result": "Success",
    "verification": "passed",
    "tool": "Station 4",
    "ended_at": "2026-03-02T10:00:00+01:00",
}


@pytest.fixture
def media(people: People) -> list[Medium]:
    return [with_medium(make(Status.RECEIVED), serial=f"RLSD000{n}") for n in range(1, 5)]


def row(serial: str, result: str = "Réussi", **changed: str) -> str:
    cells = {
        "kind": "HDD",
        "method": "Zéros (1 passe)",
        "result": result,
        "verification": "vérifié",
        "tool": "Station 4",
        "version": "2.1",
        "operator": "Q. Nomen",
        "begun": "02/03/2026 09:00",
        "ended": "02/03/2026 10:00",
        **changed,
    }
    return ";".join([serial, *cells.values()]) + "\n"


def told(run: ImportRun) -> list[tuple[str, str]]:
    return [(one.fate, one.result) for one in run.rows.order_by("line")]


def test_each_row_has_its_own_verdict_and_nobody_s_name_is_staged(people, media):
    text = HEADINGS + row("RLSD0001") + row("RLSD0002", "Échec : 3 secteurs") + row("RLSD0003", verification="")
    run = brought(text + row("NOWHERE01"), people.technician)
    assert told(run) == [
        ("changed", "sanitised"),
        ("changed", "failed"),
        ("changed", "overwritten_not_verified"),
        ("unchanged", "sanitised"),
    ]
    assert run.mapping["personal"] == ["Opérateur"]
    assert "Nomen" not in str(list(run.rows.values())) + str(run.mapping)


def test_what_was_previewed_is_recorded_an_entry_a_medium(people, media):
    text = HEADINGS + row("RLSD0001") + row("RLSD0002", "Échec : 3 secteurs") + row("NOWHERE01")
    run = brought(text, people.technician)
    assert (run.kind, run.counts["changed"], run.counts["unchanged"]) == ("evidence", 2, 1)
    assert [one.changes.get("state") for one in rows_of(run)] == [["pending", "verified"], ["pending", "failed"], None]
    before = Entry.objects.count()
    apply(run.code, actor=people.technician)
    assert Entry.objects.count() == before + 2
    first, second = Sanitisation.objects.order_by("id")
    assert (first.verdict, first.category, first.sanitised_by) == ("sanitised", "clear", people.technician)
    assert (second.verdict, second.succeeded) == ("failed", False)
    stored = StoredFile.objects.get()
    assert stored.sha256 == first.evidence.sha256 == hashlib.sha256(text.encode()).hexdigest()
    media[0].refresh_from_db()
    assert media[0].state == MediumState.VERIFIED
    assert verify_ledger().fault is None
    with pytest.raises(RuleBroken, match="yourself"):
        validate(media[0].code, actor=_both(people.technician))
    again = brought(text + "\n", people.technician)
    assert again.counts["changed"] == 0, "the same rows in another file: zero changes"
    assert not spool.kept(run.code)


def _both(person: User) -> User:
    """The same person, who may validate too."""
    person.groups.add(Group.objects.get(name="verifier"))
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    ("changed", "outcome", "said"),
    [
        ({}, Outcome.SANITISED, "result: Success"),
        ({"verification": ""}, Outcome.OVERWRITTEN_NOT_VERIFIED, "nothing of a verification"),
        ({"verification": "not verified"}, Outcome.OVERWRITTEN_NOT_VERIFIED, "verification"),
        ({"verification": "failed"}, Outcome.FAILED, "verification"),
        ({"result": "Mislukt"}, Outcome.FAILED, "result"),
        ({"result": "not erased"}, Outcome.FAILED, "result"),
        ({"result": "Interrompu par l'opérateur"}, Outcome.ABORTED, "result"),
        ({"result": "99 %"}, Outcome.NEEDS_PERSON, "99 %"),
        ({"result": ""}, Outcome.NEEDS_PERSON, "does not tell: result"),
        ({"errors": "4"}, Outcome.FAILED, "errors: 4"),
        ({"errors": "few"}, Outcome.NEEDS_PERSON, "errors: few"),
        ({"errors": "0"}, Outcome.SANITISED, "result"),
        ({"method": "Verify zeros"}, Outcome.NOTHING_WIPED, "method"),
        ({"method": "Degauss"}, Outcome.NEEDS_PERSON, "witness"),
        ({"method": "Shred"}, Outcome.NEEDS_PERSON, "witness"),
        ({"method": "magic"}, Outcome.NEEDS_PERSON, "no technique"),
        ({"method": "NVMe sanitize (crypto)", "kind": "HDD"}, Outcome.NEEDS_PERSON, "no technique"),
        ({"method": "NVMe sanitize (crypto)", "kind": "NVMe"}, Outcome.SANITISED, "result"),
        ({"tool": ""}, Outcome.NEEDS_PERSON, "does not tell: tool"),
        ({"ended_at": ""}, Outcome.NEEDS_PERSON, "does not tell: ended_at"),
        ({"started_at": "2026-03-02T11:00:00+01:00"}, Outcome.NEEDS_PERSON, "before it began"),
        ({"ended_at": "2090-03-02T11:00:00"}, Outcome.NEEDS_PERSON, "time to come"),
    ],
)
def test_a_table_proves_what_it_says_and_clear_at_most(changed, outcome, said):
    (verdict,) = verdicts_of_table([{**GOOD, **changed}], "t")
    assert verdict.verdict == outcome
    assert said in str(verdict.reasons)
    assert verdict.category in (None, Category.CLEAR)
    assert (verdict.category is None) == (outcome not in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED))


def test_rows_of_one_serial_that_disagree_prove_nothing():
    verdicts = verdicts_of_table([GOOD, {**GOOD, "result": "Failed"}, {**GOOD, "serial": "OTHER99"}], "t")
    assert [one.verdict for one in verdicts] == [Outcome.NEEDS_PERSON, Outcome.FAILED, Outcome.SANITISED]


def test_a_drive_without_a_serial_is_not_matched_even_if_the_device_has_but_one(people, media):
    tag = media[0].device.tag
    run = brought(f"Tag;Method;Result;Tool;Finished\n{tag};Zero;OK;T;02/03/2026 10:00\n", people.technician)
    (one,) = rows_of(run)
    assert (one.fate, one.result, one.tag) == ("unchanged", "overwritten_not_verified", "")
    assert "No serial number" in one.notices[0]
    apply(run.code, actor=people.technician)
    assert not Sanitisation.objects.exists()


def test_a_row_that_names_another_device_or_another_person_changes_nothing(people, media):
    other = media[1].device.tag
    head = "Tag;Disk serial;Method;Result;Tool;Operator;Finished\n"
    run = brought(
        head
        + f"{other};RLSD0001;Zero;OK;T;;02/03/2026 10:00\n"
        + f"{media[1].device.tag};RLSD0002;Zero;OK;T;victor;02/03/2026 10:00\n"
        + ";RLSD0003;Zero;OK;T;tine;02/03/2026 10:00\n",
        people.technician,
    )
    first, second, third = rows_of(run)
    assert "another device" in first.notices[0]
    assert "Somebody else of ours" in second.notices[0]
    assert third.fate == "changed"


@pytest.mark.parametrize(
    ("bad", "column", "said"),
    [
        (row("6.37E+15"), "Numéro de série du disque", "Excel destroyed"),
        (row("RLSD0002", ended="31/02/2026 10:00"), "Fin", "not a day"),
        (row("RLSD0002", method=""), "Méthode", "empty"),
        (row("RLSD0002", operator="85.07.30-033.28"), "Opérateur", "national register"),
        (row("RLSD0002", tool="=1+#REF!").replace("=1+#REF!", "#REF!"), "Outil", "formula"),
    ],
)
def test_one_bad_row_and_nothing_is_recorded(people, media, bad, column, said):
    run = brought(HEADINGS + row("RLSD0001") + bad, people.technician)
    (wrong,) = rows_of(run, fate="problem")
    assert wrong.problems[0]["column"] == column
    assert said in wrong.problems[0]["message"]
    given_back = list(problem_rows(run))
    assert "85.07" not in str(given_back)
    assert "Nomen" not in str(given_back)
    with pytest.raises(BadInput):
        apply(run.code, actor=people.technician)
    assert not Sanitisation.objects.exists()
    assert not StoredFile.objects.exists()


def test_what_no_column_holds_is_named_and_a_person_says_which_column_it_is(people, media):
    text = "Disk serial;Wijze;Result;Tool;Operator;End\nRLSD0001;Zero;OK;T;Q. Nomen;02/03/2026 10:00\n"
    run = brought(text, people.technician, kind="evidence")
    (wrong,) = rows_of(run)
    assert (wrong.problems[0]["column"], wrong.problems[0]["message"]) == ("Method", "No column holds this.")
    with pytest.raises(BadInput, match="names people"):
        choose_columns(run.code, actor=people.technician, fields={"Operator": "method"})
    run = choose_columns(run.code, actor=people.technician, fields={"Wijze": "method"})
    assert told(run) == [("changed", "overwritten_not_verified")]
    apply(run.code, actor=people.technician)
    assert Sanitisation.objects.get().method == "Zero"


def test_a_medium_that_failed_three_times_is_not_talked_clean(people, media):
    for hour in range(3):
        bad = brought(HEADINGS + row("RLSD0001", "Échec", ended=f"02/03/2026 1{hour}:30"), people.technician)
        apply(bad.code, actor=people.technician)
    (wrong,) = rows_of(brought(HEADINGS + row("RLSD0001"), people.technician))
    assert "destroy it" in wrong.problems[0]["message"]


def test_what_changed_since_the_preview_stops_the_whole_table(people, media):
    run = brought(HEADINGS + row("RLSD0001") + row("RLSD0002"), people.technician)
    Medium.objects.filter(pk=media[0].pk).update(serial="X", serial_key="x")
    with pytest.raises(Conflict, match="no longer as the preview"):
        apply(run.code, actor=people.technician)
    assert not Sanitisation.objects.exists()
    spool.clear(run.code)
    with pytest.raises(Conflict, match="no longer kept"):
        apply(run.code, actor=people.technician)


def test_the_page_says_beforehand_that_there_is_no_way_back(client, people, media):
    run = brought(HEADINGS + row("RLSD0001"), people.technician)
    client.force_login(people.technician)
    html = client.get(reverse("import_run", args=[run.code])).content.decode()
    for sentence in ("kept whole as evidence", "cannot be undone", "A proof is never erased", "Record 1 result"):
        assert sentence in html
    assert "What the row says" in html, "ten columns are told in one"
    assert ">Nomen<" not in html
    apply(run.code, actor=people.technician)
    with pytest.raises(Conflict, match="never erased"):
        undo(run.code, actor=people.technician)


def test_results_are_for_who_may_sanitise_and_within_bounds(people, media, monkeypatch):
    with pytest.raises(NotAllowed):
        brought(HEADINGS + row("RLSD0001"), people.warehouse_keeper)
    many = HEADINGS + "".join(row(f"RLSX{n:06d}") for n in range(5_001))
    table = read_table(many.encode(), "list.csv", allowed())
    upload = Upload("0" * 64, "list.csv", len(many), "", "evidence", table, many.encode())
    with pytest.raises(BadFile, match="5000 rows at most"):
        stage(upload, actor=people.technician)
    monkeypatch.setitem(KINDS, "evidence", replace(RESULTS, largest=100))
    with pytest.raises(BadFile, match="megabytes at most"):
        brought(HEADINGS + row("RLSD0001"), people.technician, kind="evidence")


def test_a_script_sees_the_verdicts_and_stores_nothing(people, media, tmp_path):
    *rows, last = lines(kept(tmp_path, HEADINGS + row("RLSD0001") + row("NOWHERE01")))
    assert [(one["action"], one["result"]) for one in rows] == [("changed", "sanitised"), ("unchanged", "sanitised")]
    assert "Nomen" not in str(rows)
    assert (last["kind"], last["results"]) == ("evidence", {"sanitised": 2})
    assert not Sanitisation.objects.exists()
