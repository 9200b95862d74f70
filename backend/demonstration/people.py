"""The accounts of the demonstration, one a role."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.commands import give_roles
from backend.accounts.demo import DEMO_PASSWORD
from backend.accounts.models import User
from backend.demonstration.names import PEOPLE
from inventory.lifecycle import Word


class Founder:
    """Gives the first roles, before anybody holds one."""

    pk = None
    key = "founder"
    channel = "system"

    def holds(self, word: str) -> bool:
        """Administering, for the length of the founding."""
        return word == Word.ADMINISTER


@dataclass(frozen=True, slots=True)
class House:
    """One person per role."""

    technician: User
    verifier: User
    driver: User
    warehouse_keeper: User
    counter_clerk: User
    programme_officer: User
    approver: User
    auditor: User
    association_member: User
    data_protection_officer: User
    administrator: User


def found_house() -> House:
    """Make the demonstration's accounts; call it once, in the loader's transaction."""
    house: dict[str, User] = {}
    for role, username, first, last, language in PEOPLE:
        user = User(username=username, first_name=first, last_name=last, language=language)
        user.set_password(DEMO_PASSWORD)
        user.save()
        house[role] = give_roles(user, [role], actor=Founder())
    return House(**house)
