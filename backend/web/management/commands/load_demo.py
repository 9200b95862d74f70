"""`./run demo` loads the demonstration city with this, through the same commands that people use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.accounts.demo import sign_ins
from backend.demonstration.city import laid, lay_city


class Command(BaseCommand):
    """Safe to run twice: a city that stands is left as it is."""

    help = "Load the demonstration city (invented people, devices and associations)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.RELAIS_DEMO:
            raise CommandError("The demonstration has known passwords: set RELAIS_DEMO=1 where that is meant.")
        if laid():
            self.stdout.write("  The demonstration city is here already.")
        else:
            lay_city(lambda month: self.stdout.write(f"  {month} ..."))
        self.stdout.write("\n  Sign in as:")
        for one in sign_ins():
            self.stdout.write(f"    {one['username']:<8} {one['password']}   {one['role']}")
