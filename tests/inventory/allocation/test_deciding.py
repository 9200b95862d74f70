"""A round is decided by the organ: each request its answer, its reasons and its letter; published once certified."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.allocation import deciding
from inventory.allocation.commands import open_round
from inventory.allocation.deciding import decide_round, publish_round
from inventory.allocation.explanations import explained, queues
from inventory.allocation.ladder.files import read_round
from inventory.allocation.ladder.results import decide as share_out
from inventory.allocation.letters import letter_of, letters_of, letters_pdf, print_letters, set_letters
from inventory.allocation.models import Decision, Round
from inventory.allocation.outcomes import frozen_pool, paper_of
from inventory.allocation.pins import bill, set_pin
from inventory.allocation.round_models import RoundDecision
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.commands import add_member, decide_eligibility, register_association
from inventory.associations.interests import declare_interest
from inventory.associations.models import Association, Request
from inventory.documents.spool import fetched
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.jobs.attempts import work_now
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.documents import needs_poppler, text_of
from tests.inventory.allocation.test_sharing import NUMBERS, asked
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People

pytestmark = pytest.mark.django_db

WHY = "Le collège suit la proposition du tour, par les motifs du rapport."
ACT = {
    "organ": "college",
    "decision": "CC-2026-118",
    "reasons_fr": WHY,
    "reasons_nl": "Het college volgt het voorstel van de ronde.",
}


def body(people: People, name: str, language: str = "fr") -> Association:
    made = register_association(
        actor=people.counter_clerk,
        name=name,
        legal_form="de_facto",
        official_language=language,
        street="Rue Haute 1",
        postcode="1000",
        municipality="Bruxelles",
    )
    decide_eligibility(made.code, actor=people.programme_officer, eligible=True, reasons="Un but social clair.")
    return made


@pytest.fixture
def drawn(people: People) -> tuple[Round, dict[str, Request]]:
    """Five computers: all for one who asks little, most for a large one, one for a small one, none for a classroom."""
    for _ in range(5):
        make(Status.READY)
    wanted = {
        "modest": asked(people, body(people, "Modeste"), 1, 300),
        "large": asked(people, body(people, "Grande", "nl"), 5, 600),
        "small": asked(people, body(people, "Petite"), 5, 10, channel="post"),
        "lot": asked(people, body(people, "Classe"), 12, 10, all_or_nothing=True),
    }
    found = open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    freeze_pool(found.number, "computers", actor=people.programme_officer)
    draw_pool(found.number, "computers", NUMBERS, actor=people.programme_officer)
    return found, wanted


def decided(people: People, number: str = "2026-9") -> RoundDecision:
    return decide_round(number, actor=people.approver, decided_on=timezone.localdate(), **ACT)


def test_the_organs_decision_answers_every_request_with_its_own_reasons(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    decided(people)
    said = {name: Decision.objects.get(request=one) for name, one in wanted.items()}
    granted = {name: one.lines.get().granted for name, one in said.items()}
    assert granted == {"modest": 1, "large": 3, "small": 1, "lot": 0}
    assert {name: one.outcome for name, one in said.items()} == {
        "modest": "award", "large": "partial", "small": "partial", "lot": "waiting",
    }  # fmt: skip
    states = {name: Request.objects.get(pk=one.pk).state for name, one in wanted.items()}
    assert states == {"modest": "decided", "large": "decided", "small": "decided", "lot": "received"}
    assert "Uw aanvraag" in said["large"].reasons
    assert "Votre demande" in said["small"].reasons
    assert said["large"].reasons != said["small"].reasons
    found.refresh_from_db()
    assert found.finished_at is not None
    assert WHY not in Entry.objects.get(event="round.decide").body
    with pytest.raises(Conflict, match="decided already"):
        decided(people)
    with pytest.raises(Conflict, match="takes part in the next one"):
        freeze_pool(found.number, "screens", actor=people.programme_officer)


def test_a_decision_says_which_organ_number_day_and_why(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, _wanted = drawn
    today = timezone.localdate()
    tomorrow = today + dt.timedelta(days=1)
    for wrong in (
        {"organ": "mayor"},
        {"decision": " "},
        {"reasons_fr": "oui"},
        {"reasons_nl": "ja"},
        {"decided_on": tomorrow},
    ):
        with pytest.raises(BadInput):
            decide_round(found.number, actor=people.approver, **{**ACT, "decided_on": today, **wrong})
    for nobody in (people.programme_officer, people.auditor, people.association_member):
        with pytest.raises(NotAllowed):
            decide_round(found.number, actor=nobody, decided_on=today, **ACT)
    with pytest.raises(NotFound):
        decided(people, "2026-0")


def test_nothing_is_decided_before_it_is_drawn_nor_by_who_has_an_interest(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    make(Status.READY, "screen")
    screens = asked(people, body(people, "Écran"), 1, 10)
    screens.lines.update(category="screen")
    freeze_pool(found.number, "screens", actor=people.programme_officer)
    with pytest.raises(Conflict, match="frozen, and not drawn"):
        decided(people)
    fields = {**ACT, "number": ACT["decision"], "decided_on": timezone.localdate(), "recorded_at": timezone.now()}
    fields.pop("decision")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundDecision.objects.create(round=found, recorded_by=people.approver, **fields)
    draw_pool(found.number, "screens", NUMBERS, actor=people.programme_officer)
    declare_interest(wanted["lot"].association.code, actor=people.approver, kind="family")
    with pytest.raises(RuleBroken, match="declared an interest"):
        decided(people)
    empty = open_round(
        "2026-8",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    with pytest.raises(RuleBroken, match="Nothing of this round"):
        decided(people, empty.number)


def test_a_pin_of_none_refuses_and_names_its_reason(people: People) -> None:
    make(Status.READY)
    first, second = body(people, "Suspendue"), body(people, "Autre")
    refused = asked(people, first, 1, 600)
    asked(people, second, 1, 10)
    found = open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    cost = bill(found.number, "computers", first.code, people.approver, at_most=0)
    words_ = "Le rapport d’utilisation manque depuis un an, malgré deux rappels."
    facts = {"reason": "suspended", "words": words_, "seen": cost.fingerprint, "at_most": 0}
    set_pin(found.number, "computers", first.code, actor=people.approver, **facts)
    freeze_pool(found.number, "computers", actor=people.programme_officer)
    draw_pool(found.number, "computers", NUMBERS, actor=people.programme_officer)
    decided(people)
    answer = Decision.objects.get(request=refused)
    assert answer.outcome == "refuse"
    assert words_ in answer.reasons
    assert Request.objects.get(pk=refused.pk).state == "decided"


def test_a_round_is_published_only_when_decided_and_the_script_alone_says_yes(
    people: People,
    drawn: tuple[Round, dict[str, Request]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    found, _wanted = drawn
    officer = people.programme_officer
    with pytest.raises(Conflict, match="not decided yet"):
        publish_round(found.number, actor=officer)
    with pytest.raises(NotFound):
        publish_round("2026-0", actor=officer)
    decided(people)
    says_no = tmp_path / "certify_round.py"
    says_no.write_text("print('A turn was passed over.'); raise SystemExit(1)")
    with monkeypatch.context() as changed:
        changed.setattr(deciding, "SCRIPT", says_no)
        with pytest.raises(RuleBroken, match="A turn was passed over"):
            publish_round(found.number, actor=officer)
    assert RoundDecision.objects.get().published_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundDecision.objects.update(published_at=timezone.now(), published_by=officer)
    made = publish_round(found.number, actor=officer)
    assert made.certificate_sha256 in Entry.objects.get(event="round.publish").body
    with pytest.raises(Conflict, match="published already"):
        publish_round(found.number, actor=officer)
    for attempt in (
        lambda: RoundDecision.objects.update(reasons_fr="Autre chose, après coup."),
        lambda: RoundDecision.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


@needs_poppler
def test_each_letter_says_outcome_reasons_and_remedies_in_the_official_language(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    with pytest.raises(NotFound):
        letter_of(wanted["small"])
    with pytest.raises(RuleBroken):
        letters_of(found.number, people.auditor)
    decided(people)
    french, dutch = text_of(letter_of(wanted["small"])), text_of(letter_of(wanted["large"]))
    for text in ("Rue Haute 1", "1000 Bruxelles", "CC-2026-118", "soixante jours", "Ombuds Bruxelles", "accès aux"):
        assert text in " ".join(french.split())
    for text in ("zestig dagen", "Ombuds Brussel", "toegang tot de documenten", "Geachte"):
        assert text in " ".join(dutch.split())
    assert "Le collège suit" in french
    assert "Le collège suit" not in dutch
    assert "Het college volgt" in dutch
    waiting = " ".join(text_of(letter_of(wanted["lot"])).split())
    assert "liste d’attente" in waiting
    made = letters_of(found.number, people.auditor)
    assert len(made) == 4
    assert letters_pdf(made) == letters_pdf(made)
    job = work_now(print_letters(found.number, actor=people.auditor), set_letters)
    archive = fetched(job.code)
    assert archive is not None
    archive.close()


def test_what_would_have_changed_it_is_true_when_it_is_done(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    frozen = frozen_pool(found.number, "computers", people.auditor)
    made = json.loads(paper_of(frozen, "round")[0])
    made["draw"] = None  # what follows is not the published file any more
    (small,) = explained(wanted["small"], what_if=True)
    code = wanted["small"].association.code
    now = _counts(made)[code]
    assert (small.got, small.reason, now) == (1, "earlier_turns", 1)
    assert small.needed is not None
    assert _counts(_with_points(made, code, small.needed))[code] == now + 1
    assert _counts(_with_points(made, code, small.needed - 1))[code] == now
    assert small.place is not None
    (group,) = queues(frozen)
    assert _counts(_with_units(made, group, small.place))[code] == now + 1
    assert _counts(_with_units(made, group, small.place - 1))[code] == now
    (lot,) = explained(wanted["lot"], what_if=True)
    (fewer,) = lot.had_you
    made["lines"] = [
        {**line, "least": 1} if line["association"] == wanted["lot"].association.code else line
        for line in made["lines"]
    ]
    assert _counts(made)[wanted["lot"].association.code] == fewer.units > 0
    assert "Had you accepted fewer" in " ".join(lot.sentences)
    (modest,) = explained(wanted["modest"], what_if=True)
    assert (modest.sentences, modest.needed, modest.had_you) == (["All that was asked for is proposed."], None, [])


def test_had_you_accepted_less_memory_or_another_kind_is_told_with_its_number(people: People) -> None:
    for memory in (4096, 4096, 8192):
        device = make(Status.READY)
        type(device).objects.filter(pk=device.pk).update(memory_mb=memory)
    for _ in range(3):
        make(Status.READY, "laptop")
    choosy = asked(people, body(people, "Exigeante"), 4, 600, minimum_memory_mb=8192)
    found = open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    freeze_pool(found.number, "computers", actor=people.programme_officer)
    frozen = draw_pool(found.number, "computers", NUMBERS, actor=people.programme_officer)
    (line,) = explained(choosy, what_if=True)
    told = {(one.would.value, one.value): one.units for one in line.had_you}
    assert told == {("less_memory", "4096"): 3, ("other_kind", "laptop"): 4}
    made = {**json.loads(paper_of(frozen, "round")[0]), "draw": None}
    for (would, value), units in told.items():
        fits = f"desktop-{value}-" if would == "less_memory" else f"{value}-"
        accepts = [one["id"] for one in made["groups"] if one["id"].startswith(("desktop-8192-", fits))]
        lines = [{**one, "accepts": accepts} for one in made["lines"]]
        assert _counts({**made, "lines": lines})[choosy.association.code] == units
    assert "Had you accepted 4 GB of memory, you would have received 3 instead of 1." in line.sentences


def test_a_round_is_decided_printed_and_published_by_its_pages_and_members_read_why(
    desk, people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    add_member(wanted["small"].association.code, people.association_member, actor=people.administrator)
    here = reverse("round", args=[found.number])
    why = reverse("request_why", args=[wanted["small"].reference])
    assert "Not shared out yet" in words(desk("association_member").get(why))
    assert "in line for the next device" in words(desk("auditor").get(why))
    assert "Decide the round" not in words(desk("auditor").get(here))
    window, act = desk("approver"), reverse("round_decide", args=[found.number])
    assert "Decide the round" in words(window.get(here))
    assert window.get(act).status_code == 200
    assert window.post(act, {"organ": "college"}).status_code == 422
    facts = {**ACT, "decided_on": timezone.localdate()}
    assert desk("programme_officer").post(act, facts).status_code == 403
    assert window.post(act, facts).status_code == 302
    page = words(desk("programme_officer").get(here))
    assert "Not published yet" in page
    assert "CC-2026-118" in page
    publish = reverse("round_publish", args=[found.number])
    assert window.post(publish).status_code == 403
    assert desk("programme_officer").post(publish).status_code == 302
    assert "Check and publish" not in words(desk("programme_officer").get(here))
    answer = desk("auditor").post(reverse("round_letters", args=[found.number]))
    assert answer["Content-Type"] == "application/pdf"
    listed = words(desk("auditor").get(reverse("round_waiting", args=[found.number])))
    assert "Petite" in listed
    assert wanted["lot"].reference in listed
    member = desk("association_member")
    assert "With 4 points" not in words(member.get(why))
    assert "you would have received one more" in words(member.get(why))
    assert member.get(reverse("request_letter", args=[wanted["small"].reference])).status_code == 200
    for other in ("request_why", "request_letter"):
        assert member.get(reverse(other, args=[wanted["large"].reference])).status_code == 404
    assert "Why this answer?" in words(member.get(reverse("request", args=[wanted["small"].reference])))


def test_many_letters_are_set_by_a_worker(
    desk, drawn: tuple[Round, dict[str, Request]], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(people)
    monkeypatch.setattr("inventory.allocation.letters.AT_ONCE", 2)
    answer = desk("auditor").post(reverse("round_letters", args=["2026-9"]))
    assert answer.status_code == 302
    assert "/jobs/" in answer["Location"]


def _counts(made: dict[str, object]) -> dict[str, int]:
    result = share_out(read_round(json.dumps(made).encode()))
    return {one["association"]: one["units"] for one in result["counts"]}


def _with_points(made: dict[str, object], code: str, points: int) -> dict[str, object]:
    people = [{**one, "points": points} if one["id"] == code else one for one in made["associations"]]
    return {**made, "associations": people}


def _with_units(made: dict[str, object], group: str, more: int) -> dict[str, object]:
    groups = [{**one, "units": one["units"] + more} if one["id"] == group else one for one in made["groups"]]
    return {**made, "groups": groups}
