"""Second checks in the demonstration: each month drawn when it is over, checked by the verifier, and closed."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backend.demonstration.clock import Course
from backend.demonstration.evidence import station_note
from backend.demonstration.people import House
from inventory.wiping.checked_periods import drawn_media, months_to_draw
from inventory.wiping.second_checks import (
    close_period,
    draw_second_checks,
    excuse_second_check,
    record_second_check,
)

# Of the month before this one only so many are checked yet: the worklist has something on it.
DONE_OF_THE_LAST = 12


def second_checks(house: House, until: dt.datetime) -> Course:
    """Draw every month that is over, check its media one after the other, close it; the last one stays open."""
    for month in reversed(months_to_draw(house.verifier)):
        period = draw_second_checks(month.name, actor=house.verifier)
        yield 1
        last = (until - dt.timedelta(days=until.day)).date().replace(day=1) == month.month
        for done, line in enumerate(drawn_media(period, house.verifier)):
            if last and done >= DONE_OF_THE_LAST:
                return
            medium = line.check.medium
            if line.excuse:
                excuse_second_check(month.name, medium.code, actor=house.verifier)
                continue
            record_second_check(
                month.name,
                medium.code,
                actor=house.verifier,
                passed=True,
                how="recovery_software",
                tool="PhotoRec 7.2",
                data=station_note(medium.serial, "PhotoRec: 0 files found", timezone.localtime()),
                name=f"photorec_{medium.serial}.txt",
            )
        close_period(month.name, actor=house.verifier)
