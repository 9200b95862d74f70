"""Reads of associations and requests; a member sees their own association and nothing of others."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.models import Association, Eligibility, Request, RequestLine
from inventory.devices.identity import folded
from inventory.errors import NotAllowed, NotFound
from inventory.lifecycle import Actor, Word

# Whoever holds one of these sees every association; members see their own.
SEE_ALL = (Word.READ_REQUESTS, Word.REGISTER_ASSOCIATION, Word.DECIDE_ELIGIBILITY, Word.AUDIT)


def associations(actor: Actor, words: str = "") -> QuerySet[Association]:
    """Associations this person may see, by name; `words` looks in name, code, number and municipality."""
    found = Association.objects.order_by("name", "id")
    if not any(actor.holds(word) for word in SEE_ALL):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see associations."))
        found = found.filter(memberships__user_id=actor.pk)
    for word in words.split():
        digits = "".join(sign for sign in word if sign.isdigit())
        wanted = Q(name__icontains=word) | Q(code__iexact=word) | Q(municipality__icontains=word)
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


def latest_eligibility(association: Association) -> Eligibility | None:
    """The decision in force or last made."""
    return association.eligibilities.select_related("decided_by").order_by("-id").first()


def is_eligible(association: Association) -> bool:
    """Whether somebody decided, less than a year ago, that the association may receive."""
    latest = latest_eligibility(association)
    return latest is not None and latest.eligible and latest.expires_on >= timezone.localdate()


def requests(actor: Actor, *, state: str = "", words: str = "", channel: str = "") -> QuerySet[Request]:
    """Requests this person may see, latest date stamp first, with `asked` (devices) and `kept` (reserved or given)."""
    found = Request.objects.select_related("association").annotate(
        asked=Sum("lines__quantity"),
        line_count=Count("lines", distinct=True),
    )
    if not actor.holds(Word.READ_REQUESTS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see requests."))
        found = found.filter(association__memberships__user_id=actor.pk)
    if state:
        found = found.filter(state=state)
    if channel:
        found = found.filter(channel=channel)
    for word in folded(words).split():
        found = found.filter(Q(reference__icontains=word) | Q(association__name__icontains=word))
    return found.order_by("-received_at", "-id")


def request_of(reference: str, actor: Actor) -> Request:
    """One request. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = requests(actor).filter(reference=reference.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no request %(reference)s."), reference=reference)
    return found


def lines_of(request: Request) -> QuerySet[RequestLine]:
    """Lines in order, with how many devices are `kept` (reserved or handed over) for each."""
    return request.lines.annotate(
        kept=Count("reservations", filter=Q(reservations__released_at__isnull=True), distinct=True)
    ).order_by("position")
