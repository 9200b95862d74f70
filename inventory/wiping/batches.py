"""Evidence by the thousand: files dropped together are kept at once and taken up one by one, whatever interrupts."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.documents import spool
from inventory.errors import BadFile, BadInput, Refusal
from inventory.jobs.attempts import Attempt, Cancelled, work_now
from inventory.jobs.commands import enqueue
from inventory.lifecycle import Actor, Word
from inventory.wiping.commands import Judged, record_evidence
from inventory.wiping.models import EvidenceBatch, EvidenceItem
from inventory.wiping.unrecorded import Unrecorded

# What a person waits for without noticing; more goes to a worker.
SMALL_FILES, SMALL_BYTES = 20, 2_000_000
MOST_FILES, MOST_BYTES = 20_000, 500_000_000
# Files a transaction: as many as a worker's death may cost.
CHUNK = 20
# For these nobody has to do anything.
SETTLED = frozenset({Unrecorded.RECORDED_BEFORE, Unrecorded.PROVEN_ALREADY})

Named = tuple[bytes, str]  # content and name


def take_up_together(files: Sequence[Named], *, actor: Actor, place: Callable[[str], str]) -> EvidenceBatch:
    """Take up evidence files, each by itself; archives (.zip) count as the files in them.

    A handful is done at once, more by a worker, with progress on the page whose address `place` gives.
    Refuses: NotAllowed; BadInput (none, or too many); BadFile (an archive that cannot be opened).
    """
    batch = lay_ready(files, actor=actor, place=place)
    items = batch.items.count()
    if items <= SMALL_FILES and sum(len(data) for data, _name in files) <= SMALL_BYTES:
        batch.job = work_now(batch.job, take_up)
    return batch


@transaction.atomic
def lay_ready(files: Sequence[Named], *, actor: Actor, place: Callable[[str], str]) -> EvidenceBatch:
    """Keep the files for a worker, and ask for the work. Refuses as `take_up_together`."""
    require(actor, Word.SANITISE)
    found = list(_opened(files))
    if not found:
        raise BadInput(_("Choose one or more evidence files."), field="logs")
    job = enqueue("evidence", actor=actor, total=len(found))
    job.place = place(job.code)
    job.save()
    batch = EvidenceBatch.objects.create(job=job)
    EvidenceItem.objects.bulk_create(
        (
            EvidenceItem(batch=batch, position=position, name=name[-200:], sha256=hashlib.sha256(data).hexdigest())
            for position, (data, name) in enumerate(found)
        ),
        batch_size=500,
    )
    spool.lay(job.code, ((str(position), data) for position, (data, _name) in enumerate(found)))
    return batch


def take_up(attempt: Attempt) -> None:
    """The work itself: a chunk of files a transaction, so that a killed worker's successor goes on where it stopped."""
    batch = EvidenceBatch.objects.get(job=attempt.job)
    waiting = batch.items.filter(taken_up_at__isnull=True).order_by("position")
    actor = attempt.actor
    try:
        with spool.laid(attempt.job.code) as archive:
            while chunk := list(waiting[:CHUNK]):
                with transaction.atomic():
                    attempt.progress(chunk[0].position)
                    for item in chunk:
                        _take_up(item, archive.read(str(item.position)), actor)
        with attempt.closing():
            """Every effect stands already; only the end is left to write."""
    except Cancelled:
        # What was taken up stands: each file is proof by itself. The rest was never begun.
        spool.clear(attempt.job.code)
        raise
    spool.clear(attempt.job.code)


def _take_up(item: EvidenceItem, data: bytes, actor: Actor) -> None:
    try:
        judged = record_evidence(data, item.name, actor=actor)
    except Refusal as refusal:
        judged, item.refusal = [], refusal.plain()
    item.drives = [_told(one) for one in judged]
    item.recorded = sum(one.recorded for one in judged)
    item.unsettled = sum(one.why is not None and one.why not in SETTLED for one in judged)
    item.taken_up_at = timezone.now()
    item.save()


def _told(judged: Judged) -> dict[str, object]:
    return {
        **judged.verdict.plain(),
        "size_bytes": judged.verdict.size_bytes,
        "medium": judged.medium.code if judged.medium else None,
        "recorded": judged.recorded,
        "why": judged.why.value if judged.why else "",
    }


def _opened(files: Iterable[Named]) -> Iterable[Named]:
    """Every file, archives replaced by what is in them, within the bounds of number and size."""
    count = size = 0
    for data, name in files:
        # An office document is an archive too, but one file to its owner.
        archive = data[:4] == b"PK\x03\x04" and b"[Content_Types].xml" not in data[:4096]
        inside = _unpacked(data, name) if archive else [(data, name)]
        for one in inside:
            count, size = count + 1, size + len(one[0])
            if count > MOST_FILES or size > MOST_BYTES:
                raise BadInput(
                    _("That is more than %(files)s files or %(size)s MB at once. Bring them in several parts."),
                    files=MOST_FILES,
                    size=MOST_BYTES // 1_000_000,
                    field="logs",
                )
            yield one


def _unpacked(data: bytes, name: str) -> Iterable[Named]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.is_dir() or entry.filename.startswith("__MACOSX/"):
                    continue
                with archive.open(entry) as file:
                    # The directory of an archive can lie about sizes; what is read cannot.
                    inside = file.read(settings.RELAIS_MAX_FILE_BYTES + 1)
                if len(inside) > settings.RELAIS_MAX_FILE_BYTES:
                    raise BadFile(
                        _("In '%(name)s', '%(inside)s' is too large. Send it by itself, or leave it out."),
                        name=name,
                        inside=entry.filename[-80:],
                    )
                yield inside, entry.filename.rsplit("/", 1)[-1] or "file"
    # All that the library raises over a damaged, encrypted or unusual archive, found by damaging them.
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, zlib.error):
        raise BadFile(
            _("The archive '%(name)s' cannot be opened: it is damaged or needs a password. Pack it again."), name=name
        ) from None
