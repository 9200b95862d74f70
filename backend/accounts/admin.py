"""Accounts in Django's own back office, for superusers: people and their roles, and nothing of the business."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from backend.accounts.models import User


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    """People, their language and their roles (groups)."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "language")}),
        ("Roles", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )
    list_display = ("username", "first_name", "last_name", "language", "is_active")
    filter_horizontal = ("groups",)
