"""The demonstration's people: one sign-in a role, shown on the sign-in page and printed by `./run demo`."""

from __future__ import annotations

from backend.accounts.models import User
from backend.accounts.roles import ROLES

# Not a secret: it opens invented accounts only, and `RELAIS_DEMO` must be on for anybody to have them.
DEMO_PASSWORD = "relais-demo"  # noqa: S105  see above


def sign_ins() -> list[dict[str, str]]:
    """One account for each role, in the roles' order: role, name, username and password."""
    found: dict[str, User] = {}
    for user in User.objects.filter(is_active=True).prefetch_related("groups").order_by("pk"):
        for group in user.groups.all():
            found.setdefault(group.name, user)
    return [
        {
            "role": str(role.label),
            "name": found[name].get_full_name(),
            "username": found[name].get_username(),
            "password": DEMO_PASSWORD,
        }
        for name, role in ROLES.items()
        if name in found
    ]
