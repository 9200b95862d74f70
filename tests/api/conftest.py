"""Programs for the people of the house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.accounts.models import User
from tests.api.programs import Program
from tests.inventory.privacy.archives import rules_with_reference
from tests.people import People


@pytest.fixture(autouse=True)
def _archivist(settings: Any, tmp_path: Path) -> None:
    # The archivist has written the reference of the sorting table: else no list can be drawn up.
    settings.RELAIS_RETENTION = str(rules_with_reference(tmp_path))


@pytest.fixture
def program(people: People) -> Callable[[User], Program]:
    """A program for any person; one token each."""
    made: dict[int, Program] = {}

    def of(user: User) -> Program:
        return made.setdefault(user.pk, Program(user))

    return of
