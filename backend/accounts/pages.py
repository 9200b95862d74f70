"""The page where a person chooses the PIN with which they sign on a colleague's phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backend.accounts.pins import DIGITS, check_pin, choose_pin
from inventory.errors import Refusal


class PinForm(forms.Form):
    """Six digits, twice, and the password: a phone left lying about must not sign for its owner."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        max_length=DIGITS,
        help_text=gettext_lazy("Six digits that neither repeat nor count up. You type it on a colleague's phone."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same PIN again"),
        max_length=DIGITS,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_password(self) -> str:
        """It must be theirs."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password

    def clean_pin(self) -> str:
        """One that nobody guesses at once."""
        pin: str = self.cleaned_data["pin"]
        try:
            check_pin(pin)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return pin

    def clean(self) -> dict[str, Any]:
        """Both alike."""
        cleaned = super().clean() or self.cleaned_data
        if "pin" in cleaned and cleaned.get("again") != cleaned["pin"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """Choose a PIN, or another one."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    user = request.user
    form = PinForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        choose_pin(user, form.cleaned_data["pin"], actor=user)
        messages.success(request, _("Your PIN is kept. You sign with it on a colleague's phone."))
        return redirect("account_change_password")
    context = {"form": form, "chosen": bool(user.pin_hash)}
    return render(request, "account/pin.html", context, status=422 if form.errors else 200)


urls = [path("accounts/pin/", pin, name="account_pin")]
