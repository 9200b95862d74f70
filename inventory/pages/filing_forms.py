"""The forms of every procedure, drawn from its questions: the member's without the part for the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import MOST_PEOPLE
from inventory.associations.questions import Procedure, Question
from inventory.pages.fields import PaperField
from inventory.pages.request_forms import OfficeForm


class MemberFilingForm(forms.Form):
    """What a member answers on line; question 1, the request, is known from the address."""

    def __init__(self, procedure: Procedure, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = [one for one in procedure.questions if one.kind != "reference"]
        for question in self.questions:
            self.fields[question.code] = _field(question)
        self.fields["paper"] = PaperField(label=_("A photo or scan, if you have one"), required=False)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers by the code of their question."""
        return {one.code: self.cleaned_data[one.code] for one in self.questions}


class CounterFilingForm(OfficeForm, MemberFilingForm):
    """The same questions with the same numbers at the counter, and the part for the office below them."""

    reference = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"class": "tag", "autocomplete": "off"}))

    field_order = ("reference",)

    def __init__(self, procedure: Procedure, *args: Any, **options: Any) -> None:
        super().__init__(procedure, *args, **options)
        first = procedure.questions[0]
        self.fields["reference"].label = first.asked
        self.fields["reference"].help_text = str(first.hint)
        office = ("channel", "received_at", "dated_by")
        self.order_fields(["reference", *(one.code for one in self.questions), "paper", *office])

    def clean_reference(self) -> str:
        """In upper case, without spaces."""
        return "".join(self.cleaned_data["reference"].split()).upper()

    @property
    def stamp(self) -> dict[str, Any]:
        """How it came and when."""
        return {name: self.cleaned_data[name] for name in ("channel", "received_at", "dated_by")}


class MissingForm(forms.Form):
    """What a request still needs."""

    what = forms.CharField(
        label=_("What is missing?"),
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the association's language: the sentence stands in a letter to it."),
    )


def _field(question: Question) -> forms.Field:
    facts: dict[str, Any] = {"label": question.asked, "help_text": question.hint, "required": question.needed}
    if question.kind == "count":
        numbers = forms.NumberInput(attrs={"inputmode": "numeric"})
        return forms.IntegerField(min_value=0, max_value=MOST_PEOPLE, widget=numbers, **facts)
    return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": max(2, question.room // 2)}), **facts)
