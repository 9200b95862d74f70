"""Registers the shell with Django, so that its templates, static files and tags are found."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell has no tables of its own."""

    name = "backend.web"
    label = "web"
    verbose_name = "Web shell"
