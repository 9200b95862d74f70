"""The demonstration city lives by the real commands, shows every status, and can be laid twice without harm."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.accounts.demo import sign_ins
from backend.accounts.models import User
from backend.accounts.roles import ROLES
from backend.demonstration.clock import clock_at
from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.models import Decision, Round
from inventory.allocation.outcomes import paper_of
from inventory.allocation.refusal_models import Refusal
from inventory.allocation.round_models import FrozenPool
from inventory.associations.filing_models import Letter
from inventory.associations.models import Association, Request
from inventory.devices.models import Device, Location
from inventory.handover.supervision_models import Transmission
from inventory.ledger.models import Cosignature, Entry
from inventory.ledger.personal import personal_in
from inventory.lifecycle import Status
from inventory.pages.audit_words import EVENTS, KINDS
from inventory.privacy.elimination_models import EliminationList
from inventory.privacy.models import SubjectRequest
from inventory.privacy.retention import SHIPPED
from inventory.reports.open_data.models import Statement
from inventory.reports.open_data.register import DATASETS
from inventory.reports.rounds import published, report_of
from inventory.reports.verification import verify_ledger
from inventory.wiping.checked_periods import months
from inventory.wiping.models import QuarantinedBatch

pytestmark = pytest.mark.django_db
RULES = Path(__file__).resolve().parents[2] / "backend" / "demonstration" / "retention.toml"


def test_the_rules_of_the_city_are_the_shipped_ones_but_for_its_requests() -> None:
    shipped, own = (tomllib.loads(path.read_text()) for path in (SHIPPED, RULES))
    requests = {**shipped.pop("requests"), "table": "TT-DEMO 3.1", "years": 1}
    assert own.pop("requests") == requests
    assert own == shipped


def test_the_city_shows_everything_and_its_ledger_holds(settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.RELAIS_DEMO = True
    settings.RELAIS_RETENTION = str(RULES)
    call_command("load_demo")
    waiting = EliminationList.objects.get()
    assert (waiting.state, waiting.size, waiting.lines.filter(kept=True).count()) == ("drawn_up", 18, 2)
    assert {status.value for status in Status} == set(Device.objects.values_list("status", flat=True))
    assert Device.objects.count() >= 300
    assert Location.objects.count() == 4
    assert Association.objects.count() == 43
    assert {"online", "counter", "telephone", "post"} == set(Request.objects.values_list("channel", flat=True))
    assert {"award", "partial", "refuse", "waiting"} == set(Decision.objects.values_list("outcome", flat=True))
    assert Round.objects.filter(finished_at__isnull=False).count() == 2
    assert_drawn()
    assert Refusal.objects.count() == 1
    assert Transmission.objects.count() == 1
    reports = [report_of(one.round.number) for one in published()]
    assert [len(report.pools[0].departures) for report in reports] == [1]
    # A published round has its plot: channels with five associations and more behind them.
    told = [gap.channel for gap in reports[0].parity.gaps if gap.difference is not None]
    assert told == ["counter", "post", "telephone"]
    assert {"upheld", "rejected"} == set(ComplaintAnswer.objects.values_list("outcome", flat=True))
    assert Letter.objects.filter(kind="late_entry").count() == 2
    assert Letter.objects.filter(kind="decision", way="post", sent_at__isnull=True).exists()
    assert [one["role"] for one in sign_ins()] == [str(role.label) for role in ROLES.values()]
    assert User.objects.get(username="aurore").check_password(sign_ins()[0]["password"])
    assert {"drawn", "closed"} == {month.state for month in months(User.objects.get(username="aurore"))}
    assert QuarantinedBatch.objects.count() == 1
    assert Cosignature.objects.count() >= 4
    assert SubjectRequest.objects.filter(answered_at__isnull=True).count() == 1
    assert verify_ledger().fault is None
    assert {one.dataset for one in Statement.objects.all()} == set(DATASETS)
    assert [one.row_count for one in Statement.objects.filter(dataset="subsidies")] == [8]

    # Seven months of a city's life, and nobody is named in its ledger.
    bodies = "\n".join(Entry.objects.values_list("body", flat=True))
    named = [*User.objects.values_list("last_name", flat=True), *Association.objects.values_list("name", flat=True)]
    assert [name for name in named if name and name in bodies] == []
    # Sixteen figures and more of a fingerprint or a key may look like any number.
    plain = re.sub(r"[0-9a-f]{16,}", "", bodies)
    assert [body for body in plain.splitlines() if personal_in(body)] == []

    # Auditors read words, not codes.
    assert set(Entry.objects.values_list("event", flat=True).distinct()) - set(EVENTS) == set()
    assert set(Entry.objects.values_list("subject_kind", flat=True).distinct()) - set(KINDS) == set()

    entries = Entry.objects.count()
    call_command("load_demo")
    assert Entry.objects.count() == entries
    assert "here already" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize("days", range(7))
def test_the_last_round_is_drawn_on_whatever_day_of_the_week_the_city_is_laid(settings, days: int) -> None:
    settings.RELAIS_DEMO = True
    with clock_at(timezone.now() - dt.timedelta(days=days)):
        call_command("load_demo")
    assert_drawn()


def assert_drawn() -> None:
    """Both rounds with pools are shared out, and the last one had something to share."""
    drawn = FrozenPool.objects.order_by("frozen_at")
    assert [one.round.number[4:] for one in drawn] == ["-K", "-L"]
    assert all(one.drawn_at for one in drawn)
    counts = json.loads(paper_of(drawn[1], "result")[0])["counts"]
    assert sum(one["units"] for one in counts) > 0


def test_known_passwords_are_never_laid_on_a_real_installation() -> None:
    with pytest.raises(CommandError, match="RELAIS_DEMO"):
        call_command("load_demo")
