"""Lays the demonstration city: seven months of its life up to now, in one transaction."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.demonstration.afterwards import accessories, looked_up, missed_hour, sent_on, settled
from backend.demonstration.archives import archiving
from backend.demonstration.checking import second_checks
from backend.demonstration.clock import Agenda, clock_at
from backend.demonstration.custody import fetching
from backend.demonstration.devices import Fleet
from backend.demonstration.last_year import found, last_year, year_before
from backend.demonstration.names import PEOPLE, WAREHOUSES
from backend.demonstration.people import found_house
from backend.demonstration.rights import asking
from backend.demonstration.sharing import Sharing
from backend.demonstration.witnessing import witnessing
from inventory.devices.commands import open_location, reserve_tags
from inventory.wiping.deciding import grant_exception

SEED = 2026
# Reference, kind of medium, reason: decided by the data protection officer for a year.
EXCEPTIONS = (("DPO-2026-004", "", "public_data"), ("DPO-2026-007", "emmc", "soldered"))
BEGINNING = 210  # days before today


def laid() -> bool:
    """Whether the demonstration is here already."""
    return User.objects.filter(username=PEOPLE[0][1]).exists()


@transaction.atomic
def lay_city(progress: Callable[[str], None]) -> None:
    """Everything or nothing; `progress` is told each month as it begins."""
    now = timezone.now()
    start = (now - dt.timedelta(days=BEGINNING)).replace(hour=8, minute=5, second=0, microsecond=0)
    chance = random.Random(SEED)  # noqa: S311  # the same city every time, not a secret
    agenda = Agenda(now)
    with clock_at(year_before(start)):
        house = found_house()
    with clock_at(start):
        for code, name_fr, name_nl in WAREHOUSES:
            open_location(code, actor=house.administrator, name_fr=name_fr, name_nl=name_nl)
        reserve_tags(24, actor=house.technician)
        today = timezone.localdate()
        for reference, kind, reason in EXCEPTIONS:
            grant_exception(
                reference,
                actor=house.data_protection_officer,
                reason=reason,
                data_class="public",
                valid_from=today,
                valid_to=today + dt.timedelta(days=364),
                medium_kind=kind,
            )
    last_year(start, house)
    fleet, sharing = Fleet(house, agenda, chance), Sharing(house, chance)
    for number in range(8):
        agenda.begin(start + dt.timedelta(days=2 + number * 22, hours=number), fleet.batch(number, 36))
    for number, days, stop in ((8, 30, "received"), (9, 13, "in_transit"), (10, 7, "planned"), (11, 5, "declared")):
        agenda.begin(now - dt.timedelta(days=days), fleet.batch(number, 14 if number < 11 else 30, stop=stop))
    # What the last round shares out, whatever the earlier ones left on the day this is laid.
    agenda.begin(now - dt.timedelta(days=32), fleet.batch(12, 18))
    agenda.begin(start + dt.timedelta(days=10), sharing.register())
    _requests(agenda, sharing, start, now)
    for month in range(1, 9):
        first = (start.replace(day=1) + dt.timedelta(days=31 * month)).replace(day=2)
        agenda.begin(first, second_checks(house, now))
    agenda.begin(now - dt.timedelta(days=9), fetching(house))
    agenda.begin(now - dt.timedelta(days=2), found())
    agenda.begin(start + dt.timedelta(days=40), witnessing(house))
    agenda.begin(now - dt.timedelta(days=25), asking(house))
    agenda.begin(now - dt.timedelta(days=15), archiving(house))
    months: set[str] = set()

    def told(moment: dt.datetime) -> None:
        month = f"{moment:%Y-%m}"
        if month not in months:
            months.add(month)
            progress(month)
            _weigh()

    agenda.play(told)
    _weigh()


def _weigh() -> None:
    """Let PostgreSQL look at how much there is: by itself it waits for the commit, and plans for empty tables."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _requests(agenda: Agenda, sharing: Sharing, start: dt.datetime, now: dt.datetime) -> None:
    opening = start + dt.timedelta(days=60)
    number = f"{opening.year}-{(opening.month - 1) // 3 + 1}"
    agenda.begin(opening, sharing.round(number, 28))
    for place in range(14):
        stop = {5: "refused", 9: "taken_back"}.get(place, "")
        agenda.begin(
            opening + dt.timedelta(days=1 + place * 1.5),
            sharing.request(place, wait=31 - place * 1.5, round_number=number, stop=stop),
        )
    later = ("", "", "prepared", "prepared", "reserved", "reserved", "decided", "withdrawn")
    for place, stop in enumerate(later, start=14):
        agenda.begin(now - dt.timedelta(days=48 - place), sharing.request(place, wait=6, stop=stop))
    agenda.begin(now - dt.timedelta(days=78), sharing.decided_round(now - dt.timedelta(days=62)))
    agenda.begin(now - dt.timedelta(days=24), sharing.ladder(now - dt.timedelta(days=9)))
    agenda.begin(now - dt.timedelta(days=30), looked_up(sharing.house))
    agenda.begin(now - dt.timedelta(days=12), missed_hour(sharing.house))
    agenda.begin(now - dt.timedelta(days=45), accessories(sharing.house))
    agenda.begin(now - dt.timedelta(days=6), settled(sharing.house))
    agenda.begin(now - dt.timedelta(days=20), sent_on(sharing.house))
    agenda.begin(now - dt.timedelta(days=7), sharing.post())
    agenda.begin(now - dt.timedelta(days=3), sharing.counter())
    for place in (0, 2, 7, 11, 19, 20, 21):
        agenda.begin(now - dt.timedelta(days=6 - place * 0.2), sharing.request(place, wait=30, stop="received"))
