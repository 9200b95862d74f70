"""Requests by their pages: on line question by question, at the counter like the paper, then followed like a parcel."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.associations.commands import add_member
from inventory.associations.models import Association, Request
from inventory.associations.questions import FORM_LINES
from tests.inventory.pages.seen import words
from tests.journeys import association, award, request
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(people: People) -> Association:
    body = association()
    add_member(body.code, people.association_member, actor=people.administrator)
    return body


def step(name: str) -> str:
    return reverse("request_step", args=[name])


ANSWERS = [
    ("purpose", {"purpose": "Un atelier pour les aînés."}),
    ("equipment", {"laptop": "5", "screen": "2", "desktop": ""}),
    (
        "details",
        {
            "least_laptop": "3",
            "use_laptop": "lessons",
            "instead_laptop": ["desktop"],
            "least_screen": "2",
            "together_screen": "on",
        },
    ),
    ("people", {"people_served": "60"}),
    ("days", {"earliest_on": "2027-01-04", "latest_on": ""}),
    ("evidence", {"evidence": "L’horaire est affiché."}),
]


def test_a_member_asks_question_by_question_and_gets_a_receipt(desk, own: Association):
    window = desk("association_member")
    assert window.get(reverse("request_new"))["Location"] == step("purpose")
    for (name, given), following in zip(
        ANSWERS, ["equipment", "details", "people", "days", "evidence", "check"], strict=True
    ):
        assert window.get(step(name)).status_code == 200
        assert window.post(step(name), given)["Location"] == step(following)
    assert not Request.objects.exists()
    text = words(window.get(step("check")))
    for answer in (
        own.name,
        "Un atelier pour les aînés.",
        "5 × Laptop",
        "8 GB",
        "all or nothing",
        "would do too: Desktop",
        "60",
        "affiché",
    ):
        assert answer in text

    sent = window.post(step("check"))
    made = Request.objects.get()
    assert (made.channel, made.people_served, made.association) == ("online", 60, own)
    lines = made.lines.values_list("category", "quantity", "least_useful", "minimum_memory_mb", "all_or_nothing")
    assert list(lines.order_by("position")) == [("laptop", 5, 3, 8192, False), ("screen", 2, 2, None, True)]
    assert made.lines.get(position=1).kinds == ("laptop", "desktop")
    assert (made.earliest_on, made.latest_on, made.evidence) == (dt.date(2027, 1, 4), None, "L’horaire est affiché.")
    text = words(window.get(sent["Location"]))
    assert "Your request has arrived" in text
    assert made.reference in text
    assert "What happens next" in text

    assert window.post(step("check")).status_code == 302
    assert Request.objects.count() == 1


def test_one_can_go_back_and_change_an_answer(desk, own: Association):
    window = desk("association_member")
    window.get(reverse("request_new"))
    for name, given in ANSWERS:
        window.post(step(name), given)
    assert "Un atelier pour les aînés." in words(window.get(step("purpose")))
    assert window.post(step("purpose"), {"purpose": "Un cours."})["Location"] == step("check")
    # Another number of laptops makes the question of how few would help open again.
    assert window.post(step("equipment"), {"laptop": "2"})["Location"] == step("details")
    window.post(step("details"), {"least_laptop": "1", "use_laptop": ""})
    text = words(window.get(step("check")))
    assert "2 × Laptop" in text
    assert "Screen" not in text


def test_no_question_can_be_left_out(desk, own: Association):
    window = desk("association_member")
    assert window.get(step("check"))["Location"] == step("association")
    assert window.get(step("association"))["Location"] == step("purpose")
    assert window.get(step("check"))["Location"] == step("purpose")
    assert window.post(step("check"))["Location"] == step("purpose")
    assert window.get(step("elsewhere")).status_code == 404


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("purpose", {"purpose": " "}, "required"),
        ("equipment", {}, "at least one kind"),
        ("equipment", {"laptop": "501"}, "less than or equal to 500"),
        ("details", {"least_laptop": "6", "least_screen": "1"}, "less than or equal to 5"),
        ("people", {"people_served": "-1"}, "greater than or equal to 0"),
        ("days", {"earliest_on": "2027-02-01", "latest_on": "2027-01-01"}, "lies before the first"),
    ],
)
def test_a_wrong_answer_is_explained_and_asked_again(desk, own, name: str, wrong: dict[str, str], said: str):
    window = desk("association_member")
    window.get(reverse("request_new"))
    for earlier, given in ANSWERS:
        if earlier == name:
            break
        window.post(step(earlier), given)
    answer = window.post(step(name), wrong)
    assert answer.status_code == 422
    assert said in words(answer)


def test_who_acts_for_several_associations_says_for_which(desk, own: Association, people: People):
    second = association()
    foreign = association()
    add_member(second.code, people.association_member, actor=people.administrator)
    window = desk("association_member")
    assert window.get(reverse("request_new"))["Location"] == step("association")
    text = words(window.get(step("association")))
    assert second.name in text
    assert foreign.name not in text
    assert window.post(step("association"), {"association": foreign.code}).status_code == 422
    window.post(step("association"), {"association": second.code})
    for name, given in ANSWERS:
        window.post(step(name), given)
    window.post(step("check"))
    assert Request.objects.get().association == second


def test_who_acts_for_no_association_is_told_whom_to_call(desk):
    text = words(desk("association_member").get(reverse("request_new")))
    assert "You act for no association yet" in text


def counter(body: str, **more: str) -> dict[str, str]:
    rows = {
        "line-TOTAL_FORMS": str(FORM_LINES),
        "line-INITIAL_FORMS": "0",
        "line-0-category": "desktop",
        "line-0-quantity": "4",
        "line-0-quantity_again": "4",
        "line-0-use": "writing",
        "line-0-substitute": "laptop",
        "line-2-category": "screen",
        "line-2-quantity": "4",
        "line-2-quantity_again": "4",
        "line-2-least_useful": "2",
    }
    return {
        "association": body,
        "purpose": "Une salle ouverte à tous.",
        "people_served": "",
        "channel": "post",
        "received_at": "2026-02-03T09:15",
        **rows,
        **more,
    }


def test_the_clerk_enters_what_came_by_post_with_its_date_stamp(desk):
    body = association(name="Clavier ouvert")
    window = desk("counter_clerk")
    answer = window.post(reverse("request_new"), counter("clavier"))
    assert answer.status_code == 302, words(answer)
    made = Request.objects.get()
    assert made.association == body
    assert timezone.localtime(made.received_at).isoformat().startswith("2026-02-03T09:15")
    assert made.received_at < made.recorded_at
    first = made.lines.get(position=1)
    assert (first.use, first.minimum_memory_mb, first.kinds) == ("writing", 4096, ("desktop", "laptop"))
    lines = made.lines.order_by("position").values_list("category", "quantity", "least_useful")
    assert list(lines) == [("desktop", 4, 1), ("screen", 4, 2)]
    assert made.reference in words(window.get(answer["Location"]))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"association": "Nulle part"}, "No association fits"),
        ({"association": "Fil"}, "Several associations fit"),
        ({"channel": "online"}, "not one of the available choices"),
        ({"line-0-quantity": ""}, "How many?"),
        ({"line-0-category": ""}, "Choose a kind of device"),
        ({"line-2-least_useful": "5"}, "Not more than the number asked for"),
        ({"line-0-category": "", "line-0-quantity": "", "line-2-category": "", "line-2-quantity": ""}, "at least one"),
        ({"purpose": ""}, "required"),
        ({"line-0-quantity_again": "5"}, "Not the same number"),
        ({"line-0-quantity_again": ""}, "Not the same number"),
        ({"line-0-substitute": "printer"}, "does not replace"),
        ({"dated_by": "postmark", "channel": "counter"}, "Only what came by post has a postmark"),
        ({"earliest_on": "2027-02-01", "latest_on": "2027-01-01"}, "lies before the first"),
    ],
)
def test_the_counter_refuses_beside_the_field_and_enters_nothing(desk, wrong: dict[str, str], said: str):
    association()
    body = association()
    answer = desk("counter_clerk").post(reverse("request_new"), counter(body.code, **wrong))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Request.objects.exists()


def test_a_date_stamp_to_come_is_refused(desk):
    tomorrow = (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = desk("counter_clerk").post(reverse("request_new"), counter(association().code, received_at=tomorrow))
    assert answer.status_code == 422
    assert "still to come" in words(answer)


def test_a_request_is_followed_like_a_parcel_by_who_asked(desk, own: Association):
    asked = request(own)
    window = desk("association_member")
    address = reverse("request", args=[asked.reference])
    assert "Withdraw a request" in words(window.get(address))
    award(asked)
    text = words(window.get(address))
    assert "Granted" in text
    assert "La demande répond aux critères publiés" in text
    assert "0 of 3" in text
    assert "Withdraw a request" not in text
    assert "What comes next" not in text


def test_a_request_is_withdrawn_after_one_more_question(desk, own: Association):
    asked = request(own)
    window = desk("association_member")
    address = reverse("request_withdraw", args=[asked.reference])
    assert "It loses its place" in words(window.get(address))
    asked.refresh_from_db()
    assert asked.state == "received"
    window.post(address)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "Withdrawn" in words(window.get(reverse("request", args=[asked.reference])))


def test_a_member_touches_nothing_of_another_association(desk, own: Association):
    foreign = request(association())
    window = desk("association_member")
    for name in ("request", "request_receipt", "request_withdraw"):
        assert window.get(reverse(name, args=[foreign.reference])).status_code == 404
    assert window.post(reverse("request_withdraw", args=[foreign.reference])).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "received"
    assert foreign.reference not in words(window.get(reverse("requests")))
    for name in ("request_decide", "request_release", "request_reserve"):
        more = {"request_release": ["X"], "request_reserve": [1]}.get(name, [])
        assert window.post(reverse(name, args=[foreign.reference, *more])).status_code == 403


def test_requests_are_filtered_in_the_address(desk):
    asked = request(association(name="Buurthuis"))
    award(asked)
    window = desk("counter_clerk")
    for found in ({"state": "decided"}, {"channel": "counter"}, {"q": "buurt"}, {"q": asked.reference.lower()}):
        assert asked.reference in words(window.get(reverse("requests"), found)), found
    for none in ({"state": "received"}, {"channel": "post"}, {"q": "elders"}):
        assert "No request fits" in words(window.get(reverse("requests"), none)), none


@pytest.mark.parametrize("role", ["driver", "technician", "data_protection_officer", "administrator"])
def test_who_has_nothing_to_do_with_requests_sees_none(desk, role: str):
    asked = request()
    window = desk(role)
    for address in (reverse("requests"), reverse("request", args=[asked.reference]), reverse("request_new")):
        assert window.get(address).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_twenty(desk, django_assert_max_num_queries):
    request()
    window = desk("counter_clerk")
    window.get(reverse("requests"))
    with django_assert_max_num_queries(8) as first:
        window.get(reverse("requests"))
    for _place in range(19):
        request()
    with django_assert_max_num_queries(len(first)):
        window.get(reverse("requests"))
