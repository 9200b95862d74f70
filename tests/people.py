"""The people of the tests, one per role, with invented names; made through the accounts' own commands."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group

from backend.accounts.models import User
from backend.accounts.roles import ROLES

NAMES = {
    "technician": "tine",
    "verifier": "victor",
    "driver": "driss",
    "warehouse_keeper": "wanda",
    "counter_clerk": "claire",
    "programme_officer": "pol",
    "approver": "anouk",
    "auditor": "aurore",
    "association_member": "mehdi",
    "data_protection_officer": "dora",
    "administrator": "adam",
}


def person(role: str, name: str = "") -> User:
    """A user with one role; the same again when they exist."""
    username = name or NAMES[role]
    user, fresh = User.objects.get_or_create(username=username)
    if fresh:
        user.set_unusable_password()
        user.save()
        user.groups.set([Group.objects.get_or_create(name=role)[0]])
    return user


@dataclass(frozen=True, slots=True)
class People:
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


def everybody() -> People:
    """The whole house."""
    return People(**{role: person(role) for role in ROLES})


__all__ = ["NAMES", "People", "everybody", "person"]
