"""Keep the register right: correct what is known, say whom to ask, and declare who stands behind several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import association_named, checked_identity, remember, searched
from inventory.associations.facts import checked_facts, refuse_national_number
from inventory.associations.models import Association, Cluster, Contact
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound
from inventory.lifecycle import Actor, Word

CLUSTER_KINDS: Final[dict[str, Promise]] = {
    "persons": _("The same persons run them"),
    "address": _("They have the same address"),
    "umbrella": _("They belong to the same organisation"),
}
# What the ledger may say of a correction: which facts changed, never what names or addresses are.
_SAID = ("legal_form", "official_language", "enterprise_number", "nis_code", "epn_label", "publics")


@transaction.atomic
def correct_association(
    code: str,
    *,
    actor: Actor,
    name: str,
    legal_form: str,
    official_language: str,
    enterprise_number: str = "",
    **facts: Any,
) -> Association:
    """Correct what the register says of an association; facts that are not given stay as they are.

    Refuses: NotAllowed; NotFound; BadInput; Conflict (the number is another's).
    """
    require(actor, Word.REGISTER_ASSOCIATION)
    association = _locked(code)
    identity = checked_identity(
        name=name,
        legal_form=legal_form,
        official_language=official_language,
        enterprise_number=enterprise_number,
        code=association.code,
    )
    wanted = {**identity, **checked_facts(facts, official_language)}
    changed = sorted(fact for fact, value in wanted.items() if getattr(association, fact) != value)
    if not changed:
        return association
    for fact in changed:
        setattr(association, fact, wanted[fact])
    association.search = searched(association)
    told = {"changed": changed, **{fact: wanted[fact] for fact in changed if fact in _SAID}}
    private = {fact: str(wanted[fact]) for fact in changed if fact not in _SAID}
    remember("association", association.code, "correct", actor, told, private=private or None)
    association.save()
    return association


@transaction.atomic
def add_contact(
    code: str, *, actor: Actor, name: str, function: str = "", email: str = "", mobile: str = ""
) -> Contact:
    """Say whom we may ask about an association. Refuses: NotAllowed; NotFound; BadInput (no name)."""
    require(actor, Word.REGISTER_ASSOCIATION)
    if not name.strip():
        raise BadInput(_("Enter the name of the person."), field="name")
    association = _locked(code)
    last = association.contacts.aggregate(last=Max("number"))["last"] or 0
    remember("association", association.code, "add_contact", actor, {"contact": last + 1}, {"name": name.strip()})
    return Contact.objects.create(
        association=association,
        number=last + 1,
        name=refuse_national_number(name.strip()[:150], "name"),
        function=refuse_national_number(function.strip(), "function"),
        email=email.strip(),
        mobile=mobile.strip(),
    )


@transaction.atomic
def remove_contact(code: str, number: int, *, actor: Actor) -> Association:
    """Forget a contact person: name, e-mail and mobile go. Refuses: NotAllowed; NotFound."""
    require(actor, Word.REGISTER_ASSOCIATION)
    association = _locked(code)
    found = association.contacts.filter(number=number).first()
    if found is None:
        raise NotFound(_("%(code)s has no contact person %(number)s."), code=association.code, number=number)
    remember("association", association.code, "remove_contact", actor, {"contact": number})
    found.delete()
    return association


@transaction.atomic
def declare_cluster(codes: Sequence[str], *, actor: Actor, kind: str, reason: str) -> Cluster:
    """Declare that the same people, address or umbrella stand behind associations: they share points and history.

    One of them may be in a cluster already: the others join it.
    Refuses: NotAllowed; NotFound; BadInput (fewer than two, kind, no reason); Conflict (two clusters among them).
    """
    require(actor, Word.REGISTER_ASSOCIATION)
    wanted = sorted({code.strip().upper() for code in codes if code.strip()})
    if len(wanted) < 2:
        raise BadInput(_("Name at least two associations."), field="codes")
    if kind not in CLUSTER_KINDS:
        raise BadInput(_("Choose from the list."), field="kind")
    if len(reason.strip()) < 10:
        raise BadInput(_("Say in a sentence how you know it: the associations may read it."), field="reason")
    members = [_locked(code) for code in wanted]
    clusters = {member.cluster for member in members if member.cluster}
    if len(clusters) > 1:
        raise Conflict(_("They belong to different clusters already. Take one of them out first."))
    cluster = clusters.pop() if clusters else None
    if cluster is None:
        cluster = Cluster.objects.create(
            code=next_number("K", timezone.localdate()),
            kind=kind,
            reason=refuse_national_number(reason.strip(), "reason"),
            declared_by_id=actor.pk,
            declared_at=timezone.now(),
        )
    for member in members:
        if member.cluster != cluster:
            facts = {"cluster": cluster.code, "kind": kind}
            remember("association", member.code, "join_cluster", actor, facts, {"reason": reason.strip()})
            member.cluster = cluster
            member.save(update_fields=["cluster"])
    return cluster


@transaction.atomic
def leave_cluster(code: str, *, actor: Actor, reason: str) -> Association:
    """Take an association out of its cluster; a cluster of one ends with it.

    Refuses: NotAllowed; NotFound; BadInput (no reason); Conflict (it is in none).
    """
    require(actor, Word.REGISTER_ASSOCIATION)
    if len(reason.strip()) < 10:
        raise BadInput(_("Say in a sentence how you know it: the associations may read it."), field="reason")
    association = _locked(code)
    cluster = association.cluster
    if cluster is None:
        raise Conflict(_("%(code)s is in no cluster."), code=association.code)
    left = [*Association.objects.select_for_update().filter(cluster=cluster).exclude(pk=association.pk)]
    for member in (association, *(left if len(left) == 1 else [])):
        remember("association", member.code, "leave_cluster", actor, {"cluster": cluster.code}, {"reason": reason})
        member.cluster = None
        member.save(update_fields=["cluster"])
    association.cluster = None
    return association


def _locked(code: str) -> Association:
    found = association_named(code.strip().upper())
    return Association.objects.select_for_update().get(pk=found.pk)
