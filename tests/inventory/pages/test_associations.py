"""Associations by their pages: registered with a checked number, decided about with reasons, acted for by members."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.associations.commands import add_member
from inventory.associations.models import Association
from inventory.associations.queries import is_eligible
from tests.inventory.pages.seen import words
from tests.journeys import association, request
from tests.people import People

pytestmark = pytest.mark.django_db

REASONS = "Le projet répond aux critères publiés."


def given(**more: str) -> dict[str, str]:
    return {"name": "Le Lien", "legal_form": "asbl_vzw", "official_language": "fr", **more}


def test_an_association_is_registered_with_its_checked_number(desk):
    window = desk("counter_clerk")
    answer = window.post(reverse("association_new"), given(enterprise_number="BE 0123.456.749", municipality="Jette"))
    made = Association.objects.get()
    assert answer["Location"] == reverse("association", args=[made.code])
    assert made.enterprise_number == "0123456749"
    assert "Le Lien" in words(window.get(answer["Location"]))
    assert "Le Lien" in words(window.get(reverse("associations"), {"q": "jette"}))
    assert "No association fits" in words(window.get(reverse("associations"), {"q": "ixelles"}))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"enterprise_number": "0123.456.789"}, "is not an enterprise number"),
        ({"enterprise_number": "2123.456.749"}, "number of an establishment"),
        ({"name": ""}, "required"),
        ({"official_language": "en"}, "not one of the available choices"),
    ],
)
def test_a_wrong_answer_is_said_beside_the_field_and_what_was_typed_stays(desk, wrong: dict[str, str], said: str):
    answer = desk("counter_clerk").post(reverse("association_new"), given(**wrong, street="Rue du Canal fictive 3"))
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Rue du Canal fictive 3" in answer.content.decode()
    assert not Association.objects.exists()


def test_a_de_facto_association_needs_no_number(desk):
    answer = desk("programme_officer").post(reverse("association_new"), given(legal_form="de_facto"))
    assert answer.status_code == 302


def test_eligibility_is_decided_with_reasons(desk):
    desk("counter_clerk").post(reverse("association_new"), given(legal_form="de_facto"))
    body = Association.objects.get()
    page, address = reverse("association", args=[body.code]), reverse("association_eligibility", args=[body.code])
    window = desk("approver")
    assert "Not decided yet" in words(window.get(page))
    assert window.post(address, {"eligible": "yes", "reasons": "ok"}).status_code == 422
    assert not is_eligible(body)
    assert window.post(address, {"eligible": "yes", "reasons": REASONS}).status_code == 302
    assert is_eligible(body)
    text = words(desk("auditor").get(page))
    assert REASONS in text
    assert "May receive" in text
    assert "Decide again" not in text
    window.post(address, {"eligible": "no", "reasons": REASONS})
    assert "May not receive" in words(window.get(page))


def test_only_who_decides_may_decide(desk):
    body = association()
    address = reverse("association_eligibility", args=[body.code])
    for role in ("counter_clerk", "auditor", "warehouse_keeper"):
        assert desk(role).post(address, {"eligible": "no", "reasons": REASONS}).status_code == 403
    assert is_eligible(body)


@pytest.mark.parametrize("role", ["administrator", "counter_clerk"])
def test_a_user_is_let_act_for_an_association(desk, people: People, role: str):
    body = association()
    window = desk(role)
    address = reverse("association_member", args=[body.code])
    assert window.post(address, {"username": "nobody"}).status_code == 422
    assert window.post(address, {"username": "mehdi"}).status_code == 302
    assert "mehdi" in words(window.get(reverse("association", args=[body.code])))
    assert people.association_member.memberships.get().association == body


def test_nobody_else_adds_members(desk, people: People):
    body = association()
    add_member(body.code, people.association_member, actor=people.administrator)
    for role in ("association_member", "auditor", "approver"):
        answer = desk(role).post(reverse("association_member", args=[body.code]), {"username": "adam"})
        assert answer.status_code == 403
    assert body.memberships.count() == 1


def test_a_member_sees_their_own_association_and_no_other(desk, people: People):
    own, other = association(), association()
    asked = request(own)
    add_member(own.code, people.association_member, actor=people.administrator)
    window = desk("association_member")
    text = words(window.get(reverse("association", args=[own.code])))
    assert asked.reference in text
    assert "Who acts for it" not in text
    listed = words(window.get(reverse("associations")))
    assert own.name in listed
    assert other.name not in listed
    absent = window.get(reverse("association", args=["A-2026-09999"]))
    foreign = window.get(reverse("association", args=[other.code]))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert words(foreign).replace(other.code, "A-2026-09999") == words(absent)


@pytest.mark.parametrize("role", ["driver", "technician", "verifier"])
def test_who_has_nothing_to_do_with_associations_sees_none(desk, role: str):
    body = association()
    assert desk(role).get(reverse("associations")).status_code == 403
    assert desk(role).get(reverse("association", args=[body.code])).status_code == 403
    assert desk(role).get(reverse("association_new")).status_code == 403
