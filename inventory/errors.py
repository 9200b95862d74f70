"""What Relais refuses, in the words of the trade; each door turns these into its own kind of answer."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as spoken

_TAG = re.compile(r"[0-9A-HJKMNP-TV-Z]{9}")


class Refusal(Exception):
    """The domain says no: a sentence for the reader, a stable code and the facts a program can use.

    `message` may be lazily translated; `facts` fill its named placeholders and travel to the API.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str | Promise, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        """The sentence in the reader's language, placeholders filled from the facts."""
        return _filled(str(self.message), self.facts)

    def plain(self) -> dict[str, Any]:
        """The refusal as JSON can keep it, in no language yet; `told` says it to a reader."""
        with translation.override(None):
            message = str(self.message)
        facts = {name: value if isinstance(value, int) else str(value) for name, value in self.facts.items()}
        return {"code": self.code, "message": message, "facts": facts}


def told(kept: dict[str, Any]) -> str:
    """The sentence of a kept refusal (`Refusal.plain`) in the reader's language."""
    return _filled(spoken(kept["message"]), kept["facts"])


def _filled(text: str, facts: dict[str, Any]) -> str:
    return text % {name: _as_printed(name, value) for name, value in facts.items()} if "%(" in text else text


def _as_printed(name: str, value: Any) -> Any:
    # In a sentence a tag is written as it stands on the label; the facts keep it as programs know it.
    if name in {"tag", "code"} and isinstance(value, str) and _TAG.fullmatch(value):
        return f"{value[:4]}-{value[4:8]}-{value[8:]}"
    return value


class NotFound(Refusal):
    """There is no such thing, or it is not yours: both get the same answer."""

    code = "not_found"


class NotAllowed(Refusal):
    """The actor's roles do not hold the permission word this act needs."""

    code = "not_allowed"


class StepRefused(Refusal):
    """The law has no such step from the device's present status, or a guard of the step says no."""

    code = "step_refused"


class BadInput(Refusal):
    """What was given cannot be used; `field` names the place and the sentence names the mend."""

    code = "bad_input"


class BadFile(BadInput):
    """A file that cannot be read; the sentence says why and how to save it again."""

    code = "bad_file"


class Conflict(Refusal):
    """Somebody else was first, or the thing is no longer as the asker saw it."""

    code = "conflict"


class RuleBroken(Refusal):
    """A rule of the domain (four eyes, proof missing, sum exceeded) forbids it whatever the status."""

    code = "rule_broken"
