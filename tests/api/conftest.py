"""Programs for the people of the house."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.accounts.models import User
from tests.api.programs import Program
from tests.people import People


@pytest.fixture
def program(people: People) -> Callable[[User], Program]:
    """A program for any person; one token each."""
    made: dict[int, Program] = {}

    def of(user: User) -> Program:
        return made.setdefault(user.pk, Program(user))

    return of
