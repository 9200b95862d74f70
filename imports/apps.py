"""Imports as a Django application: files in, staged, previewed, applied."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Files in."""

    name = "imports"
    default_auto_field = "django.db.models.BigAutoField"
