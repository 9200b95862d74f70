"""A browser's client for each role, as the pages see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.people import People, person


@pytest.fixture
def desk(people: People) -> Callable[[str], Client]:
    """`desk("technician")`: a client signed in as that role."""

    def signed_in(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(person(role), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
