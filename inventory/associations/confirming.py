"""A number that passes its check may belong to nobody: a person looks it up in the Crossroads Bank and says so."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.bank_models import BankCheck
from inventory.associations.commands import remember
from inventory.associations.facts import refuse_national_number
from inventory.associations.models import Association
from inventory.associations.queries import associations
from inventory.devices.gatekeepers import require
from inventory.documents.commands import store_file
from inventory.errors import BadInput, NotFound, RuleBroken
from inventory.lifecycle import Actor, Word

# What the Crossroads Bank says of an enterprise; all but the first block an award.
STATUSES: Final[dict[str, Promise]] = {
    "active": _("Active"),
    "stopped": _("Dissolved or stopped"),
    "struck_off": _("Struck off"),
    "bankrupt": _("Bankrupt"),
}
# Looked up again every year.
GOOD_FOR: Final = dt.timedelta(days=365)


@transaction.atomic
def confirm_number(
    code: str,
    *,
    actor: Actor,
    checked_on: dt.date,
    standing: str,
    reference: str,
    evidence: tuple[bytes, str] | None = None,
) -> BankCheck:
    """Write down what the Crossroads Bank said of an association on a day, with the reference and maybe the extract.

    What is not active there receives nothing until it is looked up again and is.
    Refuses: NotAllowed; NotFound; BadInput (day, standing, reference); RuleBroken (it has no number); BadFile.
    """
    require(actor, Word.REGISTER_ASSOCIATION)
    association = Association.objects.select_for_update().filter(code=code.strip().upper()).first()
    if association is None:
        raise NotFound(_("There is no association %(code)s."), code=code)
    if not association.enterprise_number:
        raise RuleBroken(_("%(code)s has no enterprise number to look up."), code=association.code)
    if standing not in STATUSES:
        raise BadInput(_("Choose from the list."), field="standing")
    if checked_on > timezone.localdate():
        raise BadInput(_("That moment is still to come. Check the date and time."), field="checked_on")
    said = refuse_national_number(reference.strip()[:200], "reference")
    if len(said) < 3:
        raise BadInput(_("Say where it stands: the extract’s number, or the address of the page."), field="reference")
    kept = store_file(*evidence, actor=actor) if evidence else None
    made = BankCheck.objects.create(
        association=association,
        enterprise_number=association.enterprise_number,
        checked_on=checked_on,
        standing=standing,
        reference=said,
        evidence=kept,
        checked_by_id=actor.pk,
        recorded_at=timezone.now(),
    )
    association.struck_off = standing != "active"
    facts = {"standing": standing, "checked_on": checked_on.isoformat(), "evidence": kept.sha256 if kept else ""}
    remember("association", association.code, "confirm", actor, facts, {"reference": said})
    association.save(update_fields=["struck_off"])
    return made


def confirmation_of(association: Association) -> BankCheck | None:
    """The latest look at the number it has now; none when nobody looked, or the number was corrected since."""
    looked = association.bank_checks.filter(enterprise_number=association.enterprise_number)
    return looked.select_related("checked_by", "evidence").order_by("-checked_on", "-id").first()


def to_look_up(actor: Actor, words: str = "") -> QuerySet[Any, Any]:
    """Associations whose number nobody has looked up for a year, with `looked_on`; never looked up first, then oldest.

    A look at another number, before a correction, does not count. Refuses NotAllowed.
    """
    same = BankCheck.objects.filter(association=OuterRef("pk"), enterprise_number=OuterRef("enterprise_number"))
    last = same.order_by("-checked_on").values("checked_on")[:1]
    found: QuerySet[Any, Any] = (
        associations(actor, words).exclude(enterprise_number="").annotate(looked_on=Subquery(last))
    )
    stale = Q(looked_on__isnull=True) | Q(looked_on__lt=timezone.localdate() - GOOD_FOR)
    return found.filter(stale).order_by(F("looked_on").asc(nulls_first=True), "search", "id")


def is_stale(check: BankCheck | None) -> bool:
    """Whether somebody has to look again: nobody did, or not this year."""
    return check is None or check.checked_on < timezone.localdate() - GOOD_FOR
