"""Certificates by the thousand on paper: volumes of a hundred, set by a worker, fetched as one archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.documents import spool
from inventory.errors import BadInput
from inventory.jobs.attempts import Attempt
from inventory.jobs.commands import enqueue
from inventory.jobs.models import Job
from inventory.lifecycle import Actor, Word
from inventory.wiping.certificates import AUDIENCES, certificates_pdf
from inventory.wiping.models import Certificate

# As many as a person waits for: set at once, in the request.
AT_ONCE = 50
# A volume's worth stays below 200 MB while it is set.
VOLUME = 100
MOST = 10_000


@transaction.atomic
def print_certificates(numbers: Iterable[str], *, actor: Actor, language: str, audience: str) -> Job:
    """Ask for these certificates as PDF volumes in one archive, in `fr` or `nl`, for the city or the beneficiary.

    Refuses: NotAllowed; BadInput (another language or copy, none, or more than 10,000).
    """
    require(actor, Word.READ_DEVICES)
    if language not in {"fr", "nl"} or audience not in AUDIENCES:
        raise BadInput(_("A certificate is in French or Dutch, for the city or for the beneficiary."), field="language")
    wanted = list(numbers)
    if not 0 < len(wanted) <= MOST:
        raise BadInput(_("Choose 1 to %(most)s certificates."), most=MOST, field="number")
    facts = {"numbers": wanted, "language": language, "audience": audience}
    return enqueue("certificates", actor=actor, total=len(wanted), facts=facts)


def set_volumes(attempt: Attempt) -> None:
    """The work itself: begun anew it sets the same bytes again, so a death costs time and nothing else."""
    spool.lay(attempt.job.code, _volumes(attempt))
    with attempt.closing():
        """The archive stands on the disk; only the end is left to write."""


def _volumes(attempt: Attempt) -> Iterator[tuple[str, bytes]]:
    wanted = attempt.job.facts
    numbers = wanted["numbers"]
    for start in range(0, len(numbers), VOLUME):
        attempt.progress(start)
        volume = numbers[start : start + VOLUME]
        known = Certificate.objects.select_related("medium", "supersedes", "superseded_by", "withdrawal").in_bulk(
            volume, field_name="number"
        )
        found = [known[number] for number in volume if number in known]
        name = f"{found[0].number}_{found[-1].number}-{wanted['language']}-{wanted['audience']}.pdf"
        yield name, certificates_pdf(found, wanted["language"], wanted["audience"])
