"""Kinds of list all the way: devices received and associations, previewed, applied wholly or not at all."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from imports.models import Fate, ImportRun, State
from imports.queries import rows_of, runs
from imports.runs import apply, read_upload, stage, undo
from inventory.associations.models import Association
from inventory.associations.queries import latest_eligibility
from inventory.devices.models import Device
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, StepRefused
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor, Status
from inventory.reports.verification import verify_ledger
from tests.imports.test_long_lists import HEADER, rows
from tests.journeys import location, make
from tests.people import People

pytestmark = pytest.mark.django_db

CAME = "Label;Serienummer;Inventarisnummer;Toestand;Plaats\n"
JOINED = "Nom;Numéro d'entreprise;Forme juridique;Langue;Rue et numéro;Code postal;Commune\n"
CLAVIERS = "Les Claviers;0123.456.749;asbl;français;Rue Haute 1;1000;Bruxelles\n"


def brought(text: str, actor: Actor, **more: str) -> ImportRun:
    return stage(read_upload(io.BytesIO(text.encode()), "list.csv", **more), actor=actor)


@pytest.fixture
def announced(people: People) -> list[Device]:
    location()
    apply(brought(HEADER + rows(3), people.warehouse_keeper).code, actor=people.warehouse_keeper)
    return list(Device.objects.order_by("id"))


def test_devices_are_received_by_tag_serial_or_number(people, announced):
    text = CAME + f"{announced[0].tag};;;intact;W1\n;LLHB000002;;batterie gonflée;W1\n;;LL-00003;beschadigd;W1\n"
    run = brought(text, people.warehouse_keeper)
    assert (run.kind, run.counts["changed"], run.counts["problem"]) == ("receive", 3, 0)
    assert [row.tag for row in rows_of(run)] == [device.tag for device in announced]
    apply(run.code, actor=people.warehouse_keeper)
    states = Device.objects.order_by("id").values_list("status", "location__code")
    assert list(states) == [("received", "W1"), ("in_quarantine", "W1"), ("received", "W1")]
    assert Entry.objects.filter(event="device.receive", channel="import").count() == 3
    assert verify_ledger().fault is None
    again = brought(text.replace(";;;intact;W1\n;LLHB000002;;batterie gonflée", ";;;intact"), people.warehouse_keeper)
    assert (again.counts["unchanged"], again.counts["rows"]) == (2, 2), "twice: zero changes"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (";NOWHERE1;;;W1", "Serienummer", "No device of ours"),
        (";LLHB000001;;;X9", "Plaats", "no location 'X9'"),
        (";LLHB000001;;;", "Plaats", "says no place"),
        (";LLHB000001;LL-00002;;W1", "Inventarisnummer", "two devices"),
        (";LLHB000001;;;W1\n;;LL-00001;;W1", "", "stands on line 2 too"),
    ],
)
def test_one_bad_row_and_nothing_is_received(people, announced, row, column, said):
    run = brought(CAME + ";LLHB000003;;;W1\n".replace("000003", "000003") + row + "\n", people.warehouse_keeper)
    (wrong,) = rows_of(run, fate="problem")
    assert said.replace("line 2", "line 3") in wrong.problems[0]["message"]
    if column:
        assert wrong.problems[0]["column"] == column
    with pytest.raises(BadInput):
        apply(run.code, actor=people.warehouse_keeper)
    assert Device.objects.filter(status=Status.DECLARED).count() == 3


def test_what_cannot_be_received_says_how_it_stands(people):
    gone = make(Status.READY)
    run = brought(CAME + f"{gone.tag};;;;W1\n", people.warehouse_keeper)
    (row,) = rows_of(run)
    assert row.fate == Fate.PROBLEM
    assert "Ready" in row.problems[0]["message"]


def test_a_device_received_since_the_preview_stops_the_whole_list(people, announced):
    first = brought(CAME + ";LLHB000001;;;W1\n;LLHB000002;;;W1\n", people.warehouse_keeper)
    second = brought(CAME + ";LLHB000002;;;W1\n", people.technician)
    apply(second.code, actor=people.technician)
    with pytest.raises(StepRefused):
        apply(first.code, actor=people.warehouse_keeper)
    assert Device.objects.filter(status=Status.RECEIVED).count() == 1


def test_associations_are_registered_and_their_eligibility_is_to_be_decided(people):
    text = JOINED + CLAVIERS + "Voisins;;association de fait;néerlandais;;1050;Ixelles\n"
    run = brought(text, people.counter_clerk)
    assert (run.kind, run.counts["new"], run.counts["without_act"]) == ("associations", 2, 0)
    apply(run.code, actor=people.counter_clerk)
    first, second = Association.objects.order_by("id")
    assert (first.enterprise_number, first.postcode, second.legal_form) == ("0123456749", "1000", "de_facto")
    assert latest_eligibility(first) is None
    assert [row.tag for row in rows_of(run)] == [first.code, second.code]
    assert brought(text + "\n", people.counter_clerk).counts["unchanged"] == 2, "twice: zero changes"
    assert Entry.objects.filter(event="association.register", channel="import").count() == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A;;asbl;français;;;", "has an enterprise number"),
        ("A;0123456749;;français;;;", "legal form"),
        ("A;0123456749;asbl;;;;", "official language"),
        ("Les autres;0123456749;asbl;fr;;;\nLes mêmes;0123456749;asbl;fr;;;", "stands on line 3 too"),
    ],
)
def test_one_bad_row_and_nobody_is_registered(people, row, said):
    run = brought(JOINED + "Voisins;;de facto;nl;;;\n" + row + "\n", people.programme_officer)
    (wrong,) = rows_of(run, fate="problem")
    assert said in wrong.problems[0]["message"]
    with pytest.raises(BadInput):
        apply(run.code, actor=people.programme_officer)
    assert not Association.objects.exists()


def test_each_kind_is_for_those_who_may_do_what_it_does(people, announced):
    with pytest.raises(NotAllowed):
        brought(JOINED + CLAVIERS, people.warehouse_keeper)
    with pytest.raises(NotAllowed):
        brought(HEADER + rows(1), people.counter_clerk)
    with pytest.raises(NotAllowed):
        brought(CAME + ";LLHB000001;;;W1\n", people.programme_officer)
    run = brought(JOINED + CLAVIERS, people.counter_clerk)
    with pytest.raises(NotFound):
        apply(run.code, actor=people.warehouse_keeper)
    with pytest.raises(NotAllowed):
        apply(run.code, actor=people.auditor)
    assert [one.kind for one in runs(actor=people.counter_clerk)] == ["associations"]
    assert {one.kind for one in runs(actor=people.auditor)} == {"declare", "associations"}


@pytest.mark.parametrize("kind", ["receive", "associations"])
def test_what_has_no_way_back_is_not_undone_and_says_why(client, people, announced, kind):
    actor, text = people.warehouse_keeper, CAME + ";LLHB000001;;;W1\n"
    if kind == "associations":
        actor, text = people.counter_clerk, JOINED + CLAVIERS
    run = brought(text, actor)
    client.force_login(actor)
    page = reverse("import_run", args=[run.code])
    html = client.get(page).content.decode()
    assert ("Receive 1 device" if kind == "receive" else "Register 1 association") in html
    assert ("To receive" if kind == "receive" else "New association") in html
    apply(run.code, actor=actor)
    html = client.get(page).content.decode()
    assert "This list cannot be undone." in html
    assert "Undo the whole list" not in html
    with pytest.raises(Conflict, match=r"no step leads back|stays on the register"):
        undo(run.code, actor=actor)
    run.refresh_from_db()
    assert run.state == State.APPLIED


def test_the_kind_can_be_said_where_headings_do_not_tell(people, announced):
    text = "Serienummer;Plaats\nLLHB000001;W1\n"
    assert brought(text, people.warehouse_keeper).kind == "declare"
    assert brought(text, people.warehouse_keeper, kind="receive").counts["changed"] == 1


def test_the_upload_page_offers_the_kinds_one_may_bring_in_with_their_empty_lists(client, people):
    client.force_login(people.counter_clerk)
    html = client.get(reverse("imports")).content.decode()
    assert "?kind=associations" in html
    assert "?kind=receive" not in html
    client.force_login(people.warehouse_keeper)
    html = client.get(reverse("imports")).content.decode()
    assert "?kind=receive" in html
    assert "?kind=count" in html
