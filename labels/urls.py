"""Addresses of the label pages, below /labels/."""

from __future__ import annotations

from django.urls import path

from labels import pages, paper_pages, printer_pages

urlpatterns = [
    path("", pages.sheet_page, name="labels"),
    path("sheet/", pages.sheet_file, name="label_sheet"),
    path("beforehand/", pages.reserve, name="labels_beforehand"),
    path("preview.png", pages.preview_picture, name="label_preview"),
    path("test-page/", printer_pages.trial_page, name="label_trial"),
    path("papers/", paper_pages.papers_page, name="label_papers"),
    path("papers/new/", paper_pages.paper_new, name="label_paper_new"),
    path("papers/<str:key>/", paper_pages.paper_page, name="label_paper"),
    path("papers/<str:key>/withdraw/", paper_pages.paper_withdraw, name="label_paper_withdraw"),
    path("papers/<str:key>/page.svg", paper_pages.outline, name="label_outline"),
    path("printers/", printer_pages.printers_page, name="label_printers"),
    path("printers/new/", printer_pages.printer_new, name="label_printer_new"),
    path("printers/<str:key>/", printer_pages.printer_page, name="label_printer"),
    path("printers/<str:key>/nudge/", printer_pages.printer_nudge, name="label_printer_nudge"),
    path("printers/<str:key>/withdraw/", printer_pages.printer_withdraw, name="label_printer_withdraw"),
    path("runs/<str:code>/", printer_pages.print_run_page, name="print_run"),
    path("runs/<str:code>/again/", printer_pages.print_again, name="print_again"),
    path("<str:tag>/", pages.label_page, name="label"),
    path("<str:tag>/file/", pages.label_file, name="label_file"),
]
