"""The pilot's requests are over: a deputy has drawn up their elimination list, which waits for its number."""

from __future__ import annotations

from backend.accounts.commands import give_roles
from backend.accounts.models import User
from backend.demonstration.clock import Course
from backend.demonstration.people import House
from inventory.privacy.eliminations import draw_up
from inventory.privacy.retention import rules


def archiving(house: House) -> Course:
    """Under rules whose archivist gave no reference, as the shipped ones, there is no list to show."""
    if rules()["requests"].referenced:
        draw_up("requests", actor=_deputy(house))
    yield 0


def _deputy(house: House) -> User:
    """Whoever stands in for the data protection officer, who carries the list out: nobody signs in as them."""
    deputy = User(username="denise", first_name="Denise", last_name="Hermans", language="fr")
    deputy.set_unusable_password()
    deputy.save()
    return give_roles(deputy, ["data_protection_officer"], actor=house.administrator)
