"""Our own export, brought back in: nothing changes, in any language and format, and twice neither."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from imports.models import Fate
from imports.readers.opening import read_table
from imports.runs import apply, read_upload, stage
from imports.sources import read_list
from inventory.devices.models import Device
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.journeys import declared, make
from tests.people import People

ODD = [
    {"serial": "=HYPERLINK(1)", "inventory_number": "00012345"},
    {"serial": "+32-7", "inventory_number": "'quoted"},
    {"serial": 'AÉ;"x"', "model": 'Latitude 14" | 2e génération'},
    {"serial": "TWICE"},
    {"serial": "TWICE"},
    {"serial": "6377020000000000"},
    {"serial": "", "inventory_number": "007"},
]


@pytest.fixture
def stock(people: People) -> int:
    for status in (Status.RECEIVED, Status.READY, Status.HANDED_OVER, Status.RECYCLED):
        make(status)
    for number, category in enumerate(("laptop", "screen", "tablet", "phone", "printer", "server", "network")):
        declared(category, **ODD[number])
    declared("accessory")
    declared("other")
    return Device.objects.count()


def exported(client, people: People, language: str, form: str, query: str = "") -> bytes:
    client.force_login(people.warehouse_keeper)
    client.cookies["django_language"] = language
    answer = client.get(reverse(f"devices_{form}") + query, headers={"accept-language": language})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_export_everything_and_import_it_changes_nothing(client, people, stock, language, form):
    data = exported(client, people, language, form)
    entries = Entry.objects.count()
    for _time in range(2):
        run = stage(read_upload(io.BytesIO(data), f"devices.{form}"), actor=people.warehouse_keeper)
        assert run.source == "relais"
        assert [(row.values, row.problems) for row in run.rows.filter(fate=Fate.PROBLEM)] == []
        assert (run.counts["rows"], run.counts["unchanged"]) == (stock, stock)
        assert {row.fate for row in run.rows.all()} == {Fate.UNCHANGED}
        apply(run.code, actor=people.warehouse_keeper) if run.state == "previewed" else None
    assert (Device.objects.count(), Entry.objects.count()) == (stock, entries)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_field_comes_back_as_it_is(client, people, stock, language, form):
    reading = read_list(read_table(exported(client, people, language, form), f"devices.{form}"))
    assert reading.problems == ()
    assert (reading.mapping.personal, reading.mapping.unrecognised, reading.mapping.doubled) == ((), (), ())
    for listed in reading.devices:
        device = Device.objects.get(tag=listed.tag)
        for name in ("category", "manufacturer", "model", "serial", "inventory_number", "department"):
            assert getattr(listed, name) == getattr(device, name), name
        assert (listed.act_reference, listed.decommissioned_on) == (device.act_reference, device.decommissioned_on)
        assert listed.weight_kg == device.weight_kg


def test_no_cell_of_an_export_is_a_formula(client, people, stock):
    text = exported(client, people, "en", "csv").decode("utf-8-sig")
    cells = [cell for line in text.splitlines() for cell in line.replace('"', "").split(";")]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]


def test_the_filter_of_the_page_is_that_of_the_export(client, people, stock):
    text = exported(client, people, "en", "csv", "?status=ready").decode("utf-8-sig")
    assert text.count("\r\n") == 2


def test_who_may_not_read_devices_gets_no_export(client, people):
    client.force_login(people.association_member)
    assert client.get(reverse("devices_csv")).status_code == 403


def test_a_tag_that_is_nobody_s_is_a_problem(people):
    device = declared()
    text = f"Relais tag;Relais status;Serial number\n{device.tag};x;\n7K3QX9M21;x;\n"
    run = stage(read_upload(io.BytesIO(text.encode()), "a.csv"), actor=people.warehouse_keeper)
    assert [(row.line, row.fate) for row in run.rows.order_by("line")] == [(2, "unchanged"), (3, "problem")]
