"""Pickup requests for people: what departments ask, by a link without an account or through a clerk, and the answer."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.collection import pickups, queries
from inventory.collection.pickup_models import PickupRequest
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of, posted
from inventory.pages.pickup_forms import ClerkPickupForm, DeclineForm, InviteForm, LinkedPickupForm


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What departments ask, those that wait first; the filters stand in the address."""
    actor = actor_of(request)
    asked = {"state": request.GET.get("state", ""), "q": request.GET.get("q", "").strip()}
    context = {
        "page": page_of(request, queries.pickup_requests(actor, state=asked["state"], words=asked["q"])),
        "asked": asked,
        "states": queries.PICKUP_STATES,
        "may_plan": actor.holds(Word.DECLARE),
    }
    return render(request, "inventory/pickups/requests.html", context)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A clerk enters what came by telephone, at the counter or on paper."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    form = ClerkPickupForm(*posted(request), initial={"earliest_on": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data
        entered = pickups.enter_pickup(
            form.asked(said["department"]), actor=actor, channel=said["channel"], received_at=said["received_at"]
        )
        messages.success(request, _("Pickup request %(reference)s is entered.") % {"reference": entered.reference})
        return redirect("pickup", entered.reference)
    return render(request, "inventory/pickups/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def pickup(request: HttpRequest, reference: str) -> HttpResponse:
    """One request: what is asked, and what can be answered."""
    return _show(request, queries.pickup_of(reference, actor_of(request)))


@require_POST
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Say no, with a reason."""
    actor = actor_of(request)
    form = DeclineForm(request.POST)
    found = queries.pickup_of(reference, actor)
    if not form.is_valid():
        return _show(request, found, form)
    pickups.decline_pickup(reference, actor=actor, reason=form.cleaned_data["reason"])
    messages.success(request, _("Pickup request %(reference)s is declined.") % {"reference": found.reference})
    return redirect("pickups")


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """The department told us that it needs no pickup any more."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    found = pickups.withdraw_pickup(reference, actor=actor)
    messages.success(request, _("Pickup request %(reference)s is withdrawn.") % {"reference": found.reference})
    return redirect("pickups")


@require_safe
def on_paper(request: HttpRequest) -> HttpResponse:
    """The form to fill in by hand, in French or Dutch."""
    asked = request.GET.get("language", "")
    language = asked if asked in ("fr", "nl") else translation.get_language() or "fr"
    language = language if language in ("fr", "nl") else "fr"
    with translation.override(language):
        context = {"language": language, "categories": [str(label) for label in CATEGORIES.values()]}
        return render(request, "inventory/pickups/on_paper.html", context)


@require_http_methods(["GET", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """The links that departments hold, and one more."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    form = InviteForm(*posted(request))
    if form.is_valid():
        made = pickups.invite(actor=actor, **form.cleaned_data)
        words = _("The link for %(department)s is made: copy it and send it, or print it.")
        messages.success(request, words % {"department": made.department})
        return redirect("pickup_links")
    shown = [
        {
            "invitation": one,
            "address": request.build_absolute_uri(reverse("pickup_ask", args=[pickups.signed_code(one)])),
            "open": one.withdrawn_at is None and one.valid_until >= timezone.localdate(),
        }
        for one in queries.invitations(actor)[:200]
    ]
    context = {"form": form, "links": shown}
    return render(request, "inventory/pickups/links.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_link(request: HttpRequest, code: str) -> HttpResponse:
    """Make a link open nothing any more."""
    pickups.withdraw_invitation(code, actor=actor_of(request))
    messages.success(request, _("The link is withdrawn."))
    return redirect("pickup_links")


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, signed: str) -> HttpResponse:
    """What a department sees through its link: the form, and what became of what it asked before. No account."""
    invitation = pickups.invitation_of(signed)
    form = LinkedPickupForm(
        *posted(request), initial={"earliest_on": timezone.localdate(), "form_mark": secrets.token_hex(16)}
    )
    if form.is_valid():
        asked = form.asked(invitation.department)
        visitor = pickups.Visitor(invitation)
        sent = pickups.ask_by_link(signed, asked, actor=visitor, form_mark=form.cleaned_data["form_mark"])
        messages.success(request, _("Thank you. Your request is %(reference)s.") % {"reference": sent.reference})
        return redirect("pickup_ask", signed)
    context = {
        "form": form,
        "invitation": invitation,
        "signed": signed,
        "requests": queries.pickups_of(invitation)[:50],
    }
    return render(request, "inventory/pickups/ask.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_own(request: HttpRequest, signed: str, reference: str) -> HttpResponse:
    """The department takes its own request back, through its link."""
    visitor = pickups.Visitor(pickups.invitation_of(signed))
    found = pickups.withdraw_pickup(reference, actor=visitor)
    messages.success(request, _("Pickup request %(reference)s is withdrawn.") % {"reference": found.reference})
    return redirect("pickup_ask", signed)


def _show(request: HttpRequest, found: PickupRequest, form: DeclineForm | None = None) -> HttpResponse:
    context = {
        "one": found,
        "kinds": [(CATEGORIES[kind], number) for kind, number in found.quantities.items()],
        "may_answer": found.state == "asked" and actor_of(request).holds(Word.DECLARE),
        "form": form or DeclineForm(),
    }
    return render(request, "inventory/pickups/request.html", context, status=422 if form else 200)


urls = [
    path("pickups/", requests, name="pickups"),
    path("pickups/new/", enter, name="pickup_new"),
    path("pickups/paper/", on_paper, name="pickup_on_paper"),
    path("pickups/links/", links, name="pickup_links"),
    path("pickups/links/<slug:code>/withdraw/", withdraw_link, name="pickup_link_withdraw"),
    path("pickups/<str:reference>/", pickup, name="pickup"),
    path("pickups/<str:reference>/decline/", decline, name="pickup_decline"),
    path("pickups/<str:reference>/withdraw/", withdraw, name="pickup_withdraw"),
    path("p/<str:signed>/", ask, name="pickup_ask"),
    path("p/<str:signed>/<str:reference>/withdraw/", withdraw_own, name="pickup_withdraw_own"),
]
