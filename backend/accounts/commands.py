"""Make accounts, give roles and issue API tokens."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import ApiToken, User
from backend.accounts.roles import ROLES
from inventory.errors import BadInput, NotAllowed
from inventory.lifecycle import Actor, Word


@transaction.atomic
def give_roles(user: User, roles: list[str], *, actor: Actor) -> User:
    """Let `user` hold exactly these roles. Refuses (NotAllowed, BadInput) others than administrators, unknown roles."""
    if not actor.holds(Word.ADMINISTER):
        raise NotAllowed(_("Only an administrator gives roles."))
    for name in roles:
        if name not in ROLES:
            raise BadInput(_("There is no role called '%(role)s'."), role=name)
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in roles])
    user.__dict__.pop("roles", None)
    user.__dict__.pop("words", None)
    return user


@transaction.atomic
def issue_token(user: User, name: str, *, actor: Actor, days: int = 365, only: Sequence[str] = ()) -> str:
    """A new API token for `user`, valid for `days`; shown once, kept as a hash.

    `only` limits it to these permission words: what a wiping station carries about should do one thing.
    Refuses: NotAllowed (anybody but the user and administrators); BadInput (a word that does not exist).
    """
    unknown = set(only) - {str(word) for word in Word}
    if unknown:
        raise BadInput(_("There is no permission called '%(word)s'."), word=min(unknown), field="only")
    if actor.pk != user.pk and not actor.holds(Word.ADMINISTER):
        raise NotAllowed(_("You can only make tokens for yourself."))
    token = "relais_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name[:100],
        prefix=token[7:13],
        sha256=ApiToken.digest(token),
        only=sorted(set(only)),
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    return token


def user_of_token(token: str) -> User | None:
    """The active user a valid token speaks for, or None; notes the use at most once a minute."""
    found = ApiToken.objects.select_related("user").filter(sha256=ApiToken.digest(token), user__is_active=True).first()
    now = timezone.now()
    if found is None or (found.expires_at and found.expires_at < now):
        return None
    if found.last_used_at is None or now - found.last_used_at > dt.timedelta(minutes=1):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    if found.only:
        # This instance serves this one request: with it the user holds no more than the token allows.
        found.user.words = found.user.words & set(found.only)
    return found.user
