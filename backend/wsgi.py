"""The door a web server knocks at; it stays shut on a database that does not enforce our rules."""

import os

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
application = get_wsgi_application()


def refuse_without_rules() -> None:
    """Raise ImproperlyConfigured where a trigger is missing: a server without them would promise too much."""
    from inventory.apps import RULES_MISSING

    for message in run_checks(tags=[Tags.database], databases=["default"]):
        if message.id == RULES_MISSING:
            raise ImproperlyConfigured(f"{message.msg} {message.hint}")


refuse_without_rules()
