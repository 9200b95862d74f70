"""Certificates as papers for colleagues, and the public page that says whether a number is genuine."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.views.decorators.http import require_POST, require_safe

from inventory.devices.queries import device_of
from inventory.pages.asking import actor_of, page_of
from inventory.pages.certificate_forms import CertificateForm, PaperForm
from inventory.wiping.certificates import certificates_pdf
from inventory.wiping.models import Certificate
from inventory.wiping.printing import AT_ONCE, MOST, print_certificates
from inventory.wiping.queries import certificate_numbered, certificates, certificates_in_force, checked_certificate


@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    """Every certificate, to be looked up and printed together."""
    form = CertificateForm(request.GET)
    found = certificates(actor_of(request), form.wanted())
    context = {
        "form": form,
        "page": page_of(request, found),
        "narrowed": form.has_changed(),
        "query": request.GET.urlencode(),
        "paper": PaperForm(),
        "most": MOST,
    }
    return render(request, "inventory/wiping/certificate_list.html", context)


@require_POST
def print_list(request: HttpRequest) -> HttpResponse:
    """The certificates that the address's filters find: a few as one PDF at once, more by a worker."""
    actor = actor_of(request)
    found = certificates(actor, CertificateForm(request.GET).wanted()).order_by("id")
    asked = {name: request.POST.get(name, "") for name in ("language", "audience")}
    if found[:AT_ONCE].count() and found.count() <= AT_ONCE:
        return _pdf(list(found), asked["language"], asked["audience"], "certificates")
    job = print_certificates(found.values_list("number", flat=True)[: MOST + 1], actor=actor, **asked)
    return redirect("job", job.code)


@require_safe
def certificate_paper(request: HttpRequest, number: str, language: str, audience: str) -> HttpResponse:
    """One certificate as PDF, in French or Dutch, for the city or for the beneficiary."""
    certificate = certificate_numbered(number, actor_of(request))
    return _pdf([certificate], language, audience, certificate.number)


@require_safe
def device_certificates(request: HttpRequest, tag: str, language: str, audience: str) -> HttpResponse:
    """Every certificate in force of a device's media, a page each."""
    device = device_of(tag, actor_of(request))
    return _pdf(list(certificates_in_force(device).order_by("id")), language, audience, device.tag)


@require_safe
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Number, day and result, and nothing else, for whoever holds the paper."""
    return render(request, "inventory/public/certificate.html", {"found": checked_certificate(number)})


def _pdf(chosen: Sequence[Certificate], language: str, audience: str, name: str) -> HttpResponse:
    response = HttpResponse(certificates_pdf(chosen, language, audience), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}-{language}-{audience}.pdf"'
    return response


_KIND = r"(?P<language>fr|nl)/(?P<audience>city|beneficiary)\.pdf$"

urls = [
    path("certificates/", certificate_list, name="certificates"),
    path("certificates/print/", print_list, name="certificates_print"),
    re_path(rf"^certificates/(?P<number>[^/]+)/{_KIND}", certificate_paper, name="certificate_paper"),
    re_path(rf"^devices/(?P<tag>[^/]+)/certificates/{_KIND}", device_certificates, name="device_certificates"),
    path("c/<str:number>/", check, name="certificate_check"),
    re_path(r"^[cC]/(?P<number>[^/]+)/?$", check),
]
