"""What comes after the agreements: somebody who did not come, a theft, an exchange, a recall, a drafted text."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backend.demonstration.clock import Course
from backend.demonstration.people import House
from inventory.associations.confirming import confirm_number
from inventory.associations.models import Association, Request
from inventory.devices.accessories import note_accessories
from inventory.devices.models import Device
from inventory.handover.aftercare import note_after
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.appointments import book, note_no_show, open_hours
from inventory.handover.drafting import draft_wording, version_named, word_clause
from inventory.handover.models import Agreement
from inventory.handover.queries import tags_of
from inventory.handover.recalling import write_recall
from inventory.handover.replacing import exchangeable, replace_device
from inventory.handover.supervision import acts, note_sent
from inventory.lifecycle import Status

# What goes with a device, by its kind.
WITH = {"laptop": {"charger": 1, "bag": 1}, "desktop": {"power_cable": 1, "keyboard": 1, "mouse": 1}}
RECALL = {
    "fr": "Le fabricant rappelle l’alimentation de ces appareils : elle peut chauffer. Débranchez-les et "
    "téléphonez-nous, nous les échangeons gratuitement.",
    "nl": "De fabrikant roept de voeding van deze toestellen terug: ze kan warm worden. Trek de stekker uit en "
    "bel ons, we ruilen ze gratis om.",
}
STOLEN = {"fr": "Volé dans le local pendant le week-end.", "nl": "Gestolen uit het lokaal tijdens het weekend."}
CLAUSE = {
    "fr": "Le don est gratuit. La Ville n’attend aucune contrepartie. L’association peut dire d’où viennent les "
    "appareils ; elle n’y est pas tenue.",
    "nl": "De schenking is kosteloos. De Stad verwacht geen tegenprestatie. De vereniging mag zeggen waar de "
    "toestellen vandaan komen; ze is daar niet toe verplicht.",
}


def looked_up(house: House) -> Course:
    """The clerk looks the numbers up in the Crossroads Bank; two are still to do."""
    numbered = Association.objects.exclude(enterprise_number="").filter(bank_checks__isnull=True).order_by("id")
    for body in list(numbered)[:-2]:
        confirm_number(
            body.code,
            actor=house.counter_clerk,
            checked_on=timezone.localdate(),
            standing="active",
            reference=f"Extrait / Uittreksel {timezone.localdate():%Y%m%d}-{body.code}",
        )
    yield 0


def missed_hour(house: House) -> Course:
    """An association books by telephone, and nobody comes."""
    keeper, today = house.warehouse_keeper, timezone.localdate()
    hours = open_hours("LAEKEN", today + dt.timedelta(days=1), today + dt.timedelta(days=8), [10], 2, actor=keeper)
    kept = Request.objects.filter(lines__reservations__released_at__isnull=True, association__official_language="nl")
    for asked in kept.filter(lines__reservations__device__status="reserved").distinct().order_by("id")[:1]:
        made = book(asked.reference, hours[0].code, actor=house.counter_clerk, channel="telephone")
        yield 5
        note_no_show(made.number, actor=keeper)


def accessories(house: House) -> Course:
    """What goes with the stock is counted before it is shared out."""
    for device in Device.objects.filter(status__in=(Status.READY, Status.RESERVED), category__in=WITH).order_by("id"):
        note_accessories(device.tag, actor=house.warehouse_keeper, counts=WITH[device.category])
    yield 0


def settled(house: House) -> Course:
    """A theft is told, machines are recalled, lawyers draft a new text."""
    keeper = house.warehouse_keeper
    signed = Agreement.objects.filter(signed_at__isnull=False, items__ended_at__isnull=True).distinct().order_by("id")
    for agreement in signed[4:5]:
        words = STOLEN[agreement.association.official_language]
        tags = tags_of(agreement)[:1]
        note_after(agreement.number, "stolen", actor=house.counter_clerk, channel="counter", tags=tags, words=words)
    yield 0.1
    for device in Device.objects.filter(status=Status.HANDED_OVER).exclude(manufacturer="").order_by("id")[:1]:
        fr, nl = RECALL["fr"], RECALL["nl"]
        write_recall(actor=keeper, make=device.manufacturer, model=device.model, words_fr=fr, words_nl=nl)
    version = f"{timezone.localdate().year + 1}-1"
    draft_wording(version, actor=house.programme_officer)
    known = version_named(version, house.programme_officer).text.clauses
    both = {tongue: (known[tongue][3][0], said) for tongue, said in CLAUSE.items()}
    word_clause(version, 4, actor=house.programme_officer, words=both)


def exchange(house: House) -> None:
    """What was told to be defective on arrival is exchanged, if the stock has something that fits."""
    for event in AfterEvent.objects.filter(kind="defective", items__ended_at__isnull=True).order_by("id")[:1]:
        tag = event.items.get().device.tag
        _item, stock = exchangeable(tag, house.warehouse_keeper)
        if other := stock.first():
            replace_device(tag, actor=house.warehouse_keeper, replacement=other.tag, location="LAEKEN")


def sent_on(house: House) -> Course:
    """The oldest act that the Region wants to see was sent; the others wait in their list."""
    waiting = acts(house.programme_officer).first()
    if waiting:
        today = timezone.localdate()
        said = f"Recommandé / Aangetekend {today:%Y}-118"
        note_sent(waiting.number, actor=house.programme_officer, sent_on=today, reference=said)
    yield 0
