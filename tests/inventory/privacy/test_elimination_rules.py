"""The database refuses it too: no archive goes without a list, its number, and its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inventory.associations.filings import lodge
from inventory.errors import Conflict, RuleBroken
from inventory.privacy.eliminations import carry_out, draw_up, hold_record
from inventory.privacy.retention import PLACEHOLDER, SHIPPED
from inventory.reports.verification import verify_ledger
from tests.inventory.privacy.archives import REFERENCE, authorised, old, there
from tests.people import People, everybody, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archivist")]

LISTED = "UPDATE inventory_eliminationlist SET {} WHERE number = '{}'"
SQL = [
    LISTED.format("carried_out_at = drawn_up_at, carried_out_by_id = drawn_up_by_id + 1", "{number}"),
    LISTED.format("size = 7", "{number}"),
    LISTED.format("rule_sha256 = 'x'", "{number}"),
    "DELETE FROM inventory_eliminationlist",
    "DELETE FROM inventory_eliminationline",
    "UPDATE inventory_eliminationline SET kept = NOT kept",
    "UPDATE inventory_eliminationline SET bound = NOT bound",
    "UPDATE inventory_eliminationline SET outcome = 'destroyed', kept = NOT kept WHERE kept",
    "UPDATE inventory_request SET purpose = ''",
    "UPDATE inventory_decision SET reasons = '[…]'",
    "UPDATE inventory_filing SET paper_id = NULL",
    "DELETE FROM inventory_requestline",
    "DELETE FROM inventory_filing",
    "DELETE FROM inventory_letter",
    "DELETE FROM inventory_storedfile",
]


@pytest.mark.parametrize("with_number", [False, True])
@pytest.mark.parametrize("sql", SQL)
def test_the_database_itself_refuses(people: People, sql: str, with_number: bool) -> None:
    old(2)
    made = authorised(people) if with_number else draw_up("requests", actor=people.data_protection_officer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(number=made.number))


@pytest.mark.parametrize(
    "sql",
    [
        LISTED.format("authorisation = 'AGR 2'", "{number}"),
        LISTED.format("authorised_on = '2001-01-01'", "{number}"),
        LISTED.format("authorisation = ''", "{number}"),
    ],
)
def test_an_authorised_number_never_changes(people: People, sql: str) -> None:
    old()
    made = authorised(people)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(number=made.number))


def test_nothing_is_added_to_a_list_that_has_its_number(people: People) -> None:
    old(2)
    made = authorised(people)
    line = made.lines.get(position=1)
    line.pk, line.position, line.key = None, 9, "R-2001-00001"
    with pytest.raises(DatabaseError), transaction.atomic():
        line.save(force_insert=True)


FATES = st.lists(st.sampled_from(["due", "held", "used", "recent"]), min_size=1, max_size=8)


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=FATES, number=st.booleans(), sampled=st.booleans())
def test_only_what_is_listed_authorised_and_not_sampled_vanishes(
    db: None, archivist: Path, fates: list[str], number: bool, sampled: bool
) -> None:
    shipped = SHIPPED.read_text().replace(PLACEHOLDER, REFERENCE)
    archivist.write_text(shipped if sampled else shipped.replace('fate = "sample"', 'fate = "destroy"'))
    with transaction.atomic():
        _only_what_may_vanish(fates, number=number)
        transaction.set_rollback(True)


def _only_what_may_vanish(fates: list[str], *, number: bool) -> None:
    people, deputy = everybody(), person("data_protection_officer", "deputy")
    asked = [(fate, old(years=2 if fate == "recent" else 11)[0]) for fate in fates]
    if set(fates) == {"recent"}:
        with pytest.raises(RuleBroken):
            draw_up("requests", actor=people.data_protection_officer)
        return
    made = authorised(people) if number else draw_up("requests", actor=people.data_protection_officer)
    for fate, one in asked:
        if fate == "held":
            hold_record("request", one.reference, actor=deputy, why="dispute")
        if fate == "used":
            lodge(one.reference, "follow", actor=people.counter_clerk, channel="counter", answers={})
    if not number:
        with pytest.raises(Conflict):
            carry_out(made.number, actor=deputy)
    else:
        carry_out(made.number, actor=deputy)
    kept = set(made.lines.filter(kept=True).values_list("key", flat=True))
    for fate, one in asked:
        may_go = number and fate == "due" and one.reference not in kept
        assert there(one) is not may_go, (fate, one.reference)
    assert verify_ledger().fault is None
