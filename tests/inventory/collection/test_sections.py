"""All that brings devices in stands in one section of the navigation, which says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/pickups/", "/planning/", "/containers/", "/custody/exceptions/", "/collections/"]
)
def test_whoever_looks_after_collections_sees_that_they_stand_there(
    desk: Callable[[str], Client], address: str
) -> None:
    html = desk("warehouse_keeper").get(address).content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', html) == ["/collections/"]
