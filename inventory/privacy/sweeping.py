"""The database's free pages after erasing: written over in a quiet hour of the night, only when there is a reason."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from inventory.ledger.commands import Deed, next_seq, record
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor

# Events after which pages hold what nobody may read any longer.
_ERASING = (
    "elimination.carry_out",
    "erasure.forget",
    "person.forget",
    "privacy.erase",
    "privacy.rectify",
    "retention.clear",
)
_SWEPT = "retention.sweep"
# From this hour to before that one, in Brussels: on SQLite others wait while it runs.
QUIET = (2, 5)
logger = logging.getLogger(__name__)


def sweep(*, actor: Actor) -> None:
    """Rebuild the file (SQLite), or free the dead rows (PostgreSQL, whose pages are then written over).

    An entry says so. Not within a transaction: the databases refuse that.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with transaction.atomic():
        seq = next_seq("retention", "pages")
        record(Deed(_SWEPT, "retention", "pages", seq, facts={"database": connection.vendor}), actor=actor)


def sweep_when_quiet(now: dt.datetime, *, actor: Actor) -> bool:
    """Sweep when it is night and something was erased since the last time; whether it was done.

    What hinders it is logged, and tried again an hour later: somebody may be reading.
    """
    if not QUIET[0] <= timezone.localtime(now).hour < QUIET[1] or not _erased_since():
        return False
    try:
        sweep(actor=actor)
    except OperationalError:
        logger.exception("The pages could not be written over")
        return False
    return True


def _erased_since() -> bool:
    last = Entry.objects.filter(event=_SWEPT).order_by("-id").values_list("id", flat=True).first()
    return Entry.objects.filter(event__in=_ERASING, id__gt=last or 0).exists()
