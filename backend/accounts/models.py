"""Users, their roles as groups, API tokens, and answers remembered for requests that are sent twice."""

from __future__ import annotations

import hashlib
import secrets
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from backend.accounts.roles import ROLES


def _new_key() -> str:
    return "u-" + secrets.token_hex(8)


class User(AbstractUser):
    """A person with an account. `key` is the pseudonym that stands in the ledger instead of the name."""

    key = models.CharField(max_length=40, unique=True, default=_new_key, editable=False)
    language = models.CharField(max_length=2, default="fr")
    email = models.EmailField(blank=True, default="")
    # Signs on a colleague's phone (`backend.accounts.pins`): only its hash is kept.
    pin_hash = models.CharField(max_length=128, blank=True, default="", editable=False)
    pin_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    pin_locked_until = models.DateTimeField(null=True, blank=True, editable=False)

    # How this request reached us; the API and imports set it on the instance they act with.
    channel: str = "desk"

    class Meta:
        ordering: ClassVar = ["username"]

    @cached_property
    def roles(self) -> list[str]:
        """Names of the roles this user holds, as they stand in `ROLES`."""
        return sorted(group.name for group in self.groups.all() if group.name in ROLES)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every permission word of every role."""
        return frozenset().union(*(ROLES[name].words for name in self.roles)) if self.is_active else frozenset()

    @property
    def title(self) -> str:
        """The roles in the reader's language: what others see of a colleague in a history."""
        return ", ".join(str(ROLES[group.name].label) for group in self.groups.all() if group.name in ROLES)

    def holds(self, word: str) -> bool:
        """Whether one of the roles carries this permission word. A superuser holds none by being one."""
        return word in self.words

    def confirm_pin(self, pin: str) -> None:
        """Refuse (BadInput, Conflict) a PIN that is not this person's; call it outside a transaction."""
        from backend.accounts.pins import confirm_pin

        confirm_pin(self, pin)


class ApiToken(models.Model):
    """A program's key to the API. Only its hash is kept; the token itself is shown once, when made."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64, unique=True)
    # Permission words this token is limited to; empty means all that its user holds.
    only = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def digest(token: str) -> str:
        """SHA-256 of a token, hex: enough for a random 256-bit secret."""
        return hashlib.sha256(token.encode()).hexdigest()


class RememberedAnswer(models.Model):
    """The first answer to a write that carried an `Idempotency-Key`, given again when the write comes again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True, default="")
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_user_and_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
