"""Reads of the wiping bench: media, what is on record for them, and the people who may witness."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.models import Medium
from inventory.devices.tags import read_tag
from inventory.errors import BadInput, NotFound
from inventory.lifecycle import Actor, MediumState, Word
from inventory.wiping.models import Sanitisation


def medium_of(code: str, actor: Actor) -> Medium:
    """A storage medium by its code. Refuses: NotAllowed; NotFound."""
    require(actor, Word.READ_DEVICES)
    found = Medium.objects.select_related("device").filter(code=read_tag(code)).first()
    if found is None:
        raise NotFound(_("There is no storage medium %(code)s."), code=code)
    return found


def sanitisations_of(medium: Medium) -> QuerySet[Sanitisation]:
    """Everything on record for a medium, newest first."""
    return medium.sanitisations.select_related("evidence", "sanitised_by", "verified_by", "validated_by").order_by(
        "-id"
    )


def to_validate(actor: Actor) -> QuerySet[Sanitisation]:
    """Verified sanitisations that this person may validate: the work of others."""
    require(actor, Word.VALIDATE)
    return (
        Sanitisation.objects.filter(medium__state=MediumState.VERIFIED, validated_at__isnull=True, succeeded=True)
        .exclude(sanitised_by_id=actor.pk)
        .select_related("medium", "medium__device", "evidence")
        .order_by("id")
    )


def colleague(username: str) -> Actor:
    """An active colleague by user name, for a second signature. Refuses (BadInput) an unknown one."""
    found: Any = get_user_model().objects.filter(username=username.strip(), is_active=True).first()
    if found is None:
        raise BadInput(
            _("There is no colleague with the user name '%(username)s'."), username=username, field="witness"
        )
    return cast(Actor, found)
