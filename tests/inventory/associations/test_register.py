"""The register of associations: numbers told apart, seats by NIS code, corrections, and clusters that share."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import open_round
from inventory.allocation.outcomes import frozen_pool, paper_of
from inventory.allocation.queries import fitting_stock
from inventory.allocation.sharing import freeze_pool
from inventory.associations.commands import Wish, enter_request, register_association
from inventory.associations.facts import dotted, is_doubtful, read_enterprise_number
from inventory.associations.models import Association, Contact
from inventory.associations.municipalities import MUNICIPALITIES, named, suggested
from inventory.associations.queries import to_check
from inventory.associations.register import (
    add_contact,
    correct_association,
    declare_cluster,
    leave_cluster,
    remove_contact,
)
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db

REASON = "Le même conseil d’administration, selon les statuts."


@pytest.mark.parametrize("text", ["0207.373.429", "BE0207373429", "207.373.429", "BE 0207 373 429"])
def test_an_enterprise_number_is_read_however_it_is_written(text: str) -> None:
    assert read_enterprise_number(text) == "0207373429"
    assert dotted("0207373429") == "0207.373.429"


@pytest.mark.parametrize("text", ["0314.595.348", "0403.019.261", "1000.000.021"])
def test_both_series_are_good(text: str) -> None:
    assert not is_doubtful(read_enterprise_number(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0207.373.428", "last two digits do not fit"),
        ("1000.000.035", "last two digits do not fit"),
        ("2207.373.429", "number of an establishment"),
        ("8207.373.429", "number of an establishment"),
        ("207.373.42", "8 digits"),
        ("85.07.30-033.28", "national register number"),
    ],
)
def test_each_wrong_number_has_a_refusal_of_its_own(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_enterprise_number(text)


def test_a_number_lower_than_any_in_use_passes_with_a_warning(desk, people: People) -> None:
    assert is_doubtful(read_enterprise_number("0000.000.097"))
    made = register_association(
        actor=people.counter_clerk,
        name="Numéro bas",
        legal_form="asbl_vzw",
        official_language="fr",
        enterprise_number="0000.000.097",
    )
    assert "Lower than any in use" in words(desk("counter_clerk").get(reverse("association", args=[made.code])))


def test_the_nineteen_municipalities_are_known_by_both_names() -> None:
    assert len(MUNICIPALITIES) == 19
    for row in MUNICIPALITIES.values():
        assert named(row.fr) == named(row.nl) == row
    assert named("Laken") == MUNICIPALITIES["21004"]
    assert named("Gent") is None


def test_a_postcode_only_suggests(desk, people: People) -> None:
    assert {row.nis for row in suggested("1050")} == {"21004", "21009"}
    louise = journeys.association(postcode="1050", street="Avenue Louise 500")
    assert louise.nis_code == ""
    page = reverse("association", args=[louise.code])
    assert "The postcode suggests: Bruxelles, Ixelles" in words(desk("counter_clerk").get(page))
    correct_association(
        louise.code,
        actor=people.counter_clerk,
        name=louise.name,
        legal_form="de_facto",
        official_language="fr",
        nis_code="21004",
    )
    louise.refresh_from_db()
    assert (louise.nis_code, louise.municipality, louise.postcode) == ("21004", "Bruxelles", "1050")
    assert journeys.association(municipality="Sint-Gillis", postcode="1000").nis_code == "21013"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"nis_code": "99999"}, "nis_code"),
        ({"epn_label": "gold"}, "epn_label"),
        ({"preferred_channel": "fax"}, "preferred_channel"),
        ({"ui_language": "de"}, "ui_language"),
        ({"publics": {"seniors": -1}}, "publics"),
        ({"publics": {"Mme Dupont": 1}}, "publics"),
        ({"street": "85073003328"}, "street"),
    ],
)
def test_a_fact_outside_its_table_is_refused(facts: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        journeys.association(**facts)
    assert refusal.value.facts["field"] == field


def test_a_correction_is_entered_without_name_or_address(people: People) -> None:
    body = journeys.association()
    given = {"name": "Le Nouveau Nom", "legal_form": "de_facto", "official_language": "nl"}
    correct_association(body.code, actor=people.counter_clerk, street="Rue Neuve fictive 9", large_print=True, **given)
    body.refresh_from_db()
    assert (body.name, body.official_language, body.large_print) == ("Le Nouveau Nom", "nl", True)
    entry = Entry.objects.get(event="association.correct", body__contains=body.code)
    assert "Nouveau" not in entry.body
    assert "Neuve" not in entry.body
    correct_association(body.code, actor=people.counter_clerk, **given)
    assert Entry.objects.filter(event="association.correct").count() == 1
    with pytest.raises(NotAllowed):
        correct_association(body.code, actor=people.association_member, **given)


def test_a_number_of_another_association_is_refused_in_a_correction_too(people: People) -> None:
    given = {"legal_form": "asbl_vzw", "official_language": "fr"}
    clerk = people.counter_clerk
    first = register_association(actor=clerk, name="A", enterprise_number="0207373429", **given)
    second = register_association(actor=clerk, name="B", enterprise_number="0403019261", **given)
    with pytest.raises(Conflict, match=first.code):
        correct_association(second.code, actor=clerk, name="B", enterprise_number="0207373429", **given)
    correct_association(first.code, actor=clerk, name="A2", enterprise_number="0207373429", **given)


def test_a_contact_person_is_noted_and_forgotten(people: People) -> None:
    body, clerk = journeys.association(), people.counter_clerk
    noted = add_contact(body.code, actor=clerk, name="Nadia Exemple", mobile="0470 00 00 00")
    assert (noted.number, noted.email) == (1, "")
    assert "Nadia" not in Entry.objects.get(event="association.add_contact").body
    remove_contact(body.code, 1, actor=clerk)
    assert not Contact.objects.exists()
    with pytest.raises(NotFound):
        remove_contact(body.code, 1, actor=clerk)


def test_a_cluster_is_declared_with_a_reason_joined_and_left(people: People) -> None:
    clerk = people.counter_clerk
    one, two, three, four = (journeys.association() for _ in range(4))
    for codes, kind, reason in (([one.code], "persons", REASON), ([one.code, two.code], "friends", REASON)):
        with pytest.raises(BadInput):
            declare_cluster(codes, actor=clerk, kind=kind, reason=reason)
    with pytest.raises(BadInput, match="sentence"):
        declare_cluster([one.code, two.code], actor=clerk, kind="persons", reason="so")
    made = declare_cluster([one.code, two.code], actor=clerk, kind="persons", reason=REASON)
    assert declare_cluster([two.code, three.code], actor=clerk, kind="address", reason=REASON) == made
    other = declare_cluster([four.code, journeys.association().code], actor=clerk, kind="umbrella", reason=REASON)
    with pytest.raises(Conflict, match="different clusters"):
        declare_cluster([one.code, four.code], actor=clerk, kind="persons", reason=REASON)
    leave_cluster(four.code, actor=clerk, reason="Elles ont été séparées par les statuts.")
    assert not other.members.exists()
    leave_cluster(one.code, actor=clerk, reason="Elles ont été séparées par les statuts.")
    assert {body.code for body in made.members.all()} == {two.code, three.code}
    with pytest.raises(Conflict, match="in no cluster"):
        leave_cluster(one.code, actor=clerk, reason="Elles ont été séparées par les statuts.")


def test_a_cluster_asks_in_a_round_as_one_with_the_history_of_all(people: People) -> None:
    given = journeys.make(Status.HANDED_OVER)
    silent = given.reservations.get().line.request.association
    one, alone = journeys.association(), journeys.association()
    journeys.make(Status.READY)
    first, second, third = journeys.request(one), journeys.request(silent), journeys.request(alone)
    cluster = declare_cluster([one.code, silent.code], actor=people.counter_clerk, kind="persons", reason=REASON)
    number = open_round(
        "2026-K",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    ).number
    freeze_pool(number, "computers", actor=people.programme_officer)
    made = json.loads(paper_of(frozen_pool(number, "computers", people.programme_officer), "inputs")[0])
    asking = {line["id"].split("/")[0]: line["association"] for line in made["lines"]}
    assert asking[first.reference] == asking[second.reference] == cluster.code
    assert asking[third.reference] == alone.code
    assert {body["id"]: body["history"] for body in made["associations"]} == {cluster.code: 1, alone.code: 0}
    assert {body["points"] for body in made["associations"]} == {6}


def test_a_round_takes_the_kinds_that_would_do_instead_and_leaves_out_what_is_too_late(people: People) -> None:
    make_ready, body = journeys.make(Status.READY, "laptop"), journeys.association()
    today = timezone.localdate()
    facts = {"actor": people.counter_clerk, "association": body.code, "purpose": "Un cours.", "channel": "counter"}
    stamp = timezone.now() - dt.timedelta(days=3)
    either = [Wish("desktop", 1, substitutes=["laptop"])]
    good = enter_request(wishes=either, received_at=stamp, latest_on=today + dt.timedelta(days=9), **facts)
    enter_request(wishes=either, received_at=stamp, latest_on=today - dt.timedelta(days=1), **facts)
    number = open_round(
        "2026-S",
        actor=people.programme_officer,
        opens_on=today - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    ).number
    freeze_pool(number, "computers", actor=people.programme_officer)
    made = json.loads(paper_of(frozen_pool(number, "computers", people.programme_officer), "inputs")[0])
    (line,) = made["lines"]
    assert line["id"] == f"{good.reference}/1"
    assert [name.split("-")[0] for name in line["accepts"]] == ["laptop"]
    assert list(fitting_stock(good.lines.get(), people.programme_officer)) == [make_ready]


def test_an_eligibility_that_ends_soon_stands_in_the_list_to_be_rechecked(desk, people: People) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=340)):
        ending = journeys.association(name="Bientôt échue")
    fresh = journeys.association(name="Fraîche")
    undecided = register_association(
        actor=people.counter_clerk, name="Nouvelle", legal_form="de_facto", official_language="fr"
    )
    assert {body.code for body in to_check(people.programme_officer)} == {ending.code, undecided.code}
    text = words(desk("programme_officer").get(reverse("associations"), {"due": "1"}))
    assert "Bientôt échue" in text
    assert fresh.name not in text


def test_the_pages_of_the_register_do_what_the_commands_do(desk) -> None:
    body, other = journeys.association(), journeys.association()
    window = desk("counter_clerk")
    form = {"name": "Au Clavier", "legal_form": "de_facto", "official_language": "nl", "public_seniors": "40"}
    answer = window.post(reverse("association_correct", args=[body.code]), {**form, "epn_label": "requested"})
    assert answer["Location"] == reverse("association", args=[body.code])
    window.post(reverse("association_contact", args=[body.code]), {"name": "Nadia Exemple"})
    cluster = {"other": other.code, "kind": "umbrella", "reason": REASON}
    assert window.post(reverse("association_cluster", args=[body.code]), cluster).status_code == 302
    text = words(window.get(answer["Location"]))
    for seen in ("Au Clavier", "Label asked for", "Older people: 40", "Nadia Exemple", other.name, REASON):
        assert seen in text
    assert window.post(reverse("association_forget_contact", args=[body.code, 1])).status_code == 302
    assert window.post(reverse("association_leave_cluster", args=[body.code]), {"reason": REASON}).status_code == 302
    assert Association.objects.filter(cluster__isnull=False).count() == 0
