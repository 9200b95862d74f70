"""Kilograms by category, code and collector, as the law had them on the day; and they reconcile with the movements."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.disposal import codes
from inventory.disposal.commands import recycle
from inventory.disposal.models import RecyclingRecord
from inventory.errors import BadInput
from inventory.handover.commands import take_back
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.open_data.kilograms import KILOGRAMS, WASTE, usual_weight
from inventory.wiping.commands import destroy
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db
THIS = timezone.localdate().year


def recycled(people: People, category: str = "desktop", day: dt.date | None = None, **facts: object) -> None:
    device = journeys.make(Status.TO_RECYCLE, category)
    given: dict[str, object] = {"collector": "BRU-COL-017", "document": "ID-1", "kilograms": Decimal("7.4"), **facts}
    recycle(device.tag, actor=people.warehouse_keeper, recycled_on=day or timezone.localdate(), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [dt.date(2005, 8, 13), dt.date(2018, 8, 14), dt.date(2018, 8, 15), dt.date(2030, 1, 1)])
def test_on_every_day_each_kind_has_one_category_and_one_usual_code(day: dt.date) -> None:
    for kind in CATEGORIES:
        for table in (codes.categories(), codes.waste_codes()):
            assert len([one for one in table if kind in one.kinds and one.holds(day)]) == 1
    for table, kinds in (("device", CATEGORIES), ("medium", MEDIUM_KINDS)):
        assert all(usual_weight(table, kind) > 0 for kind in kinds)


def test_a_laptop_is_a_screen_and_no_small_equipment_and_was_something_else_before_2018() -> None:
    assert codes.category_on("laptop", dt.date(2026, 1, 1)) == "2"
    assert codes.category_on("desktop", dt.date(2026, 1, 1)) == "6"
    assert codes.category_on("laptop", dt.date(2018, 8, 14)) == "I-3"


def test_a_movement_bears_the_codes_of_its_own_day(people: People) -> None:
    recycled(people, "laptop", dt.date(2018, 8, 14))
    recycled(people, "laptop")
    assert list(RecyclingRecord.objects.order_by("id").values_list("weee_category", flat=True)) == ["I-3", "2"]
    entry = Entry.objects.filter(event="device.recycle").order_by("-id")[:1].get()
    assert '"waste_code":"16 02 13*"' in entry.body


def test_a_code_that_does_not_hold_on_the_day_of_the_movement_is_refused(people: People) -> None:
    recycled(people, day=dt.date(2026, 11, 8), waste_code="20 01 34")
    for day, code in ((dt.date(2026, 11, 9), "20 01 34"), (dt.date(2026, 11, 9), "20 01 33*"), (THIS, "99 99 99")):
        moment = day if isinstance(day, dt.date) else timezone.localdate()
        with pytest.raises(BadInput):
            recycled(people, day=moment, waste_code=code)
    with pytest.raises(BadInput):
        recycled(people, weee_category="I-3")
    assert RecyclingRecord.objects.count() == 1


def test_kilograms_add_up_by_category_code_and_collector(people: People) -> None:
    recycled(people, kilograms=Decimal("7.4"))
    recycled(people, kilograms=Decimal("6.125"), document="ID-2")
    recycled(people, "screen", kilograms=Decimal("5"), collector="BRU-COL-020")
    recycled(people, "screen", dt.date(THIS - 1, 12, 31))
    assert WASTE.rows(THIS) == [
        ("2", "16 02 13*", "BRU-COL-020", 1, Decimal("5.000")),
        ("6", "16 02 14", "BRU-COL-017", 2, Decimal("13.525")),
    ]
    total = RecyclingRecord.objects.filter(recycled_on__year=THIS).aggregate(total=Sum("kilograms"))["total"]
    assert sum(row[4] for row in WASTE.rows(THIS)) == total
    for year in (THIS, THIS - 1):
        assert all(check.fits for check in WASTE.checks(year, WASTE.rows(year)))


def test_what_was_recorded_before_codes_were_kept_has_those_of_its_day(people: People) -> None:
    recycled(people, "screen")
    RecyclingRecord.objects.update(weee_category="", waste_code="")
    assert [row[:2] for row in WASTE.rows(THIS)] == [("2", "16 02 13*")]


def test_what_was_reused_recycled_and_destroyed_reconciles_with_the_movements(people: People) -> None:
    kept, returned = journeys.make(Status.HANDED_OVER), journeys.make(Status.HANDED_OVER, "screen")
    take_back(returned.tag, actor=people.warehouse_keeper, reason="defective", location="W1")
    recycled(people, kilograms=Decimal("7.4"))
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    destroy(
        medium.code,
        actor=people.technician,
        method="shred",
        witness=people.counter_clerk,
        data=journeys.PICTURE,
        name="photo.png",
    )
    rows = KILOGRAMS.rows(THIS)
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("reused", "desktop", 1),
        ("reused", "screen", 1),
        ("taken_back", "screen", 1),
        ("recycled", "desktop", 1),
        ("destroyed", "medium_hdd", 1),
    ]
    weights = {(row[0], row[1]): row[3:] for row in rows}
    assert weights["reused", "desktop"] == (Decimal("5.26"), Decimal("5.26"))
    assert weights["recycled", "desktop"] == (Decimal("7.400"), Decimal(0))
    kept.weight_kg = Decimal("9.1")
    kept.save(update_fields=["weight_kg"])
    assert KILOGRAMS.rows(THIS)[0][3:] == (Decimal("9.100"), Decimal(0))
    assert all(check.fits for check in KILOGRAMS.checks(THIS, KILOGRAMS.rows(THIS)))
    assert not KILOGRAMS.checks(THIS, rows[1:])[0].fits
    page = words(Client(headers={"accept-language": "en"}).get(reverse("public_table", args=["kilograms", THIS])))
    assert "agrees" in page
    assert "differs" not in page
