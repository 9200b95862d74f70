"""Addresses of the label pages, below /labels/."""

from __future__ import annotations

from django.urls import path

from labels import pages

urlpatterns = [
    path("", pages.sheet_page, name="labels"),
    path("sheet.pdf", pages.sheet_file, name="label_sheet"),
    path("beforehand/", pages.reserve, name="labels_beforehand"),
    path("<str:tag>/", pages.label_page, name="label"),
    path("<str:tag>/label.pdf", pages.label_pdf, name="label_pdf"),
    path("<str:tag>/label.png", pages.label_picture, name="label_picture"),
]
