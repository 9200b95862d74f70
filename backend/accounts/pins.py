"""The PIN by which a person signs on a colleague's phone: their own choice, hashed, locked after five wrong tries."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backend.accounts.models import User
from inventory.errors import BadInput, Conflict, NotAllowed
from inventory.lifecycle import Actor

DIGITS: Final = 6
MOST_FAILURES: Final = 5
LOCKED_FOR: Final = dt.timedelta(minutes=15)
_ROWS: Final = ("01234567890", "09876543210")


@transaction.atomic
def choose_pin(user: User, pin: str, *, actor: Actor) -> User:
    """Let a person sign with this PIN from now on. Only they themselves choose it.

    Refuses: NotAllowed; BadInput (not six digits, or six that everybody tries first).
    """
    if actor.pk != user.pk:
        raise NotAllowed(_("Everybody chooses their own PIN."))
    check_pin(pin)
    user.pin_hash, user.pin_failures, user.pin_locked_until = make_password(pin), 0, None
    user.save(update_fields=["pin_hash", "pin_failures", "pin_locked_until"])
    return user


def check_pin(pin: str) -> None:
    """Refuse (BadInput) what is not six digits, or six that everybody tries first."""
    if len(pin) != DIGITS or not pin.isascii() or not pin.isdecimal():
        raise BadInput(_("A PIN is %(digits)s digits."), digits=DIGITS, field="pin")
    if len(set(pin)) < 3 or any(pin in row for row in _ROWS):
        raise BadInput(_("This PIN is guessed at once. Choose digits that neither repeat nor count up."), field="pin")


def confirm_pin(user: User, pin: str) -> None:
    """Let pass who knows this person's PIN; count who does not, each try in a statement of its own.

    Refuses: BadInput (none chosen, wrong); Conflict (locked for a quarter of an hour after five wrong tries).
    """
    if not user.pin_hash:
        raise BadInput(
            _("%(username)s has chosen no PIN yet. Sign on the screen or on paper."),
            username=user.get_username(),
            field="pin",
        )
    person = User.objects.filter(pk=user.pk)
    locked_until = person.values_list("pin_locked_until", flat=True).get()
    if locked_until is not None and locked_until > timezone.now():
        raise Conflict(
            _("Too many wrong PINs. Try again after %(time)s, or sign on the screen or on paper."),
            time=timezone.localtime(locked_until).strftime("%H:%M"),
            field="pin",
        )
    if check_password(pin.strip(), user.pin_hash):
        person.exclude(pin_failures=0).update(pin_failures=0, pin_locked_until=None)
        return
    person.update(pin_failures=F("pin_failures") + 1)
    failures = person.values_list("pin_failures", flat=True).get()
    if failures >= MOST_FAILURES:
        person.update(pin_failures=0, pin_locked_until=timezone.now() + LOCKED_FOR)
    left = max(0, MOST_FAILURES - failures)
    raise BadInput(
        ngettext_lazy(
            "This PIN is not right. %(left)s try is left.", "This PIN is not right. %(left)s tries are left.", left
        ),
        left=left,
        field="pin",
    )
