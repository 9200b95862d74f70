"""Certificates by the thousand: looked up, filtered, and printed together in volumes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
from django.utils import timezone

from inventory.documents import spool
from inventory.errors import BadInput, NotAllowed
from inventory.jobs.attempts import work_off
from inventory.jobs.kinds import Lane
from inventory.jobs.models import Job, JobState
from inventory.lifecycle import Status
from inventory.wiping import printing
from inventory.wiping.models import Certificate
from inventory.wiping.queries import CertificateFilter, certificates
from tests.journeys import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers(people):
    for _each in range(3):
        make(Status.SANITISED)
    return sorted(Certificate.objects.values_list("number", flat=True))


def asked(people, numbers, **wanted):
    return printing.print_certificates(
        numbers, actor=people.auditor, **{"language": "nl", "audience": "beneficiary", **wanted}
    )


def volumes(job: Job) -> dict[str, bytes]:
    with spool.laid(job.code) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_certificate_is_on_a_page_in_volumes_in_order(people, numbers, monkeypatch):
    monkeypatch.setattr(printing, "VOLUME", 2)
    job = asked(people, numbers)
    work_off({"certificates": printing.set_volumes}, list(Lane))
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 3)
    made = volumes(job)
    assert list(made) == [
        f"{numbers[0]}_{numbers[1]}-nl-beneficiary.pdf",
        f"{numbers[2]}_{numbers[2]}-nl-beneficiary.pdf",
    ]
    pages = [len(pikepdf.open(io.BytesIO(data)).pages) for data in made.values()]
    assert pages == [2, 1]


def test_begun_anew_it_makes_the_same_bytes(people, numbers):
    first, second = asked(people, numbers), asked(people, numbers)
    work_off({"certificates": printing.set_volumes}, list(Lane))
    assert volumes(first) == volumes(second)


@pytest.mark.parametrize(
    "wrong", [{"numbers": []}, {"language": "en"}, {"audience": "press"}, {"numbers": ["W-1"] * 10_001}]
)
def test_what_cannot_be_printed_is_refused(people, numbers, wrong):
    with pytest.raises(BadInput):
        asked(people, wrong.pop("numbers", numbers), **wrong)
    with pytest.raises(NotAllowed):
        printing.print_certificates(numbers, actor=people.counter_clerk, language="fr", audience="city")


def test_certificates_are_found_by_what_people_know_of_them(people, numbers):
    one = Certificate.objects.get(number=numbers[1])

    def found(**wanted):
        return [each.number for each in certificates(people.auditor, CertificateFilter(**wanted))]

    assert found() == numbers[::-1]
    assert found(words=one.number.lower()) == [one.number]
    assert found(words=one.medium.serial) == [one.number]
    code = one.medium.code
    assert found(words=f"{code[:4]}-{code[4:8]}-{code[8:]}") == [one.number]
    assert found(words=one.facts["device"]) == [one.number]
    today = timezone.localdate()
    assert found(since=today, until=today) == numbers[::-1]
    assert found(until=today - dt.timedelta(days=1)) == []
    assert found(category="destroy") == []
    assert found(in_force=True) == numbers[::-1]


def test_the_page_prints_a_few_at_once_and_hands_many_to_the_worker(desk, people, numbers, monkeypatch):
    client = desk("auditor")
    html = client.get("/certificates/").content.decode()
    assert all(number in html for number in numbers)
    wanted = {"language": "fr", "audience": "city"}
    paper = client.post(f"/certificates/print/?q={numbers[0]}", wanted)
    assert paper["Content-Type"] == "application/pdf"
    assert len(pikepdf.open(io.BytesIO(paper.content)).pages) == 1
    monkeypatch.setattr("inventory.pages.certificates.AT_ONCE", 2)
    page = client.post("/certificates/print/", wanted)["Location"]
    assert "data-job" in client.get(page).content.decode()
    assert client.get(f"{page}file/").status_code == 404
    work_off({"certificates": printing.set_volumes}, list(Lane))
    assert f'href="{page}file/"' in client.get(page).content.decode()
    packed = b"".join(client.get(f"{page}file/").streaming_content)
    assert len(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == 1
    assert desk("verifier").get(f"{page}file/").status_code == 404, "it is somebody else's"
    spool.clear(page.strip("/").split("/")[1])
    assert "no longer kept" in client.get(page).content.decode()


def test_nothing_found_says_what_to_do(desk, people):
    assert "No certificate yet" in desk("auditor").get("/certificates/").content.decode()
    make(Status.SANITISED)
    assert "No certificate fits" in desk("auditor").get("/certificates/?q=nothing").content.decode()
    assert desk("counter_clerk").get("/certificates/").status_code == 403
