"""`./run manage issue_token USERNAME NAME`: a token for a program that speaks for a user, shown once."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.commands import issue_token
from backend.accounts.models import User
from inventory.errors import Refusal


class Command(BaseCommand):
    """Print the token; only its hash is kept."""

    help = "Issue an API token for a user."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name", help="what the token is for, such as 'wiping station 2'")
        parser.add_argument("--days", type=int, default=365)
        parser.add_argument("--only", nargs="*", default=(), help="permission words it is limited to: sanitise")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user called {options['username']}.")
        try:
            token = issue_token(user, options["name"], actor=user, days=options["days"], only=options["only"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(token)
