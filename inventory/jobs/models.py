"""The table of long work. A row that has ended never changes again; work taken up anew is a new row."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import told
from inventory.jobs import signs
from inventory.jobs.kinds import JOB_KINDS, Lane


class JobState(StrEnum):
    """How far a piece of work has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Promise:
        """The state in the reader's language."""
        return STATE_LABELS[self]


STATE_LABELS: dict[JobState, Promise] = {
    JobState.WAITING: _("Waiting for its turn"),
    JobState.RUNNING: _("Being worked on"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Stopped by a problem"),
    JobState.CANCELLED: _("Cancelled"),
}
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def _new_code() -> str:
    return secrets.token_hex(5)


class Job(models.Model):
    """One piece of long work. `attempt` is its fence: whoever holds an older number can no longer write."""

    code = models.CharField(max_length=10, unique=True, default=_new_code, editable=False)
    kind = models.CharField(max_length=20)
    lane = models.CharField(max_length=10)
    state = models.CharField(max_length=12, default=JobState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    # Until when the one who works on it need not be doubted; every sign of progress moves it on.
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    # 0 while nobody knows how much there is.
    total = models.PositiveIntegerField(default=0)
    # What exactly is to be done: codes and numbers, never people.
    facts = models.JSONField(default=dict)
    # The page where its outcome is seen.
    place = models.CharField(max_length=200, blank=True, default="")
    # The refusal that ended it, as `Refusal.plain()` spells it.
    failure = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in JobState]), name="job_state_known"),
            models.CheckConstraint(condition=Q(lane__in=[lane.value for lane in Lane]), name="job_lane_known"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(lease_until__isnull=False), name="running_work_has_a_lease"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="ended_work_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lane", "id"], condition=~Q(state__in=ENDED), name="job_open_by_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}: {self.state}"

    @property
    def ended(self) -> bool:
        """Whether it is over, one way or another."""
        return self.state in ENDED

    @property
    def state_label(self) -> Promise:
        """Its state in the reader's language."""
        return JobState(self.state).label

    @property
    def kind_label(self) -> Promise:
        """What people call this kind of work."""
        return JOB_KINDS[self.kind].label

    @property
    def gives(self) -> str:
        """The name of the file it makes; empty when its outcome is a page."""
        return JOB_KINDS[self.kind].gives

    @property
    def so_far(self) -> int:
        """How much is done, as far as anybody can know just now."""
        return max(self.done, signs.shown(self.code)) if self.state == JobState.RUNNING else self.done

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None while nobody knows how much there is."""
        return min(100, self.so_far * 100 // self.total) if self.total else None

    @property
    def said(self) -> str:
        """How far it is, in the reader's words; empty before anything is done."""
        done = self.so_far
        if not done and not self.total:
            return ""
        facts = {"done": _grouped(done), "total": _grouped(self.total)}
        return str((_("%(done)s of %(total)s") if self.total else _("%(done)s so far")) % facts)

    @property
    def why(self) -> str:
        """What ended it before its time, in the reader's language; empty when nothing did."""
        return told(self.failure) if self.failure else ""


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
