"""A new device of a list is thought a tag of when the list is read, and bears it once the list is applied."""

from __future__ import annotations

import io

import pytest

from imports.models import Fate, ImportRun
from imports.runs import apply, read_upload, stage
from inventory.devices.models import Device, IssuedTag
from tests.people import People

pytestmark = pytest.mark.django_db

LIST = """Inventory number;Serial number;Category;Act;Date of decommissioning
V-1;SN-A1;laptop;2026/14;2026-02-03
V-2;SN-A2;laptop;2026/14;2026-02-03
V-2;SN-A3;laptop;2026/14;2026-02-03
"""


def _read(people: People, text: str) -> ImportRun:
    return stage(read_upload(io.BytesIO(text.encode()), "list.csv"), actor=people.technician)


def test_nobody_is_shown_the_tag_of_a_device_that_does_not_exist_yet(people: People) -> None:
    run = _read(people, LIST)
    rows = list(run.rows.order_by("line"))
    assert [row.fate for row in rows] == [Fate.NEW, Fate.NEW, Fate.PROBLEM]
    assert [bool(row.tag) for row in rows] == [True, True, False]
    assert [row.shown_tag for row in rows] == ["", "", ""]
    assert not IssuedTag.objects.filter(code=rows[0].tag).exists()


def test_a_device_bears_the_tag_that_was_thought_of(people: People) -> None:
    run = apply(_read(people, LIST[: LIST.rindex("V-2")]).code, actor=people.technician)
    for row in run.rows.all():
        assert Device.objects.get(tag=row.shown_tag).inventory_number == row.values["inventory_number"]


def test_a_tag_given_to_somebody_else_meanwhile_is_replaced_by_a_fresh_one(people: People) -> None:
    run = _read(people, LIST[: LIST.rindex("V-2")])
    first, second = run.rows.order_by("line")
    IssuedTag.objects.create(code=first.tag, issued_at=run.uploaded_at)
    apply(run.code, actor=people.technician)
    again = run.rows.get(pk=first.pk)
    assert again.tag != first.tag
    assert Device.objects.get(tag=again.tag).inventory_number == "V-1"
    assert Device.objects.get(tag=second.tag).inventory_number == "V-2"
