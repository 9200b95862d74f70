"""A program that speaks to the API for one person, and a city that has one of everything to speak about."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from backend.accounts.commands import issue_token
from backend.accounts.models import User
from inventory.allocation.commands import open_round, reserve
from inventory.associations.commands import add_member
from inventory.collection.planning import plan_collection
from inventory.devices.commands import reserve_tags
from inventory.devices.models import Device
from inventory.handover.commands import prepare_agreement
from inventory.lifecycle import Status
from tests import journeys
from tests.people import everybody, person


class Program:
    """Requests with a person's token; JSON in, and whatever comes out."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.token = issue_token(user, "test", actor=user)
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api{path}", query, headers=self._headers({}))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any) -> Any:
        return self.send("PATCH", path, body)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A request whose body is any JSON; `body` may also be raw bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, f"/api{path}", data, content_type="application/json", headers=self._headers(headers)
        )

    def upload(self, path: str, data: bytes, name: str = "file.bin", field: str = "file", **fields: Any) -> Any:
        """A multipart form with one file."""
        form = {field: SimpleUploadedFile(name, data), **fields}
        return self.client.post(f"/api{path}", form, headers=self._headers({}))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


def done(answer: HttpResponse, status: int = 200) -> Any:
    """The answer's JSON, after making sure that it is the answer we wanted."""
    assert answer.status_code == status, answer.content[:600]
    return json.loads(answer.content)


def refused(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document, after making sure that it is one."""
    assert answer.status_code == status, answer.content[:600]
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.content)
    assert problem["title"] == code
    assert set(problem) == {"type", "title", "status", "detail", "instance", "facts"}
    assert problem["status"] == status
    assert problem["type"] == f"/api/problems/{code}"
    assert problem["detail"].strip()
    assert "%(" not in problem["detail"]
    return problem


@dataclass
class City:
    """One of everything, by the words that stand in the API's addresses."""

    tags: dict[Status, str]
    medium: str
    association: str
    request: str
    decided: str
    agreement: str
    manifest: str
    free_tag: str
    round: str
    run: str = ""


def city() -> City:
    """A device in every status that lies on the main road, and one open paper of each kind."""
    people = everybody()
    statuses = [status for status in Status if status is not Status.IN_TRANSIT]
    tags = {status: journeys.make(status).tag for status in statuses}
    waiting = Device.objects.get(tag=tags[Status.AWAITING_SANITISATION])
    body = journeys.association()
    add_member(body.code, people.association_member, actor=people.administrator)
    asked, decided = journeys.request(body), journeys.request(body)
    journeys.award(decided)
    kept = journeys.make(Status.READY)
    reserve([kept.tag], actor=people.programme_officer, reference=decided.reference, position=1)
    agreement = prepare_agreement(body.code, [kept.tag], actor=people.warehouse_keeper)
    manifest = plan_collection(
        actor=people.warehouse_keeper,
        department="Urbanisme",
        place="Quai B",
        planned_on=timezone.localdate(),
        destination=journeys.location().code,
        tags=[journeys.declared().tag],
    )
    opened = open_round(
        "2026-A",
        actor=people.programme_officer,
        opens_on=timezone.localdate(),
        closes_at=timezone.now() + dt.timedelta(days=30),
        grace_days=0,
    )
    return City(
        tags=tags,
        medium=waiting.media.get().code,
        association=body.code,
        request=asked.reference,
        decided=decided.reference,
        agreement=agreement.number,
        manifest=manifest.number,
        free_tag=reserve_tags(1, actor=people.technician)[0],
        round=opened.number,
    )


def jack_of_all_trades() -> User:
    """Somebody with every role: nothing is refused to them for want of a permission word."""
    from django.contrib.auth.models import Group

    user = person("technician", name="jack")
    user.groups.set(Group.objects.all())
    return user
