"""What every test may ask for: the people of the house, and a database that keeps its rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from tests.people import People, everybody, person

# No test fails for being slow: what an example takes says more about the machine than about us.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = [
        item
        for item in items
        if (item.get_closest_marker("long") and not config.getoption("--long"))
        or (item.get_closest_marker("postgres") and os.environ.get("RELAIS_TEST_DATABASE") != "postgresql")
    ]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in unwanted]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.spreading import OneServesTheBrowsers

    return OneServesTheBrowsers(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not os.path.exists(CHROMIUM):
        pytest.skip("a browser is missing: apt install chromium")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("RELAIS_FORBID_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and skips are forbidden here: {report.longrepr}"


CHROMIUM = os.environ.get("RELAIS_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture
def people(db: None) -> People:
    """One person per role."""
    return everybody()


@pytest.fixture
def desk(people: People) -> Callable[[str], Client]:
    """`desk("technician")`: a client signed in as that role."""

    def signed_in(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(person(role), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.RELAIS_FILES = str(tmp_path / "files")
    settings.RELAIS_SPOOL = str(tmp_path / "spool")
    settings.RELAIS_CHECKPOINTS = str(tmp_path / "checkpoints")


@pytest.fixture(autouse=True)
def _books_of_its_own() -> None:
    """What a process remembers of the books for a day would be the books of another test."""
    from inventory.reports.parity import parity
    from inventory.reports.upstream import upstream

    parity.cache_clear()
    upstream.cache_clear()


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Iterator[None]:
    from django.utils import translation

    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def _empty_the_tables(self: TransactionTestCase) -> None:
    # Emptying a table is just what the rules forbid: they are lifted for it and laid again at once.
    from inventory.ledger.rules import install, uninstall
    from inventory.rules import RULES

    uninstall(connection, RULES)
    try:
        _django_teardown(self)
    finally:
        install(connection, RULES)


_django_teardown = TransactionTestCase._fixture_teardown
TransactionTestCase._fixture_teardown = _empty_the_tables  # type: ignore[method-assign]
