"""Forms of local accounts: signing in, one's own password, and somebody new."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from kanban.accounts.local_accounts import LONGEST
from kanban.accounts.lockout import known_as, too_many
from kanban.models import Person, Role

NO_FIT = "That name and that password do not fit together. Try again."
NOT_CHANGED: dict[str, Any] = {
    "password_incorrect": "That is not the password that you have now.",
    "password_mismatch": "The two new passwords differ.",
    "same": "That is the password that you have now. Choose another.",
}
NAME = UnicodeUsernameValidator(message="A sign-in name has letters, digits and @ . + - _ and no spaces.")


class SignInForm(AuthenticationForm):
    """One sentence for every failure, so that it reveals no sign-in names."""

    error_messages = dict.fromkeys(("invalid_login", "inactive"), NO_FIT)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label = "Sign-in name"
        name.error_messages["required"] = "Type your sign-in name."
        password.error_messages["required"] = "Type your password."
        if self.is_bound or self.initial:
            password.widget.attrs["autofocus"] = name.widget.attrs.pop("autofocus")

    def clean_username(self) -> str:
        return known_as(self.cleaned_data["username"])

    def clean_password(self) -> str:
        """A password longer than any can be is not hashed."""
        password = self.cleaned_data["password"]
        if len(password) > LONGEST:
            raise ValidationError(self.error_messages["invalid_login"])
        return str(password)

    def confirm_login_allowed(self, user: Person) -> None:
        """Many guesses sent at once may all pass before the first is counted. Then even the right one among them is
        refused."""
        super().confirm_login_allowed(user)
        if self.request and too_many(self.request, user.get_username()):
            self.request.axes_locked_out = True  # type: ignore[attr-defined]
            raise self.get_invalid_login_error()


class OwnPasswordForm(PasswordChangeForm):
    error_messages = NOT_CHANGED

    def __init__(self, request: HttpRequest, person: Person, *args: Any) -> None:
        super().__init__(person, *args)
        self.request = request
        now, new, again = (self.fields[name] for name in ("old_password", "new_password1", "new_password2"))
        now.label = "One-time password" if person.must_change else "Password that you have now"
        new.label, again.label = "New password", "New password again"
        new.help_text = "At least 12 characters. Three or four words that nobody would put together make a good one."
        again.help_text = ""

    def clean_old_password(self) -> str:
        """Checked as at a sign-in, so that guesses are counted here too."""
        old = str(self.cleaned_data["old_password"])
        if len(old) > LONGEST or not authenticate(self.request, username=self.user.name, password=old):
            raise ValidationError(self.error_messages["password_incorrect"])
        return old

    def clean_new_password1(self) -> str:
        new = str(self.cleaned_data["new_password1"])
        if new == self.cleaned_data.get("old_password"):
            raise ValidationError(self.error_messages["same"])
        validate_password(new, self.user)
        return new

    def validate_password_for_user(self, *args: Any, **kwargs: Any) -> None:
        """Done in clean_new_password1, so that the problem stands beside the first field."""

    def save(self, commit: bool = True) -> Person:
        """Only these columns: a manager may have disabled this person meanwhile."""
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.must_change = False
        self.user.save(update_fields=["password", "must_change"])
        return self.user


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices, initial=Role.EDITOR, error_messages={"required": "Choose a role."})

    @property
    def wanted(self) -> Role:
        return Role(self.cleaned_data["role"])

    @property
    def as_words(self) -> str:
        return ("an " if self.wanted == Role.EDITOR else "a ") + self.wanted.value


class NewPersonForm(RoleForm):
    full_name = forms.CharField(
        label="Full name",
        max_length=255,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Say who it is."},
    )
    name = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Choose a sign-in name."},
    )
    field_order = ("full_name", "name", "role")

    def clean_name(self) -> str:
        name = known_as(self.cleaned_data["name"])
        NAME(name)
        return name
