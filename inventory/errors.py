"""What Relais refuses, in the words of the trade; each door turns these into its own kind of answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise


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
        text = str(self.message)
        return text % self.facts if self.facts and "%(" in text else text


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
