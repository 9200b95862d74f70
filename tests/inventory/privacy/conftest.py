"""Who elimination lists need: an archivist with a file of rules, and a second data protection officer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend.accounts.models import User
from tests.inventory.privacy.archives import rules_with_reference
from tests.people import People, person


@pytest.fixture
def archivist(settings: Any, tmp_path: Path) -> Path:
    """The archivist has written the reference of the sorting table in the file of rules."""
    own = rules_with_reference(tmp_path)
    settings.RELAIS_RETENTION = str(own)
    return own


@pytest.fixture
def deputy(people: People) -> User:
    """A second data protection officer."""
    return person("data_protection_officer", "deputy")
