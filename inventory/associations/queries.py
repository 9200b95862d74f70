"""Reads of associations and requests; a member sees their own association and nothing of others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.bank_models import BankCheck
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.interest_models import Interest
from inventory.associations.models import Association, Cluster, Contact, Eligibility, Membership, Request, RequestLine
from inventory.devices.gatekeepers import require
from inventory.devices.identity import folded
from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.lifecycle import Actor, Word

# Whoever holds one of these sees every association; members see their own.
SEE_ALL = (
    Word.READ_REQUESTS,
    Word.REGISTER_ASSOCIATION,
    Word.DECIDE_ELIGIBILITY,
    Word.AUDIT,
    # To let users act for an association.
    Word.ADMINISTER,
)


def associations(actor: Actor, words: str = "") -> QuerySet[Association]:
    """Associations this person may see, by name; `words` looks in name, code, number and municipality."""
    found = Association.objects.select_related("cluster").order_by("search", "id")
    if not any(actor.holds(word) for word in SEE_ALL):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see associations."))
        found = found.filter(memberships__user_id=actor.pk)
    for word in folded(words).split():
        digits = "".join(sign for sign in word if sign.isdigit())
        wanted = Q(search__contains=word)
        if digits:
            wanted |= Q(enterprise_number__contains=digits)
        found = found.filter(wanted)
    return found


def association_of(code: str, actor: Actor) -> Association:
    """One association. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = associations(actor).filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no association %(code)s."), code=code)
    return found


def association_meant(text: str, actor: Actor) -> Association:
    """The one association somebody means by its code, enterprise number or name.

    Refuses: NotAllowed; BadInput (none fits, or several: the first of them are named).
    """
    exact = associations(actor).filter(Q(code__iexact=text.strip()) | Q(name__iexact=text.strip())).first()
    if exact is not None:
        return exact
    fitting = list(associations(actor, text)[:5])
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise BadInput(_("No association fits. Check the spelling, or register it first."), field="association")
    named = ", ".join(f"{one.name} ({one.code})" for one in fitting[:4])
    raise BadInput(
        _("Several associations fit: %(some)s… Type the code of the one you mean."), some=named, field="association"
    )


def account_named(username: str, actor: Actor) -> Any:
    """The active user with this name, to be let act for an association. Refuses: NotAllowed; BadInput."""
    if not actor.holds(Word.ADMINISTER):
        require(actor, Word.REGISTER_ASSOCIATION)
    found = get_user_model().objects.filter(username=username.strip(), is_active=True).first()
    if found is None:
        raise BadInput(_("There is no user with the name '%(username)s'."), username=username, field="username")
    return found


def members_of(association: Association) -> QuerySet[Membership]:
    """Who may act for an association, by user name."""
    return association.memberships.select_related("user").order_by("user__username")


def eligibilities_of(association: Association) -> QuerySet[Eligibility]:
    """Every decision on an association's eligibility, latest first."""
    return association.eligibilities.select_related("decided_by").order_by("-id")


def latest_eligibility(association: Association) -> Eligibility | None:
    """The decision in force or last made."""
    read: list[Eligibility] | None = association.__dict__.get("decisions_read")
    if read is not None:
        return read[0] if read else None
    return association.eligibilities.select_related("decided_by").order_by("-id").first()


def with_eligibility(found: QuerySet[Association]) -> QuerySet[Association]:
    """The same associations, the decisions on their eligibility read in one go for all of them."""
    decisions = Eligibility.objects.select_related("decided_by").order_by("-id")
    return found.prefetch_related(Prefetch("eligibilities", decisions, to_attr="decisions_read"))


def is_eligible(association: Association) -> bool:
    """Whether somebody decided, less than a year ago, that it may receive, and the Crossroads Bank has it as active."""
    latest = latest_eligibility(association)
    decided = latest is not None and latest.eligible and latest.expires_on >= timezone.localdate()
    return decided and not association.struck_off


def requests(
    actor: Actor, *, state: str = "", words: str = "", channel: str = "", association: str = ""
) -> QuerySet[Request]:
    """Requests this person may see, latest date stamp first, with `asked` (devices) and `kept` (reserved or given)."""
    found = Request.objects.select_related("association").annotate(
        asked=Sum("lines__quantity"),
        line_count=Count("lines", distinct=True),
    )
    if not actor.holds(Word.READ_REQUESTS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see requests."))
        found = found.filter(association__memberships__user_id=actor.pk)
    found = found.exclude(association__in=interests_of(actor))
    if state:
        found = found.filter(state=state)
    if channel:
        found = found.filter(channel=channel)
    if association:
        found = found.filter(association__code=association)
    for word in folded(words).split():
        found = found.filter(Q(reference__icontains=word) | Q(association__search__contains=word))
    return found.order_by("-received_at", "-id")


def interests_of(actor: Actor) -> QuerySet[Any, Any]:
    """Ids of the associations in which this person declared an interest: their files are hidden from them."""
    return Interest.objects.filter(person_id=actor.pk, ended_at__isnull=True).values("association_id")


def request_of(reference: str, actor: Actor) -> Request:
    """One request. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = requests(actor).filter(reference=reference.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no request %(reference)s."), reference=reference)
    return found


def names_of_requests(references: Iterable[str]) -> dict[str, str]:
    """Reference → name of the association that asks."""
    found = Request.objects.filter(reference__in=set(references))
    return dict(found.values_list("reference", "association__name"))


def lines_of(request: Request) -> QuerySet[RequestLine]:
    """Lines in order, with how many devices are `kept` (reserved or handed over) for each."""
    return request.lines.annotate(
        kept=Count("reservations", filter=Q(reservations__released_at__isnull=True), distinct=True)
    ).order_by("position")


def with_lines(found: QuerySet[Request]) -> QuerySet[Request]:
    """The same requests, their lines read in one go for all of them."""
    lines = RequestLine.objects.annotate(
        kept=Count("reservations", filter=Q(reservations__released_at__isnull=True), distinct=True)
    )
    return found.prefetch_related(Prefetch("lines", lines.order_by("position"), to_attr="lines_read"))


def lines_shown(request: Request) -> list[RequestLine]:
    """Lines in order: those that `with_lines` has read, or those of this one request."""
    read: list[RequestLine] | None = request.__dict__.get("lines_read")
    return list(lines_of(request)) if read is None else read


# How long before a decision on eligibility expires its re-check stands in the list.
CHECK_AHEAD = dt.timedelta(days=30)


def to_check(actor: Actor, words: str = "") -> QuerySet[Association]:
    """Associations whose eligibility nobody has decided on, or whose decision has expired or will within 30 days.

    Refuses NotAllowed.
    """
    soon = timezone.localdate() + CHECK_AHEAD
    decided = Eligibility.objects.filter(association=OuterRef("pk"), expires_on__gte=soon)
    return associations(actor, words).filter(~Exists(decided))


def bank_checks_of(association: Association) -> QuerySet[BankCheck]:
    """Every look into the Crossroads Bank, latest first."""
    return association.bank_checks.select_related("checked_by", "evidence").order_by("-checked_on", "-id")


def contacts_of(association: Association) -> QuerySet[Contact]:
    """Whom we may ask about an association."""
    return association.contacts.filter(restricted_since__isnull=True).order_by("number")


def association_to_keep(code: str, actor: Actor) -> Association:
    """One association, for who keeps the register. Refuses: NotAllowed; NotFound."""
    require(actor, Word.REGISTER_ASSOCIATION)
    return association_of(code, actor)


def members_of_cluster(cluster: Cluster) -> QuerySet[Association]:
    """The associations that share points and history, by name."""
    return cluster.members.select_related("cluster").order_by("search", "id")


def fellows_of(association: Association) -> QuerySet[Association]:
    """The other associations of its cluster."""
    if association.cluster is None:
        return Association.objects.none()
    return members_of_cluster(association.cluster).exclude(pk=association.pk)


def filings(actor: Actor, *, procedure: str = "", request: str = "") -> QuerySet[Filing]:
    """What associations filed about requests this person may see, latest first. Refuses NotAllowed."""
    found = Filing.objects.select_related("request__association")
    found = found.exclude(request__association__in=interests_of(actor))
    if not actor.holds(Word.READ_REQUESTS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see requests."))
        found = found.filter(request__association__memberships__user_id=actor.pk)
    if procedure:
        found = found.filter(procedure=procedure)
    if request:
        found = found.filter(request__reference=request)
    return found.order_by("-id")


def letters(actor: Actor, *, request: str = "") -> QuerySet[Letter]:
    """Letters this person may read, latest first. Refuses NotAllowed."""
    found = Letter.objects.select_related("association", "request", "paper")
    found = found.exclude(association__in=interests_of(actor))
    if not actor.holds(Word.READ_REQUESTS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see requests."))
        found = found.filter(association__memberships__user_id=actor.pk)
    if request:
        found = found.filter(request__reference=request)
    return found.order_by("-id")


def letter_numbered(number: str, actor: Actor) -> Letter:
    """One letter. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = letters(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no letter %(number)s."), number=number)
    return found


def letters_to_send(way: str, actor: Actor) -> QuerySet[Letter]:
    """Letters that wait to be printed and posted, or told by telephone; oldest first. Refuses NotAllowed."""
    require(actor, Word.REQUEST_FOR_OTHERS)
    found = Letter.objects.filter(way=way, sent_at__isnull=True).select_related("association", "request", "paper")
    return found.exclude(association__in=interests_of(actor)).order_by("id")


def letters_sent(way: str, actor: Actor) -> QuerySet[Letter]:
    """Letters posted or told lately, latest first. Refuses NotAllowed."""
    require(actor, Word.REQUEST_FOR_OTHERS)
    found = Letter.objects.filter(way=way, sent_at__isnull=False).select_related("association", "request", "paper")
    return found.exclude(association__in=interests_of(actor)).order_by("-sent_at", "-id")
