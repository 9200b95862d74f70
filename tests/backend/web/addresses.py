"""A few pages that stand in for the desk, so that the shell is tested by itself."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from backend.accounts import pages as account_pages
from inventory.errors import StepRefused

LIST = """{% extends "web/base.html" %}{% load relais %}
{% block title %}List{% endblock %}{% block heading %}List{% endblock %}
{% block content %}<table><thead><tr>{% column "tag" "Tag" %}{% column "kg" "kg" "number" %}</tr></thead></table>
{% pager page %}{% include "web/parts/relay.html" with entries=entries %}{% status "ready" %}
{% medium_state "pending" %}
{{ "7K3QX9M21"|grouped }}{% endblock %}"""


class Question(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the statutes.")
    language = forms.ChoiceField(label="Language", choices=[("fr", "FR"), ("nl", "NL")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed", help_text="You may change your mind.")
    remarks = forms.CharField(label="Remarks", required=False)


def desk_list(request: HttpRequest) -> HttpResponse:
    moment = dt.datetime(2026, 7, 1, 10, 30, tzinfo=dt.UTC)
    entries = [{"what": "Received", "who": "Wanda", "when": moment, "where": "", "more": ""}]
    page = Paginator(range(1000), 10).get_page(request.GET.get("page"))
    template = engines["django"].from_string(LIST)
    return HttpResponse(template.render({"page": page, "entries": entries}, request))


def question(request: HttpRequest) -> HttpResponse:
    form = Question(request.POST or {"name": ""})
    form.is_valid()
    template = engines["django"].from_string(
        '{% extends "web/base.html" %}{% block title %}Q{% endblock %}{% block heading %}Q{% endblock %}'
        '{% block content %}<form method="post">{% csrf_token %}{{ form }}</form>{% endblock %}'
    )
    return HttpResponse(template.render({"form": form}, request), status=422)


def refuse(request: HttpRequest) -> HttpResponse:
    raise StepRefused("'%(step)s' cannot be taken <now>.", step="Hand over")


def public(request: HttpRequest) -> HttpResponse:
    return render(request, "web/public.html")


urlpatterns = [
    *account_pages.urls,
    path("", desk_list, name="board"),
    path("devices/", desk_list, name="devices"),
    path("audit/", desk_list, name="audit"),
    path("wiping/", desk_list, name="wiping"),
    path("scan/", desk_list, name="scan"),
    path("question/", question),
    path("refuse/", refuse),
    path("t/x/", public),
    path("public/figures/", public, name="public_figures_now"),
    path("public/data/", public, name="public_data"),
    path("public/rounds/", public, name="public_rounds"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
