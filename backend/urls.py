"""Every address of Relais, in one place."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from backend.accounts import pages as account_pages
from backend.api import api

handler400 = "backend.problems.bad_request"
handler404 = "backend.problems.not_found"

urlpatterns = [
    path("", include("inventory.pages.urls")),
    path("labels/", include("labels.urls")),
    path("imports/", include("imports.urls")),
    *account_pages.urls,
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    path("admin/", admin.site.urls),
]
