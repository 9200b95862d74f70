"""What the public sees of the demonstration: a pilot of the year before, its frozen statements, and a device found."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from backend.demonstration.clock import Course, clock_at
from backend.demonstration.evidence import signature
from backend.demonstration.names import PILOT, enterprise_number
from backend.demonstration.people import House
from inventory.allocation.commands import decide, reserve
from inventory.associations.commands import Wish, decide_eligibility, enter_request, register_association
from inventory.associations.letters import mark_sent
from inventory.associations.models import Association, Request
from inventory.associations.municipalities import suggested
from inventory.associations.queries import letters_to_send
from inventory.devices.commands import declare, open_location, receive
from inventory.devices.entrance import Announced
from inventory.devices.media import declare_no_data
from inventory.devices.models import Device
from inventory.devices.steps import take_step
from inventory.disposal.commands import recycle
from inventory.disposal.finding import Stranger, tell_found
from inventory.handover.commands import hand_over, prepare_agreement
from inventory.lifecycle import Status
from inventory.refurbishment.bench import TESTS_FOR
from inventory.refurbishment.commands import Outcome, make_ready, record_tests
from inventory.reports.open_data.commands import freeze_statement
from inventory.reports.open_data.register import DATASETS

_WORDS = {
    "fr": "Projet pilote : un écran pour un espace public numérique, selon les critères annoncés.",
    "nl": "Proefproject: een scherm voor een openbare computerruimte, volgens de aangekondigde criteria.",
}
_NONE_LEFT = {
    "fr": "Les huit écrans du projet pilote sont attribués ; vous pouvez redemander au premier tour.",
    "nl": "De acht schermen van het proefproject zijn toegewezen; u kunt in de eerste ronde opnieuw aanvragen.",
}
_GIVEN, _ALL = 8, 10
# By place in `PILOT`: four of the counter's six, two each of the telephone's and the post's.
_SERVED = frozenset({0, 3, 6, 9, 1, 10, 2, 11})


def year_before(start: dt.datetime) -> dt.datetime:
    """The morning of the first working day of March of the year before: the report of use on it is due by now."""
    first = timezone.localtime(start).replace(year=timezone.localtime(start).year - 1, month=3, day=1)
    return first + dt.timedelta(days=max(0, 7 - first.weekday()) if first.weekday() > 4 else 0)


def last_year(start: dt.datetime, house: House) -> None:
    """Eighteen associations ask for one of ten screens; eight are given, two recycled; then statements are frozen."""
    day = year_before(start)
    with clock_at(day):
        place = open_location("PILOTE", actor=house.administrator, name_fr="Dépôt du pilote", name_nl="Pilootdepot")
        tags = [_screen(house, place.code, number) for number in range(_ALL)]
        asked = [_ask(house, _register(house, turn), turn) for turn in range(len(PILOT))]
    with clock_at(day + dt.timedelta(days=3)):
        for turn, request in enumerate(asked):
            _answer(house, request, [tags.pop(0)] if turn in _SERVED else [])
    with clock_at(day + dt.timedelta(days=5)):
        clerk = house.counter_clerk
        mark_sent([one.number for way in ("post", "telephone") for one in letters_to_send(way, clerk)], actor=clerk)
    with clock_at(day + dt.timedelta(days=9)):
        for tag in tags:
            take_step(tag, "scrap", actor=house.warehouse_keeper)
            recycle(
                tag,
                actor=house.warehouse_keeper,
                collector="BRU-COL-017",
                document=f"ID-{day:%Y}-88",
                kilograms=Decimal("5.6"),
                recycled_on=timezone.localdate(),
            )
    with clock_at(start):
        for code in DATASETS:
            freeze_statement(code, day.year, actor=house.programme_officer)


def found() -> Course:
    """Somebody on a tram reads a label and writes to us."""
    given = Device.objects.filter(status=Status.HANDED_OVER).order_by("id").first()
    if given:
        tell_found(
            given.tag, actor=Stranger(), what="found", place="Tram 51, arrêt Lemonnier", answer_to="02 000 00 00"
        )
    yield 0


def _screen(house: House, place: str, number: int) -> str:
    """A screen, looked at, found without storage, ready or (the last ones) as it came."""
    announced = Announced(
        category="screen",
        manufacturer="Fictor",
        model="Vue 22",
        serial=f"FVP{number:05d}",
        inventory_number=f"PIL-{number:04d}",
        department="Urbanisme",
        act_reference="CBE-PILOTE",
        decommissioned_on=timezone.localdate() - dt.timedelta(days=20),
        weight_kg=Decimal("5.4"),
    )
    (device,) = declare([announced], actor=house.technician)
    receive(device.tag, actor=house.technician, location=place)
    declare_no_data(device.tag, actor=house.technician, checked_how="no_storage_by_design")
    take_step(device.tag, "inspect", actor=house.technician)
    if number < _GIVEN:
        take_step(device.tag, "confirm_sanitised", actor=house.technician)
        take_step(device.tag, "start_refurbishment", actor=house.technician)
        passed = {test: Outcome("pass") for test in TESTS_FOR["screen"]}
        record_tests(device.tag, actor=house.technician, outcomes=passed)
        make_ready(device.tag, actor=house.technician, grade="B")
    return Device.objects.get(pk=device.pk).tag


def _register(house: House, place: int) -> Association:
    """One of those that asked in the pilot year."""
    name, language, postcode, town = PILOT[place]
    body = register_association(
        actor=house.counter_clerk,
        name=name,
        legal_form="asbl_vzw",
        official_language=language,
        enterprise_number=enterprise_number(30 + place),
        street=f"{'Rue de l’Exemple' if language == 'fr' else 'Voorbeeldstraat'} {90 + place}",
        postcode=postcode,
        municipality=town,
        nis_code=suggested(postcode)[0].nis,
        telephone="02 000 00 00",
    )
    decide_eligibility(body.code, actor=house.approver, eligible=True, reasons=_WORDS[language])
    return body


def _ask(house: House, body: Association, place: int) -> Request:
    """A screen, by the counter, the telephone or the post in turn."""
    channel = ("counter", "telephone", "post")[place % 3]
    return enter_request(
        actor=house.counter_clerk,
        association=body.code,
        wishes=[Wish("screen", 1)],
        purpose=_WORDS[body.official_language],
        channel=channel,
        received_at=timezone.now() - dt.timedelta(hours=(4, 2, 60)[place % 3]),
        dated_by={"post": "postmark", "counter": "stamp"}.get(channel, "arrival"),
        people_served=(20, 20, 60)[place // 6],
    )


def _answer(house: House, asked: Request, tags: list[str]) -> None:
    """Decided on by hand, as all was then; what it is worth is told by the market table."""
    language = asked.association.official_language
    words = _WORDS[language] if tags else _NONE_LEFT[language]
    decide(asked.reference, actor=house.approver, granted={1: len(tags)}, reasons=words)
    if not tags:
        return
    reserve(tags, actor=house.programme_officer, reference=asked.reference, position=1)
    agreement = prepare_agreement(asked.association.code, tags, actor=house.warehouse_keeper)
    hand_over(
        agreement.number,
        actor=house.warehouse_keeper,
        association_function="présidence" if language == "fr" else "voorzitter",
        signed_how="screen",
        scan=(signature(3), f"{agreement.number}.png"),
    )
