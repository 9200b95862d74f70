"""The pages of label paper: every paper with its drawing, and one's own to measure, correct and withdraw."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from inventory.devices.gatekeepers import require
from inventory.lifecycle import Actor, Word
from labels.commands import correct_paper, define_paper, withdraw_paper
from labels.jobs import papers, stock_named
from labels.outlines import page_svg
from labels.paper_forms import MeasuresForm, PaperDefinitionForm, measures_of
from labels.queries import own_paper


@require_GET
def papers_page(request: HttpRequest) -> HttpResponse:
    """Every paper: the makers' ones and people's own, with those too small for this city's address and why."""
    return render(request, "labels/papers.html", {"papers": papers(actor=_actor(request))})


def paper_new(request: HttpRequest) -> HttpResponse:
    """Measure a paper that is not in the list."""
    require(_actor(request), Word.LABEL)
    form = PaperDefinitionForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "paper": None}
        return render(request, "labels/paper.html", context, status=422 if form.is_bound else 200)
    paper = define_paper(form.cleaned_data["name"], form.measures, actor=_actor(request))
    return redirect("label_paper", paper.key)


def paper_page(request: HttpRequest, key: str) -> HttpResponse:
    """One's own paper: its drawing, and its measures to correct."""
    paper = own_paper(key, actor=_actor(request))
    form = MeasuresForm(request.POST) if request.method == "POST" else MeasuresForm(initial=measures_of(paper))
    if request.method == "POST" and form.is_valid():
        correct_paper(key, form.measures, actor=_actor(request))
        return redirect("label_paper", key)
    return render(request, "labels/paper.html", {"form": form, "paper": paper}, status=422 if form.is_bound else 200)


@require_POST
def paper_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Take a paper out of the list."""
    withdraw_paper(key, actor=_actor(request))
    return redirect("label_papers")


@require_GET
def outline(request: HttpRequest, key: str) -> HttpResponse:
    """The drawing of a page of this paper; `first` and `count` in the address show what is used and what is printed."""
    require(_actor(request), Word.LABEL)
    stock = stock_named(key)
    first, count = (_number(request.GET.get(name, ""), usual) for name, usual in (("first", 1), ("count", 0)))
    return HttpResponse(page_svg(stock, first=first, count=count), content_type="image/svg+xml")


def _number(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else usual


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.user)
