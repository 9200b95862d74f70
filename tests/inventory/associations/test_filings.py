"""Every procedure by every channel in both languages: page, form, counter screen and letter, with the same outcome."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from inventory.allocation.commands import decide, reserve
from inventory.allocation.pools import POOLS
from inventory.associations.commands import Wish, add_member, enter_request
from inventory.associations.facts import CHANNELS
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.filings import ask_for_more, lodge
from inventory.associations.forms import form_pdf, forms
from inventory.associations.letters import letters_pdf
from inventory.associations.models import Association, Request
from inventory.associations.questions import OFFICE_QUESTIONS, PROCEDURES, REQUEST_QUESTIONS, SUBSTITUTES
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.handover.commands import hand_over, prepare_agreement
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.whereabouts import stations, told
from tests.documents import needs_poppler, text_of
from tests.inventory.pages.seen import words
from tests.journeys import PICTURE, association, award, make, request
from tests.people import People, person

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "Rue de l’Exemple 1", "postcode": "1000", "municipality": "Bruxelles"}
ANSWERS: dict[str, dict[str, Any]] = {
    "follow": {},
    "complete": {"words": "La salle ouvre le mercredi.", "people_served": 55},
    "withdraw": {"words": "Le projet s’arrête."},
    "complain": {"words": "Personne n’a répondu.", "remedy": "Une réponse."},
    "report": {"in_use": 3, "idle": 0, "gone": 0, "people_served": 40, "words": "Un cours."},
    "return": {"devices": 1, "words": "Il ne démarre plus.", "tags": ""},
}


def plain(text: object) -> str:
    """Without the spaces that French sets before its signs."""
    return " ".join(str(text).split())


def own(language: str, people: People) -> Association:
    body = association(language, **ADDRESS)
    add_member(body.code, people.association_member, actor=people.administrator)
    return body


def in_state_for(procedure: str, body: Association) -> Request:
    asked = request(body)
    if PROCEDURES[procedure].states == ("decided", "closed"):
        award(asked)
    return asked


def window(desk: Any, role: str, language: str) -> Any:
    user = person(role)
    user.language = language
    user.save()
    signed_in = desk(role)
    signed_in.post(reverse("set_language"), {"language": language})
    return signed_in


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("channel", list(CHANNELS))
@pytest.mark.parametrize("procedure", list(PROCEDURES))
def test_every_procedure_has_its_page_its_screen_and_its_letter(
    desk, people: People, procedure: str, channel: str, language: str
) -> None:
    asked = in_state_for(procedure, own(language, people))
    online = channel == "online"
    here = window(desk, "association_member" if online else "counter_clerk", language)
    given = {code: str(value) for code, value in ANSWERS[procedure].items()}
    if online:
        address = reverse("filing", args=[asked.reference, procedure])
    else:
        address = reverse("filing_enter", args=[procedure])
        stamp = f"{timezone.localtime() - dt.timedelta(hours=2):%Y-%m-%dT%H:%M}"
        given |= {"reference": asked.reference.lower(), "channel": channel, "received_at": stamp}
    screen = words(here.get(address))
    with translation.override(language):
        assert plain(PROCEDURES[procedure].title) in screen
        for question in PROCEDURES[procedure].questions:
            assert plain(question.asked) in screen
    answer = here.post(address, given)
    assert answer["Location"] == reverse("request", args=[asked.reference]), words(answer)
    filed = Filing.objects.get()
    assert (filed.procedure, filed.channel, filed.request) == (procedure, channel, asked)
    assert {code: filed.answers[code] for code in ANSWERS[procedure]} == ANSWERS[procedure]
    letter = Letter.objects.filter(kind=procedure).get()
    assert (letter.language, letter.way) == (language, "post")
    with translation.override(language):
        assert letter.content["title"] == str(PROCEDURES[procedure].heading)
        assert letter.content["paragraphs"] == [str(PROCEDURES[procedure].answer)]
    assert here.get(reverse("letter", args=[letter.number]))["Content-Type"] == "application/pdf"


@needs_poppler
@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("code", ["request", *PROCEDURES])
def test_every_form_bears_the_numbers_of_the_screen(desk, code: str, language: str, size: str) -> None:
    pdf = form_pdf(code, language, size)
    text = " ".join(text_of(pdf).split())
    here = window(desk, "counter_clerk", language)
    address = reverse("request_new") if code == "request" else reverse("filing_enter", args=[code])
    screen = words(here.get(address))
    questions = REQUEST_QUESTIONS if code == "request" else PROCEDURES[code].questions
    with translation.override(language):
        for question in (*questions, *OFFICE_QUESTIONS):
            assert plain(question.asked) in text
            assert plain(question.asked) in screen
    assert here.get(reverse("form_pdf", args=[code, language, size]))["Content-Type"] == "application/pdf"
    assert pdf == form_pdf(code, language, size)


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_request_is_one_sheet_recto_verso_and_every_other_form_one_page(language: str) -> None:
    for code in forms():
        pages = len(PdfReader(io.BytesIO(form_pdf(code, language, "normal"))).pages)
        assert pages == (2 if code == "request" else 1), code
    with pytest.raises(NotFound):
        form_pdf("request", "en", "normal")


def test_the_forms_are_found_on_one_page(desk) -> None:
    page = desk("association_member").get(reverse("request_form"))
    for code in forms():
        for language in ("fr", "nl"):
            for size in ("normal", "large"):
                assert reverse("form_pdf", args=[code, language, size]) in page.content.decode()


def test_a_completed_request_keeps_its_date_and_misses_nothing_any_more(desk, people: People) -> None:
    asked = request(own("fr", people))
    stamp = asked.received_at
    ask_for_more(asked.reference, actor=people.counter_clerk, what="Le nombre de personnes manque.")
    page = reverse("request", args=[asked.reference])
    here = desk("association_member")
    assert "Le nombre de personnes manque." in words(here.get(page))
    lodge(
        asked.reference,
        "complete",
        actor=people.association_member,
        channel="online",
        answers={"words": "Environ 55 par an.", "people_served": 55},
    )
    asked.refresh_from_db()
    assert (asked.missing, asked.people_served, asked.received_at) == ("", 55, stamp)
    assert "Le nombre de personnes manque." not in words(here.get(page))
    assert Letter.objects.filter(kind="incomplete", language="fr").count() == 1


def test_what_a_state_does_not_allow_is_refused(people: People) -> None:
    asked, clerk = request(), people.counter_clerk
    for procedure in ("report", "return"):
        with pytest.raises(Conflict):
            lodge(asked.reference, procedure, actor=clerk, channel="post", answers=ANSWERS[procedure])
    award(asked)
    for procedure in ("complete", "withdraw"):
        with pytest.raises(Conflict):
            lodge(asked.reference, procedure, actor=clerk, channel="post", answers=ANSWERS[procedure])
    with pytest.raises(Conflict):
        ask_for_more(asked.reference, actor=clerk, what="Le nombre de personnes.")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"procedure": "appeal"}, "procedure"),
        ({"channel": "fax"}, "channel"),
        ({"answers": {}}, "words"),
        ({"answers": {"words": "x", "colour": "red"}}, "colour"),
        ({"answers": {"words": "Mon numéro : 85.07.30-033.28"}}, "words"),
        ({"procedure": "complete", "answers": {"words": "x", "people_served": -1}}, "people_served"),
        ({"procedure": "complete", "answers": {"words": "x", "people_served": "many"}}, "people_served"),
        ({"received_at": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)}, "received_at"),
        ({"dated_by": "postmark"}, "dated_by"),
        ({"dated_by": "feeling"}, "dated_by"),
    ],
)
def test_a_wrong_filing_is_refused_beside_its_question(people: People, facts: dict[str, Any], field: str) -> None:
    given = {"procedure": "complain", "channel": "counter", "answers": {"words": "Rien."}, **facts}
    with pytest.raises(BadInput) as refusal:
        lodge(request().reference, actor=people.counter_clerk, **given)
    assert refusal.value.facts["field"] == field
    assert not Filing.objects.exists()


def test_nobody_files_for_another_association(desk, people: People) -> None:
    own("fr", people)
    foreign = request(association())
    member = people.association_member
    with pytest.raises(NotFound):
        lodge(foreign.reference, "follow", actor=member, channel="online", answers={})
    with pytest.raises(NotAllowed):
        lodge(foreign.reference, "follow", actor=member, channel="counter", answers={})
    here = desk("association_member")
    assert here.get(reverse("filing", args=[foreign.reference, "complain"])).status_code == 404
    assert here.get(reverse("letter", args=[foreign.letters.get().number])).status_code == 404
    assert here.get(reverse("filing_enter", args=["complain"])).status_code == 403
    assert foreign.reference not in words(here.get(reverse("filings")))


def test_the_ledger_holds_counts_and_no_words(people: People) -> None:
    asked = in_state_for("report", association())
    lodge(asked.reference, "report", actor=people.counter_clerk, channel="post", answers=ANSWERS["report"])
    body = Entry.objects.get(event="filing.lodge").body
    assert '"in_use":3' in body.replace(" ", "")
    assert "Un cours" not in body


def test_the_channel_changes_nothing_but_the_channel(people: People) -> None:
    body = own("nl", people)
    outcomes = []
    for channel in CHANNELS:
        actor = people.association_member if channel == "online" else people.counter_clerk
        made = enter_request(
            actor=actor,
            association=body.code,
            wishes=[Wish("laptop", 4, least_useful=2, use="lessons", substitutes=["desktop"])],
            purpose="Een cursus.",
            channel=channel,
            evidence="Het uurrooster hangt uit.",
        )
        rows = [row for row in made.letters.get().content["rows"] if not row[0].startswith(("A.", "B."))]
        outcomes.append((rows, [station.name for station in stations(made)], made.state))
    assert outcomes[0] == outcomes[1] == outcomes[2] == outcomes[3]
    assert [outcomes[0][0][2][0], outcomes[0][0][2][1].split(",")[0]] == ["3. Welk materiaal?", "4 × Laptop"]


def test_a_postmark_counts_from_the_beginning_of_its_day(people: People) -> None:
    facts = {"association": association().code, "purpose": "Un cours.", "wishes": [Wish("desktop", 1)]}
    moment = timezone.now() - dt.timedelta(days=1)
    made = enter_request(actor=people.counter_clerk, channel="post", received_at=moment, dated_by="postmark", **facts)
    assert timezone.localtime(made.received_at).time() == dt.time(0)
    with pytest.raises(BadInput, match="postmark"):
        enter_request(actor=people.counter_clerk, channel="counter", dated_by="postmark", **facts)


def test_a_number_typed_twice_must_be_the_same(people: People) -> None:
    with pytest.raises(BadInput, match="typed as 4 and as 40") as refusal:
        enter_request(
            actor=people.counter_clerk,
            association=association().code,
            purpose="Un cours.",
            channel="post",
            wishes=[Wish("desktop", 4, quantity_again=40)],
        )
    assert refusal.value.facts["line"] == 1
    assert not Request.objects.exists()


def test_kinds_that_replace_one_another_are_of_one_pool() -> None:
    pool_of = {kind: pool for pool, (_label, kinds) in POOLS.items() for kind in kinds}
    for kind, others in SUBSTITUTES.items():
        assert {pool_of[other] for other in others} == {pool_of[kind]}


@needs_poppler
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_receipt_reads_everything_back(people: People, language: str) -> None:
    body = association(language, large_print=True, **ADDRESS)
    made = enter_request(
        actor=people.counter_clerk,
        association=body.code,
        wishes=[Wish("laptop", 17, all_or_nothing=True, substitutes=["desktop"])],
        purpose="Samen leren, apprendre ensemble.",
        channel="post",
        people_served=321,
        earliest_on=dt.date(2027, 1, 4),
        evidence="Kom kijken / venez voir.",
    )
    text = " ".join(text_of(letters_pdf([made.letters.get()])).split())
    for seen in (made.reference, body.name, "17 ×", "Samen leren", "321", "04/01/2027", "venez voir", "1000 Bruxelles"):
        assert seen in text
    with translation.override(language):
        for question in REQUEST_QUESTIONS:
            assert re.match(r"\d\. ", question.asked)
            assert question.asked.split("?")[0].split(" ")[0] in text


def test_a_request_is_followed_from_its_arrival_to_the_hand_over(people: People) -> None:
    asked = request(quantity=1)
    assert [(one.name, one.done, one.here) for one in stations(asked)] == [
        ("Received", True, False),
        ("Complete", True, False),
        ("In a round", False, True),
        ("Decided", False, False),
        ("Appointment", False, False),
        ("Handed over", False, False),
    ]
    ask_for_more(asked.reference, actor=people.counter_clerk, what="Le nombre de personnes.")
    asked.refresh_from_db()
    assert [one.name for one in stations(asked) if one.here] == ["Complete"]
    asked.missing = ""
    asked.save()
    award(asked)
    device = make(Status.READY)
    reserve([device.tag], actor=people.programme_officer, reference=asked.reference, position=1)
    asked.refresh_from_db()
    assert [one.name for one in stations(asked) if one.here] == ["Appointment"]
    agreement = prepare_agreement(asked.association.code, [device.tag], actor=people.warehouse_keeper)
    assert [one.name for one in stations(asked) if one.here] == ["Handed over"]
    hand_over(
        agreement.number,
        actor=people.warehouse_keeper,
        association_function="présidence",
        signed_how="screen",
        scan=(PICTURE, "s.png"),
    )
    assert all(one.done for one in stations(asked))
    rows = dict(told(asked))
    assert rows["Reasons"].startswith("La demande répond")
    assert rows["Handed over"].endswith("1 of 1")


def test_a_refused_request_goes_no_further(people: People) -> None:
    asked = request()
    words_ = "La demande ne répond pas aux critères publiés."
    decide(asked.reference, actor=people.approver, granted={1: 0}, reasons=words_)
    asked.refresh_from_db()
    assert [one.name for one in stations(asked)][-1] == "Decided"
    assert dict(told(asked))["Decided"].endswith("Refused")
