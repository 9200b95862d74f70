"""Long work as its asker sees it: what is under way, how far it is, and a way to stop it."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inventory.documents import spool
from inventory.documents.queries import made_by
from inventory.jobs.models import JobState
from inventory.jobs.queries import job_of, jobs_of, neglected
from inventory.jobs.stopping import stop
from inventory.pages.asking import actor_of, page_of


@require_safe
def jobs_page(request: HttpRequest) -> HttpResponse:
    """Everything this person asked for that takes longer than a page."""
    context = {"page": page_of(request, jobs_of(actor_of(request))), "neglected": neglected()}
    return render(request, "inventory/jobs/list.html", context)


@require_safe
@never_cache
def job_page(request: HttpRequest, code: str) -> HttpResponse:
    """One piece of work that makes a file: how far it is, then the file."""
    job = job_of(code, actor_of(request))
    context = {"job": job, "ready": job.state == JobState.DONE and spool.kept(job.code), "days": spool.DAYS_KEPT}
    return render(request, "inventory/jobs/job.html", context)


@require_safe
def job_file(request: HttpRequest, code: str) -> FileResponse:
    """What it made. Refuses NotFound: it is not ready, or no longer kept."""
    job, made = made_by(code, actor_of(request))
    return FileResponse(made, as_attachment=True, filename=job.gives, content_type="application/zip")


@require_safe
@never_cache
def job_state(request: HttpRequest, code: str) -> JsonResponse:
    """How far it is, for the page that shows it."""
    job = job_of(code, actor_of(request))
    figures = {"ended": job.ended, "done": job.so_far, "total": job.total}
    return JsonResponse({"state": job.state, "label": str(job.state_label), "said": job.said, **figures})


@require_POST
def cancel_job(request: HttpRequest, code: str) -> HttpResponse:
    """Stop it; the page it belongs to says what came of it."""
    job = stop(code, actor=actor_of(request))
    messages.success(request, _("The work is cancelled.") if job.ended else _("The work stops at its next step."))
    return redirect(job.place) if job.place else redirect("job", job.code)


urls = [
    path("jobs/", jobs_page, name="jobs"),
    path("jobs/<str:code>/", job_page, name="job"),
    path("jobs/<str:code>/file/", job_file, name="job_file"),
    path("jobs/<str:code>/state/", job_state, name="job_state"),
    path("jobs/<str:code>/cancel/", cancel_job, name="job_cancel"),
]
