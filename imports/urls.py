"""Addresses of the import wizard, below /imports/."""

from __future__ import annotations

from django.urls import path

from imports import findings, pages

urlpatterns = [
    path("", pages.upload_page, name="imports"),
    path("template.xlsx", pages.template_file, {"form": "xlsx"}, name="import_template_xlsx"),
    path("template.csv", pages.template_file, {"form": "csv"}, name="import_template_csv"),
    path("findings/<str:number>/", findings.sample_upload, name="sample_upload"),
    path("<str:code>/", pages.run_page, name="import_run"),
    path("mappings/<str:code>/forget/", pages.forget_saved, name="import_mapping_forget"),
    path("<str:code>/columns/", pages.columns_run, name="import_columns"),
    path("<str:code>/apply/", pages.apply_run, name="import_apply"),
    path("<str:code>/undo/", pages.undo_run, name="import_undo"),
    path("<str:code>/problems.csv", pages.problems_file, name="import_problems"),
    path("<str:code>/discard/", pages.discard_run, name="import_discard"),
]
