"""How Django finds the accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, roles, tokens."""

    name = "backend.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
