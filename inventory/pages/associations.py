"""Associations for people: find, register, decide who may receive, and say who acts for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.associations import commands, queries
from inventory.associations import register as register_commands
from inventory.associations.confirming import STATUSES, confirm_number, confirmation_of, is_stale, to_look_up
from inventory.associations.facts import (
    CHANNELS,
    EPN_LABELS,
    LEGAL_FORMS,
    PUBLICS,
    UI_LANGUAGES,
    dotted,
    is_doubtful,
)
from inventory.associations.models import Association
from inventory.associations.municipalities import MUNICIPALITIES, suggested
from inventory.associations.register import CLUSTER_KINDS
from inventory.devices.gatekeepers import require
from inventory.devices.queries import names_of
from inventory.handover.queries import agreements
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of, bytes_of, page_of, posted
from inventory.pages.association_forms import (
    ClusterForm,
    ConfirmForm,
    ContactForm,
    EligibilityForm,
    LeaveClusterForm,
    MemberForm,
    RegisterForm,
)


@require_GET
def associations(request: HttpRequest) -> HttpResponse:
    """Associations by name; the search stands in the address."""
    actor = actor_of(request)
    words = request.GET.get("q", "").strip()
    due = request.GET.get("due", "")
    lists = {"1": queries.to_check, "bank": to_look_up}
    found = lists.get(due, queries.associations)(actor, words)
    context = {
        "page": page_of(request, queries.with_eligibility(found)),
        "q": words,
        "due": due,
        "due_count": queries.to_check(actor).count(),
        "bank_count": to_look_up(actor).count(),
        "legal_forms": LEGAL_FORMS,
        "may_register": actor.holds(Word.REGISTER_ASSOCIATION),
    }
    return render(request, "inventory/associations/associations.html", context)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register an association, with its enterprise number or as a de-facto one."""
    actor = actor_of(request)
    require(actor, Word.REGISTER_ASSOCIATION)
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        made = commands.register_association(actor=actor, **form.cleaned_data)
        messages.success(request, _("%(name)s is registered as %(code)s.") % {"name": made.name, "code": made.code})
        return redirect("association", made.code)
    context = {"form": form}
    return render(request, "inventory/associations/register.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what the register says of an association."""
    actor = actor_of(request)
    require(actor, Word.REGISTER_ASSOCIATION)
    found = queries.association_of(code, actor)
    form = RegisterForm(request.POST or None, initial=RegisterForm.known(found))
    if form.is_valid():
        register_commands.correct_association(found.code, actor=actor, **form.cleaned_data)
        messages.success(request, _("The register is corrected."))
        return redirect("association", found.code)
    context = {"form": form, "association": found}
    return render(request, "inventory/associations/register.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what the Crossroads Bank says of its number."""
    actor = actor_of(request)
    require(actor, Word.REGISTER_ASSOCIATION)
    found = queries.association_of(code, actor)
    form = ConfirmForm(*posted(request), initial={"checked_on": timezone.localdate()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        evidence = facts.pop("evidence")
        confirm_number(found.code, actor=actor, evidence=bytes_of(evidence) if evidence else None, **facts)
        messages.success(request, _("What the Crossroads Bank says is on record."))
        return redirect("association", found.code)
    context = {"form": form, "association": found, "number": dotted(found.enterprise_number)}
    return render(request, "inventory/associations/confirm.html", context, status=422 if form.errors else 200)


@require_GET
def association(request: HttpRequest, code: str) -> HttpResponse:
    """One association: whether it may receive and why, who acts for it, what it asked for and was given."""
    return _show(request, queries.association_of(code, actor_of(request)))


@require_POST
def eligibility(request: HttpRequest, code: str) -> HttpResponse:
    """Decide, with reasons, whether it may receive this year."""
    actor = actor_of(request)
    found = queries.association_of(code, actor)
    form = EligibilityForm(request.POST)
    if not form.is_valid():
        return _show(request, found, eligibility_form=form)
    commands.decide_eligibility(found.code, actor=actor, **form.cleaned_data)
    messages.success(request, _("The decision is recorded. It lasts a year."))
    return redirect("association", found.code)


@require_POST
def member(request: HttpRequest, code: str) -> HttpResponse:
    """Let a user act for it."""
    actor = actor_of(request)
    found = queries.association_of(code, actor)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _show(request, found, member_form=form)
    user = queries.account_named(form.cleaned_data["username"], actor)
    commands.add_member(found.code, user, actor=actor)
    messages.success(request, _("%(user)s may act for this association.") % {"user": user.get_username()})
    return redirect("association", found.code)


@require_POST
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Say whom we may ask."""
    actor = actor_of(request)
    found = queries.association_of(code, actor)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _show(request, found, contact_form=form)
    register_commands.add_contact(found.code, actor=actor, **form.cleaned_data)
    messages.success(request, _("%(name)s is noted.") % {"name": form.cleaned_data["name"]})
    return redirect("association", found.code)


@require_POST
def forget_contact(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Forget a contact person."""
    actor = actor_of(request)
    found = queries.association_of(code, actor)
    register_commands.remove_contact(found.code, number, actor=actor)
    messages.success(request, _("The contact person is forgotten."))
    return redirect("association", found.code)


@require_http_methods(["GET", "POST"])
def cluster(request: HttpRequest, code: str) -> HttpResponse:
    """Declare that another association has the same people, address or umbrella behind it."""
    actor = actor_of(request)
    require(actor, Word.REGISTER_ASSOCIATION)
    found = queries.association_of(code, actor)
    form = ClusterForm(request.POST or None)
    if form.is_valid():
        other = queries.association_meant(form.cleaned_data.pop("other"), actor)
        made = register_commands.declare_cluster([found.code, other.code], actor=actor, **form.cleaned_data)
        messages.success(request, _("They share points and history from now on, as %(code)s.") % {"code": made.code})
        return redirect("association", found.code)
    context = {"form": form, "association": found}
    return render(request, "inventory/associations/cluster.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Take it out of its cluster, with the reason."""
    actor = actor_of(request)
    require(actor, Word.REGISTER_ASSOCIATION)
    found = queries.association_of(code, actor)
    form = LeaveClusterForm(request.POST or None)
    if form.is_valid():
        register_commands.leave_cluster(found.code, actor=actor, **form.cleaned_data)
        messages.success(request, _("%(name)s stands alone from now on.") % {"name": found.name})
        return redirect("association", found.code)
    context = {"form": form, "association": found}
    return render(request, "inventory/associations/leave.html", context, status=422 if form.errors else 200)


def _show(
    request: HttpRequest,
    found: Association,
    *,
    eligibility_form: EligibilityForm | None = None,
    member_form: MemberForm | None = None,
    contact_form: ContactForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    decisions = list(queries.eligibilities_of(found))
    names = names_of([_key(one.decided_by) for one in decisions], actor)
    may_see_requests = actor.holds(Word.READ_REQUESTS) or actor.holds(Word.REQUEST)
    wrong = any(form and form.errors for form in (eligibility_form, member_form, contact_form))
    context: dict[str, Any] = {
        "association": found,
        "legal_form": LEGAL_FORMS[found.legal_form],
        "eligible": queries.is_eligible(found),
        "expired": bool(decisions) and decisions[0].expires_on < timezone.localdate(),
        "decisions": [(one, names[_key(one.decided_by)]) for one in decisions],
        "members": queries.members_of(found),
        "requests": queries.requests(actor, association=found.code)[:50] if may_see_requests else [],
        "agreements": agreements(actor, association=found.code)[:50] if may_see_requests else [],
        "eligibility_form": eligibility_form or EligibilityForm(),
        "member_form": member_form or MemberForm(),
        "contact_form": contact_form or ContactForm(),
        **_facts(found),
        **_may(actor),
    }
    return render(request, "inventory/associations/association.html", context, status=422 if wrong else 200)


def _facts(found: Association) -> dict[str, Any]:
    seat = MUNICIPALITIES.get(found.nis_code)
    language = translation.get_language() or "fr"
    check = confirmation_of(found) if found.enterprise_number else None
    return {
        "number": dotted(found.enterprise_number),
        "doubtful": is_doubtful(found.enterprise_number),
        "check": check,
        "check_words": STATUSES[check.standing] if check else "",
        "check_stale": is_stale(check),
        "seat": seat.name(language) if seat else "",
        "suggested": [] if seat else [row.name(language) for row in suggested(found.postcode)],
        "speaks": UI_LANGUAGES.get(found.ui_language or found.official_language),
        "preferred": CHANNELS.get(found.preferred_channel, ""),
        "epn": EPN_LABELS[found.epn_label],
        "publics": [(PUBLICS[public], count) for public, count in found.publics.items()],
        "contacts": queries.contacts_of(found),
        "cluster": found.cluster,
        "cluster_kind": CLUSTER_KINDS[found.cluster.kind] if found.cluster else "",
        "fellows": queries.fellows_of(found),
    }


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_decide": actor.holds(Word.DECIDE_ELIGIBILITY),
        "may_correct": actor.holds(Word.REGISTER_ASSOCIATION),
        "may_add_members": actor.holds(Word.ADMINISTER) or actor.holds(Word.REGISTER_ASSOCIATION),
        "may_see_members": not actor.holds(Word.REQUEST),
        "may_enter_request": actor.holds(Word.REQUEST_FOR_OTHERS) or actor.holds(Word.REQUEST),
    }


def _key(person: Any) -> str:
    key: str = person.key
    return key


urls = [
    path("associations/", associations, name="associations"),
    path("associations/new/", register, name="association_new"),
    path("associations/<str:code>/", association, name="association"),
    path("associations/<str:code>/confirm/", confirm, name="association_confirm"),
    path("associations/<str:code>/correct/", correct, name="association_correct"),
    path("associations/<str:code>/contacts/", contact, name="association_contact"),
    path("associations/<str:code>/contacts/<int:number>/forget/", forget_contact, name="association_forget_contact"),
    path("associations/<str:code>/cluster/", cluster, name="association_cluster"),
    path("associations/<str:code>/cluster/leave/", leave, name="association_leave_cluster"),
    path("associations/<str:code>/eligibility/", eligibility, name="association_eligibility"),
    path("associations/<str:code>/members/", member, name="association_member"),
]
