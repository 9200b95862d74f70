"""The city vouches for every medium, by number; the paper says what was done, and to strangers not by whom."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from inventory.devices.models import Medium
from inventory.errors import BadInput, Conflict, NotAllowed
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.wiping.certificates import certificates_pdf, supersede
from inventory.wiping.commands import destroy, record_manual_sanitisation
from inventory.wiping.models import Certificate
from inventory.wiping.queries import public_facts
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db


def _text(pdf: bytes, folder: Path) -> str:
    (folder / "paper.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", str(folder / "paper.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout


def test_validating_issues_the_certificate_and_the_ledger_knows(people: People) -> None:
    medium = journeys.make(Status.SANITISED).media.get()
    certificate = medium.certificates.get()
    assert certificate.number == f"W-{timezone.localdate().year}-00001"
    assert certificate.facts["category"] == "purge"
    assert certificate.facts["serial"] == medium.serial
    assert Entry.objects.filter(event="certificate.issue", subject_key=certificate.number).exists()
    assert verify_ledger().fault is None


def test_numbers_have_no_gaps_although_a_validation_failed(people: People) -> None:
    journeys.make(Status.SANITISED)
    with transaction.atomic():
        journeys.make(Status.SANITISED)
        transaction.set_rollback(True)
    journeys.make(Status.SANITISED)
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert [int(number[-5:]) for number in numbers] == [1, 2]


def test_a_destruction_has_its_certificate_too(people: People) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    destroy(
        medium.code,
        actor=people.technician,
        witness=people.verifier,
        method="disintegrate",
        data=journeys.PICTURE,
        name="photo.png",
    )
    assert medium.certificates.get().facts["category"] == "destroy"


def test_a_certificate_is_superseded_never_edited(people: People) -> None:
    first = journeys.make(Status.SANITISED).media.get().certificates.get()
    with pytest.raises(NotAllowed):
        supersede(first.number, actor=people.technician)
    second = supersede(first.number, actor=people.verifier)
    assert second.supersedes == first
    with pytest.raises(Conflict):
        supersede(first.number, actor=people.verifier)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=first.pk).update(number="W-2020-00001")
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=first.pk)._raw_delete("default")


def test_no_certificate_without_its_proof(people: People) -> None:
    medium: Medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    proven = journeys.make(Status.SANITISED).media.get().certificates.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            number="W-2026-99999",
            medium=medium,
            sanitisation=proven.sanitisation,
            facts={},
            issued_at=timezone.now(),
            issued_by=people.verifier,
        )


@pytest.mark.parametrize(("language", "word"), [("fr", "Certificat d’effacement"), ("nl", "Wiscertificaat")])
def test_the_paper_is_tagged_and_names_people_only_to_the_city(
    language: str, word: str, people: People, tmp_path: Path
) -> None:
    people.technician.first_name, people.technician.last_name = "Tine", "Vandenbosch"
    people.technician.save()
    certificate = journeys.make(Status.SANITISED).media.get().certificates.get()
    city, other = (certificates_pdf([certificate], language, copy) for copy in ("city", "beneficiary"))
    with pikepdf.open(io.BytesIO(city)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith(language)
    shown = _text(city, tmp_path)
    assert word in shown
    assert certificate.number in shown
    assert certificate.facts["serial"] in shown
    assert "Tine Vandenbosch" in shown
    hidden = _text(other, tmp_path)
    assert "Vandenbosch" not in hidden
    assert people.technician.key in hidden
    assert certificates_pdf([certificate], language, "city") == city


@pytest.mark.parametrize(("language", "says"), [("fr", "est retiré"), ("nl", "is ingetrokken")])
def test_the_paper_of_a_withdrawn_certificate_says_so(language: str, says: str, people: People, tmp_path: Path) -> None:
    medium = journeys.make(Status.SANITISED).media.get()
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="ata_secure_erase",
        tool="hdparm",
        data=b"it failed later",
        name="log.txt",
        succeeded=False,
    )
    certificate = Certificate.objects.get(medium=medium)
    text = " ".join(_text(certificates_pdf([certificate], language, "beneficiary"), tmp_path).split())
    assert says in text


def test_many_certificates_make_one_paper(people: People) -> None:
    for _place in range(3):
        journeys.make(Status.SANITISED)
    with pikepdf.open(io.BytesIO(certificates_pdf(list(Certificate.objects.all()), "fr", "beneficiary"))) as pdf:
        assert len(pdf.pages) == 3
    with pytest.raises(BadInput):
        certificates_pdf([], "fr", "city")


def test_a_stranger_learns_number_day_and_result_and_nothing_else(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    certificate = device.media.get().certificates.get()
    assert public_facts(device.tag).certificates == (certificate.number,)
    page = Client().get(f"/C/{certificate.number.lower()}").content.decode()
    assert certificate.number in page
    for secret in (device.tag, certificate.facts["serial"], certificate.facts["model"] or "?", people.technician.key):
        assert secret == "?" or secret not in page
    unknown = Client().get("/c/W-2026-99999/")
    assert unknown.status_code == 200
    assert "genuine" not in unknown.content.decode()


def test_colleagues_find_the_papers_on_the_device_and_the_medium(people: People) -> None:
    device = journeys.make(Status.READY)
    client = Client()
    client.force_login(people.technician, backend="django.contrib.auth.backends.ModelBackend")
    number = device.media.get().certificates.get().number
    assert number in client.get(f"/devices/{device.tag}/").content.decode()
    assert number in client.get(f"/media/{device.media.get().code}/").content.decode()
    for address in (f"/certificates/{number}/fr/city.pdf", f"/devices/{device.tag}/certificates/nl/beneficiary.pdf"):
        assert client.get(address).content.startswith(b"%PDF")
    client.force_login(people.association_member, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/certificates/{number}/fr/city.pdf").status_code == 403


def test_what_came_back_has_no_certificate_in_force(people: People) -> None:
    from inventory.handover.commands import take_back

    device = journeys.make(Status.HANDED_OVER)
    take_back(device.tag, actor=people.warehouse_keeper, reason="defective", location=journeys.location().code)
    assert public_facts(device.tag).certificates == ()
