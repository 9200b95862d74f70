"""The audit by its pages: the root, a verification that names the first fault, the workbook, every entry."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse

from inventory.ledger.models import Entry
from inventory.ledger.rules import install, uninstall
from inventory.lifecycle import Status
from inventory.pages.audit_forms import presets
from inventory.reports.verification import root_now
from inventory.rules import RULES
from tests.inventory.pages.seen import words
from tests.journeys import award, declared, make, request
from tests.people import People

pytestmark = pytest.mark.django_db


def test_an_auditor_sees_size_and_root(desk):
    make(Status.READY)
    size, root = root_now()
    text = words(desk("auditor").get(reverse("audit")))
    assert root in text
    assert f"Entries {size}" in text


def test_a_verification_says_that_all_holds(desk):
    make(Status.RESERVED)
    assert "The ledger holds." in words(desk("auditor").post(reverse("audit_verify")))
    assert desk("auditor").get(reverse("audit_verify")).status_code == 405


def test_a_verification_names_the_first_entry_that_does_not_hold(desk):
    device = declared()
    root_now()
    uninstall(connection, RULES)
    entry = Entry.objects.get(subject_key=device.tag)
    Entry.objects.filter(pk=entry.pk).update(body=entry.body.replace("declare", "delcare"))
    install(connection, RULES)
    text = words(desk("auditor").post(reverse("audit_verify")))
    assert "The ledger does not hold." in text
    assert device.tag in text


def test_the_workbook_of_a_period_downloads(desk):
    device = declared()
    today = dt.date.today()  # noqa: DTZ011
    given = {"first": f"{today - dt.timedelta(days=2)}", "last": f"{today + dt.timedelta(days=1)}", "language": "en"}
    answer = desk("auditor").get(reverse("audit_workbook"), given)
    assert "attachment" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)), read_only=True)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert device.tag in cells


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first": "2026-03-02", "last": "2026-03-01", "language": "fr"}, "lies before the first"),
        ({"first": "02/30/2026", "last": "2026-03-01", "language": "fr"}, "valid date"),
        ({"first": "2026-03-01", "last": "2026-03-01", "language": "de"}, "not one of the available choices"),
        ({}, "required"),
    ],
)
def test_a_period_that_cannot_be_is_explained(desk, wrong: dict[str, str], said: str):
    answer = desk("auditor").get(reverse("audit_workbook"), wrong)
    assert answer.status_code == 422
    assert said in words(answer)


def test_the_usual_periods_are_whole_months_and_quarters():
    found = [preset.query for preset in presets(dt.date(2026, 2, 14), "nl")]
    assert found == [
        "first=2026-02-01&last=2026-02-14&language=nl",
        "first=2025-10-01&last=2025-12-31&language=nl",
        "first=2026-01-01&last=2026-02-14&language=nl",
    ]


def test_entries_are_found_by_kind_thing_and_event(desk):
    device = make(Status.RECEIVED)
    other = declared()
    window = desk("auditor")
    asked = {"kind": "device", "key": f"{device.tag[:4].lower()}-{device.tag[4:]}"}
    html = window.get(reverse("audit"), asked).content.decode()
    assert html.count("/audit/entries/device/") == 2
    assert other.tag not in html
    html = window.get(reverse("audit"), {"event": "device.receive"}).content.decode()
    assert html.count("/audit/entries/") == 1
    assert "No entry fits" in words(window.get(reverse("audit"), {"kind": "round"}))


def test_older_entries_stand_on_the_next_pages(desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inventory.pages.audit.ENTRIES_A_PAGE", 2)
    devices = [declared() for _place in range(3)]
    window = desk("auditor")
    first = window.get(reverse("audit"), {"kind": "device"})
    assert devices[0].tag not in words(first)
    second = window.get(reverse("audit"), {"kind": "device", "after": str(first.context["older"])})
    assert devices[0].tag in words(second)
    assert devices[2].tag not in words(second)
    assert "Older" not in words(second)
    assert window.get(reverse("audit"), {"after": "x"}).status_code == 422


def test_an_entry_shows_the_text_that_is_hashed(desk):
    device = declared()
    root_now()
    entry = Entry.objects.select_related("leaf").get(subject_key=device.tag)
    answer = desk("auditor").get(reverse("audit_entry", args=["device", device.tag, 1]))
    assert entry.body in words(answer)
    assert entry.leaf.leaf_hash in words(answer)
    assert desk("auditor").get(reverse("audit_entry", args=["device", device.tag, 9])).status_code == 404


def test_private_payloads_take_both_permissions(desk, people: People):
    decision = award(request())
    address = reverse("audit_entry", args=["decision", decision.number, 1])
    text = words(desk("auditor").get(address))
    assert decision.reasons not in text
    assert "kept apart" in text
    assert desk("approver").get(address).status_code == 403
    people.auditor.groups.add(Group.objects.get_or_create(name="data_protection_officer")[0])
    assert decision.reasons in words(desk("auditor").get(address))


@pytest.mark.parametrize(
    "role", ["administrator", "programme_officer", "data_protection_officer", "association_member"]
)
def test_nobody_but_an_auditor_opens_the_ledger(desk, role: str):
    device = declared()
    window = desk(role)
    period = {"first": "2026-03-01", "last": "2026-03-01", "language": "fr"}
    assert window.get(reverse("audit")).status_code == 403
    assert window.post(reverse("audit_verify")).status_code == 403
    assert window.get(reverse("audit_workbook"), period).status_code == 403
    assert window.get(reverse("audit_entry", args=["device", device.tag, 1])).status_code == 403


def test_the_list_of_entries_costs_the_same_for_one_and_for_many(desk, django_assert_max_num_queries):
    # From sixteen entries on there are stored subtrees, and one question more for the root.
    for _place in range(17):
        declared()
    window = desk("auditor")
    window.get(reverse("audit"))
    with django_assert_max_num_queries(14) as first:
        window.get(reverse("audit"))
    for _place in range(19):
        declared()
    root_now()
    with django_assert_max_num_queries(len(first)):
        window.get(reverse("audit"))
