"""Hand-overs by their pages: drawn up, signed on screen or on paper, cancelled; a member reads their own."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inventory.allocation.commands import reserve
from inventory.associations.commands import add_member
from inventory.associations.models import Association
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.documents.commands import read_file
from inventory.handover.commands import cancel_agreement, prepare_agreement
from inventory.handover.models import Agreement
from inventory.handover.queries import waiting
from inventory.lifecycle import Status
from tests.inventory.pages.seen import words
from tests.journeys import PICTURE, association, award, make, request
from tests.people import People

pytestmark = pytest.mark.django_db

DRAWN = "data:image/png;base64," + base64.b64encode(PICTURE).decode()


def reserved(people: People, body: Association, count: int = 2) -> list[Device]:
    devices = [make(Status.READY) for _place in range(count)]
    asked = request(body, quantity=count)
    award(asked)
    tags = [one.tag for one in devices]
    return reserve(tags, actor=people.programme_officer, reference=asked.reference, position=1)


@pytest.fixture
def body(people: People) -> Association:
    return association(name="Le Relais du Canal")


@pytest.fixture
def devices(people: People, body: Association) -> list[Device]:
    return reserved(people, body)


@pytest.fixture
def agreement(people: People, body: Association, devices: list[Device]) -> Agreement:
    return prepare_agreement(body.code, [one.tag for one in devices], actor=people.warehouse_keeper)


def statuses(devices: list[Device]) -> list[str]:
    return [Device.objects.get(pk=one.pk).status for one in devices]


def test_what_waits_is_listed_by_association_and_drawn_up(desk, body: Association, devices: list[Device]):
    window = desk("warehouse_keeper")
    assert "Le Relais du Canal 2" in words(window.get(reverse("handovers")))
    address = reverse("agreement_new", args=[body.code])
    assert grouped(devices[0].tag) in words(window.get(address))
    answer = window.post(address, {"tag": [devices[0].tag], "language": "nl", "end_users": "loan"})
    made = Agreement.objects.get()
    assert (made.language, made.end_users, made.items.count()) == ("nl", "loan", 1)
    text = words(window.get(answer["Location"]))
    assert grouped(devices[0].tag) in text
    assert "Sign on this screen" in text
    assert "Le Relais du Canal 1" in words(window.get(reverse("handovers")))
    assert window.post(address, {"language": "nl"}).status_code == 422


def test_the_pdf_is_the_very_text_that_was_prepared(desk, agreement: Agreement):
    answer = desk("warehouse_keeper").get(reverse("agreement_paper", args=[agreement.number]))
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content == read_file(agreement.paper)


def test_an_association_without_accounts_is_told_to_sign_on_screen_or_paper(desk, agreement: Agreement):
    answer = desk("warehouse_keeper").get(reverse("agreement_sign", args=[agreement.number, "pin"]))
    assert "Nobody of this association has an account" in words(answer)
    assert "<select" not in answer.content.decode().partition("<main")[2]
    assert reverse("agreement_sign", args=[agreement.number, "paper"]) in answer.content.decode()


def test_a_signature_drawn_on_the_screen_hands_the_devices_over(desk, agreement: Agreement, devices: list[Device]):
    window = desk("warehouse_keeper")
    address = reverse("agreement_sign", args=[agreement.number, "screen"])
    assert "Signature for the association" in words(window.get(address))
    answer = window.post(address, {"association_function": "présidence", "drawn": DRAWN})
    assert answer.status_code == 302
    agreement.refresh_from_db()
    assert agreement.signed_how == "screen"
    assert statuses(devices) == [Status.HANDED_OVER] * 2
    assert "présidence" in words(window.get(answer["Location"]))
    proof = window.get(reverse("agreement_signed", args=[agreement.number]))
    assert proof.content == PICTURE


def test_without_javascript_a_photo_of_the_signature_is_as_good(desk, agreement: Agreement, devices: list[Device]):
    address = reverse("agreement_sign", args=[agreement.number, "screen"])
    given = {"association_function": "trésorière", "scan": SimpleUploadedFile("photo.png", PICTURE)}
    assert desk("warehouse_keeper").post(address, given).status_code == 302
    assert statuses(devices) == [Status.HANDED_OVER] * 2


def test_signed_on_paper_with_one_device_left_out(desk, agreement: Agreement, devices: list[Device]):
    address = reverse("agreement_sign", args=[agreement.number, "paper"])
    given = {
        "association_function": "présidence",
        "scan": SimpleUploadedFile("scan.pdf", b"%PDF-1.7 signed"),
        "left_out": [devices[1].tag],
        "occurred_at": "2026-03-02T10:00",
    }
    window = desk("warehouse_keeper")
    answer = window.post(address, given)
    assert answer.status_code == 302
    assert statuses(devices) == [Status.HANDED_OVER, Status.RESERVED]
    text = words(window.get(answer["Location"]))
    assert "1 device is handed over" in text
    assert "Left out" in text


@pytest.mark.parametrize(
    ("how", "wrong", "said"),
    [
        ("screen", {"association_function": "présidence"}, "The signature is missing"),
        ("screen", {"association_function": "présidence", "drawn": "data:image/png;base64,xxxx"}, "Draw it again"),
        ("screen", {"association_function": "présidence", "drawn": "data:image/png;base64,é"}, "Draw it again"),
        ("screen", {"association_function": " ", "drawn": DRAWN}, "required"),
        ("paper", {"association_function": "présidence"}, "say that it comes later"),
        (
            "screen",
            {"association_function": "x", "drawn": DRAWN, "occurred_at": "2999-01-01T10:00"},
            "still to come",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_leaves(desk, agreement, devices, how: str, wrong, said: str):
    answer = desk("warehouse_keeper").post(reverse("agreement_sign", args=[agreement.number, how]), wrong)
    assert answer.status_code == 422
    assert said in words(answer)
    assert statuses(devices) == [Status.RESERVED] * 2


def test_everything_left_out_is_no_hand_over(desk, agreement: Agreement, devices: list[Device]):
    given = {"association_function": "x", "drawn": DRAWN, "left_out": [one.tag for one in devices]}
    answer = desk("warehouse_keeper").post(reverse("agreement_sign", args=[agreement.number, "screen"]), given)
    assert answer.status_code == 422
    assert "cancel the agreement instead" in words(answer)


def test_an_agreement_is_cancelled_with_a_reason_and_its_devices_wait_again(
    desk, people: People, body: Association, agreement: Agreement, devices: list[Device]
):
    window = desk("warehouse_keeper")
    assert not waiting(people.warehouse_keeper).exists()
    address = reverse("agreement_cancel", args=[agreement.number])
    assert window.post(address, {"reason": ""}).status_code == 422
    assert window.post(address, {"reason": "not_collected"}).status_code == 302
    assert "Cancelled" in words(window.get(reverse("agreement", args=[agreement.number])))
    assert waiting(people.warehouse_keeper).count() == 2
    again = prepare_agreement(body.code, [devices[0].tag], actor=people.warehouse_keeper)
    assert waiting(people.warehouse_keeper).count() == 1
    cancel_agreement(again.number, actor=people.warehouse_keeper, reason="mistake")
    assert waiting(people.warehouse_keeper).count() == 2


def test_a_signed_agreement_is_neither_signed_nor_cancelled_again(desk, agreement: Agreement):
    window = desk("warehouse_keeper")
    address = reverse("agreement_sign", args=[agreement.number, "screen"])
    given = {"association_function": "présidence", "drawn": DRAWN}
    window.post(address, given)
    assert window.post(address, given).status_code == 409
    assert window.post(reverse("agreement_cancel", args=[agreement.number]), {"reason": "other"}).status_code == 409
    text = words(window.get(reverse("agreement", args=[agreement.number])))
    assert "Sign on this screen" not in text
    assert "Cancel this agreement" not in text


def test_a_member_reads_their_own_agreements_and_no_other(desk, people: People, body: Association, agreement):
    add_member(body.code, people.association_member, actor=people.administrator)
    other = association()
    foreign = prepare_agreement(
        other.code, [one.tag for one in reserved(people, other, 1)], actor=people.warehouse_keeper
    )
    window = desk("association_member")
    text = words(window.get(reverse("handovers")))
    assert agreement.number in text
    assert foreign.number not in text
    assert "Waiting for an agreement" not in text
    assert window.get(reverse("agreement_paper", args=[agreement.number])).status_code == 200
    assert "Sign on this screen" not in words(window.get(reverse("agreement", args=[agreement.number])))
    for name in ("agreement", "agreement_paper", "agreement_signed", "agreement_scanned"):
        assert window.get(reverse(name, args=[foreign.number])).status_code == 404
    for number in (agreement.number, foreign.number):
        signing = reverse("agreement_sign", args=[number, "screen"])
        assert window.post(signing, {"association_function": "x", "drawn": DRAWN}).status_code == 403
    assert window.post(reverse("agreement_cancel", args=[agreement.number]), {"reason": "other"}).status_code == 403
    assert window.get(reverse("agreement_new", args=[body.code])).status_code == 403


def test_the_code_on_the_paper_leads_to_the_agreement(desk, agreement: Agreement):
    answer = desk("warehouse_keeper").get(f"/G/{agreement.number}")
    assert answer["Location"] == reverse("agreement", args=[agreement.number])


@pytest.mark.parametrize("role", ["driver", "technician", "verifier", "administrator"])
def test_who_has_nothing_to_do_with_agreements_sees_none(desk, agreement: Agreement, role: str):
    window = desk(role)
    for address in (
        reverse("handovers"),
        reverse("agreement", args=[agreement.number]),
        reverse("agreement_paper", args=[agreement.number]),
        reverse("agreement_sign", args=[agreement.number, "screen"]),
    ):
        assert window.get(address).status_code == 403


def test_nobody_who_is_not_signed_in_comes_further_than_the_door(client, agreement: Agreement):
    for address in (
        reverse("handovers"),
        reverse("agreement_paper", args=[agreement.number]),
        reverse("requests"),
        reverse("associations"),
        reverse("collections"),
        reverse("audit"),
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_the_value_is_shown_before_the_agreement_and_an_expert_may_say_another(desk, body: Association, devices):
    window = desk("warehouse_keeper")
    address = reverse("agreement_new", args=[body.code])
    assert "€85.00 Market table" in words(window.get(address))
    value = reverse("agreement_value", args=[body.code])
    given = {"tag": [devices[0].tag], "cents": "1300,00", "method": "expert", "dated": "2026-03-02"}
    assert window.post(value, {**given, "cents": "1300"}).status_code == 422
    answer = window.post(value, {**given, "cents": "1300", "source": "Rapport 4"})
    assert answer["Location"] == address
    text = words(window.get(address))
    assert "€1,385.00" in text
    assert "applies in part" in text


def test_the_words_of_an_agreement_can_be_fetched(desk, agreement: Agreement):
    answer = desk("warehouse_keeper").get(reverse("agreement_words", args=[agreement.number]))
    assert agreement.template is not None
    assert answer.content == read_file(agreement.template)
