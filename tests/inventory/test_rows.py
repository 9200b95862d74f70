"""The gateway for many rows writes what one row at a time would, and the database's rules hold for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.devices.commands import declare, declare_list
from inventory.devices.models import Device, Location
from inventory.jobs.models import Job
from inventory.ledger.commands import Deed, _row, record_alike
from inventory.ledger.models import Entry
from inventory.ledger.rows import among, change_rows, reserve_ids, write_rows
from tests.journeys import announced

pytestmark = pytest.mark.django_db
WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_what_goes_in_comes_out(rows):
    Location.objects.all().delete()
    written = [(f"L{number}", fr, nl) for number, (fr, nl) in enumerate(rows)]
    assert write_rows(Location, ("code", "name_fr", "name_nl"), written) == len(written)
    found = Location.objects.order_by("id").values_list("code", "name_fr", "name_nl")
    assert list(found) == written


def test_moments_objects_and_defaults_are_as_the_tables_keep_them(people):
    now = timezone.now()
    facts = {"numbers": ["é", 1, None], "tab": "a\tb\\n"}
    columns = ("kind", "lane", "facts", "asked_by_id", "asked_at", "channel")
    write_rows(Job, columns, [("evidence", "short", facts, people.technician.pk, now, "desk")])
    job = Job.objects.get()
    assert (job.facts, job.asked_at, job.failure, job.cancel_asked, job.lease_until) == (facts, now, {}, False, None)
    assert (job.state, job.attempt, len(job.code)) == ("waiting", 0, 10)


def test_devices_entered_together_are_what_they_were_announced_as(people):
    day = dt.date(2026, 3, 2)
    one = announced("laptop", weight_kg=Decimal("2.5"), serial=" SN 1 ", department="Écoles", decommissioned_on=day)
    device, other = declare([one, announced("screen")], actor=people.technician)
    assert (device.weight_kg, device.serial, device.serial_key) == (Decimal("2.500"), "SN 1", "sn 1")
    assert (device.decommissioned_on, device.department) == (day, "Écoles")
    assert "ecoles" in device.search
    assert device.tag.lower() in device.search
    assert [tag.code for tag in other.tags.all()] == [other.tag]
    assert Entry.objects.filter(subject_key=device.tag, event="device.declare").count() == 1


def test_keys_reserved_are_nobody_elses(people):
    first = reserve_ids(Location, 3)
    Location.objects.all().delete()
    write_rows(Location, ("id", "code", "name_fr", "name_nl"), [(pk, f"P{pk}", "a", "b") for pk in first])
    after = Location.objects.create(code="Z", name_fr="a", name_nl="b")
    assert after.pk not in list(first)
    assert not set(reserve_ids(Location, 2)) & {*first, after.pk}


def test_the_rules_of_the_database_hold_for_many_rows(people):
    columns = ("tag", "status", "category", "created_at", "changed_at", "grade")
    row = ("7K3QX9M21", "ready", "desktop", timezone.now(), timezone.now(), "A")
    tags = declare_list([announced() for _ in range(3)], actor=people.technician)
    told = Deed("device.declare", "device", "", 1, to_status="declared")
    with transaction.atomic():
        record_alike(told, [(f"BN{number:07d}", {}) for number in range(10)], actor=people.technician)
    for tag, status in (("7K3QX9M21", "ready"), ("7K3QX9M21", "declared"), ("BN0000001", "received")):
        # Many of them are in order, and one is not.
        right = [(f"BN{number:07d}", "declared", *row[2:]) for number in range(2, 10)]
        with pytest.raises(DatabaseError, match="enters as declared or received"), transaction.atomic():
            write_rows(Device, columns, [*right, (tag, status, *row[2:])])
    with pytest.raises(IntegrityError), transaction.atomic():
        write_rows(Device, columns, [(tags[0], "declared", *row[2:])])
    assert Device.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_many_rows_are_written_in_one_transaction_or_not_at_all():
    with pytest.raises(transaction.TransactionManagementError):
        write_rows(Location, ("code", "name_fr", "name_nl"), [("A", "a", "b")])
    with pytest.raises(transaction.TransactionManagementError):
        reserve_ids(Location, 1)


def test_what_is_the_same_in_every_row_is_said_once_and_columns_are_set_in_many(people):
    same = {"name_fr": "l'été 100 %s", "name_nl": "a\tb\\n"}
    assert write_rows(Location, ("code",), [("A",), ("B",), ("C",)], same=same) == 3
    first, second, third = Location.objects.order_by("code")
    assert (first.name_fr, third.name_nl) == ("l'été 100 %s", "a\tb\\n")
    with transaction.atomic():
        changed = [(first.pk, "X", "é"), (third.pk, "Z", "\\"), (third.pk + 1000, "", "")]
        assert change_rows(Location, ("name_fr", "name_nl"), changed) == 2
    found = Location.objects.order_by("code").values_list("name_fr", "name_nl")
    assert list(found) == [("X", "é"), (second.name_fr, second.name_nl), ("Z", "\\")]
    assert list(Location.objects.filter(among("code", ["B", "C", "none"])).order_by("code")) == [second, third]
    assert list(Location.objects.filter(among("id", [first.pk]))) == [first]
    assert not Location.objects.filter(among("code", [])).exists()


def test_entries_of_many_things_done_alike_are_what_each_alone_would_be(people, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    done = Deed("tag.reserve", "tag", "", 1, to_status='"key":""', evidence_sha256='{"facts":{}}', occurred_at=now)
    things = [("A", {"said": 'é"\\', "number": 1}), ('B"', {"list": [dt.date(2026, 1, 2)]}), ("C", {})]
    with transaction.atomic():
        record_alike(done, things, actor=people.technician)
    together = list(Entry.objects.order_by("id").values_list("subject_key", "body", "event", "to_status", "channel"))
    alone = [_row(replace(done, key=key, facts=facts), people.technician, now)[0] for key, facts in things]
    assert [one[:2] for one in together] == [(row[2], row[-1]) for row in alone]
    assert together[0][2:] == ("tag.reserve", '"key":""', "desk")
