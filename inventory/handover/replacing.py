"""What did not work on arrival is exchanged in one deed: taken back, and another given under the same agreement."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.allocation.commands import reserve_instead
from inventory.allocation.queries import fitting
from inventory.associations.commands import remember
from inventory.associations.letters import write_letter
from inventory.devices.accessories import counts_of, told
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.devices.queries import device_of
from inventory.devices.steps import take
from inventory.devices.tags import grouped
from inventory.errors import RuleBroken
from inventory.handover.commands import take_back
from inventory.handover.models import AgreementItem
from inventory.handover.valuing import euro, valuations
from inventory.lifecycle import Actor, Word
from inventory.wiping.queries import certificates_in_force

# How the item of a device that was exchanged ends: its value goes over to the other.
REPLACED = "replaced"


@transaction.atomic
def replace_device(
    tag: str,
    *,
    actor: Actor,
    replacement: str,
    location: str,
    accessories: Mapping[str, int] | None = None,
) -> AgreementItem:
    """Take a device back because it did not work, and hand over another from the stock in its place.

    Under the agreement that both signed (its clause 8 promises the exchange), for the same line of the same decision;
    a letter names both devices. `accessories` are those that came back.
    Refuses: NotAllowed; NotFound; BadInput; RuleBroken (not with an association, another kind); Conflict; as `take`.
    """
    require(actor, Word.HAND_OVER)
    device = locked(tag)
    item = _item_of(device)
    agreement, reservation = item.agreement, item.reservation
    take_back(device.tag, actor=actor, reason="defective", location=location, accessories=accessories)
    kept = reserve_instead(replacement, actor=actor, line=reservation.line, instead_of=device.tag)
    other, extras = kept.device, counts_of([kept.device]).get(kept.device_id, {})
    AgreementItem.objects.filter(pk=item.pk).update(end_reason=REPLACED)
    made = AgreementItem.objects.create(
        agreement=agreement,
        device=other,
        reservation=kept,
        valuation=valuations([other], actor=actor)[other.pk],
        accessories=extras,
    )
    other.location = None
    facts: dict[str, object] = {
        "agreement": agreement.number,
        "association": agreement.association.code,
        "instead_of": device.tag,
    }
    if extras:
        facts["accessories"] = extras
    take(other, "hand_over", actor=actor, facts=facts, evidence_sha256=agreement.paper.sha256)
    letter = _letter(item, made, actor)
    exchange = {"back": device.tag, "given": other.tag, "letter": letter}
    remember("agreement", agreement.number, "replace", actor, exchange, to_status="signed")
    return made


def exchangeable(tag: str, actor: Actor) -> tuple[AgreementItem, QuerySet[Device]]:
    """What an association holds under this tag, and the stock that could take its place, longest in stock first.

    Refuses: NotAllowed; NotFound; BadInput; RuleBroken (not with an association).
    """
    require(actor, Word.HAND_OVER)
    item = _item_of(device_of(tag, actor))
    return item, fitting(item.reservation.line)


def _item_of(device: Device) -> AgreementItem:
    given = AgreementItem.objects.filter(device=device, ended_at__isnull=True, agreement__signed_at__isnull=False)
    found = given.select_related("device", "agreement__association", "agreement__paper", "reservation__line__request")
    item = found.first()
    if item is None:
        raise RuleBroken(_("%(tag)s is with no association: there is nothing to exchange."), tag=device.tag)
    return item


def _letter(item: AgreementItem, made: AgreementItem, actor: Actor) -> str:
    agreement = item.agreement
    language = agreement.association.official_language
    with translation.override(language):
        certificates = ", ".join(one.number for one in certificates_in_force(made.device).order_by("id"))
        letter = write_letter(
            agreement.association,
            actor=actor,
            kind="replacement",
            request=item.reservation.line.request,
            title=gettext("Your device is replaced"),
            paragraphs=[
                gettext("We took back the device that did not work, and gave you another one. It costs nothing."),
                gettext("The new device falls under the agreement you signed. Keep this letter with it."),
            ],
            rows=[
                (gettext("Agreement"), agreement.number),
                (gettext("Day"), f"{timezone.localdate():%d/%m/%Y}"),
                (gettext("Taken back"), _named(item.device)),
                (gettext("Given in its place"), _named(made.device)),
                (gettext("Grade"), made.device.grade),
                (gettext("Value"), euro(made.valuation.cents if made.valuation else 0, language)),
                *([(gettext("Accessories"), told(made.accessories))] if made.accessories else []),
                *([(gettext("Certificates of sanitisation"), certificates)] if certificates else []),
            ],
        )
    return letter.number


def _named(device: Device) -> str:
    serial = f" – {device.serial}" if device.serial else ""
    return f"{grouped(device.tag)} {device.title}".strip() + serial
