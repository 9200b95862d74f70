"""Addresses of the label pages, below /labels/."""

from __future__ import annotations

from django.urls import path

from labels import pages, paper_pages

urlpatterns = [
    path("", pages.sheet_page, name="labels"),
    path("sheet.pdf", pages.sheet_file, name="label_sheet"),
    path("beforehand/", pages.reserve, name="labels_beforehand"),
    path("papers/", paper_pages.papers_page, name="label_papers"),
    path("papers/new/", paper_pages.paper_new, name="label_paper_new"),
    path("papers/<str:key>/", paper_pages.paper_page, name="label_paper"),
    path("papers/<str:key>/withdraw/", paper_pages.paper_withdraw, name="label_paper_withdraw"),
    path("papers/<str:key>/page.svg", paper_pages.outline, name="label_outline"),
    path("<str:tag>/", pages.label_page, name="label"),
    path("<str:tag>/label.pdf", pages.label_pdf, name="label_pdf"),
    path("<str:tag>/label.png", pages.label_picture, name="label_picture"),
]
