"""Archives whose term is over, made by commands with the clock set back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import decide
from inventory.associations.filing_models import Letter
from inventory.associations.filings import lodge
from inventory.associations.letters import mark_sent
from inventory.associations.models import Request
from inventory.privacy.elimination_models import EliminationList
from inventory.privacy.eliminations import draw_up, record_authorisation
from inventory.privacy.retention import PLACEHOLDER, SHIPPED
from tests import journeys
from tests.people import People, everybody

REFERENCE = "TT-CA-2019, 4.2"


def rules_with_reference(folder: Path) -> Path:
    """A file of rules in which the archivist has written the reference of the sorting table."""
    own = folder / "retention.toml"
    own.write_text(SHIPPED.read_text().replace(PLACEHOLDER, REFERENCE))
    return own


def old(count: int = 1, years: int = 11) -> list[Request]:
    """Requests that were refused, told and left alone so many years ago."""
    people, made = everybody(), []
    with clock_at(timezone.now() - dt.timedelta(days=366 * years)):
        body = journeys.association()
        for _place in range(count):
            asked = journeys.request(body)
            paper = (f"%PDF-1.4 {asked.reference}".encode(), "lettre.pdf")
            clerk = people.counter_clerk
            lodge(asked.reference, "follow", actor=clerk, channel="post", answers={}, paper=paper)
            decide(
                asked.reference, actor=people.approver, granted={1: 0}, reasons="Odile n’a rien reçu : stock épuisé."
            )
            made.append(asked)
        waiting = Letter.objects.filter(request__in=made, sent_at__isnull=True).values_list("number", flat=True)
        mark_sent(list(waiting), actor=people.counter_clerk)
    return made


def authorised(people: People) -> EliminationList:
    """A list with its number."""
    made = draw_up("requests", actor=people.data_protection_officer)
    today = timezone.localdate()
    return record_authorisation(
        made.number, actor=people.data_protection_officer, authorisation="AGR 2026/114", on=today
    )


def there(asked: Request) -> bool:
    """Whether its words can still be read."""
    return bool(Request.objects.get(pk=asked.pk).purpose)
