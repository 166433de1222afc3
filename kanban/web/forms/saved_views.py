"""Forms of a saved view."""

from __future__ import annotations

from django import forms

from kanban.models import View


class ViewForm(forms.Form):
    """For an existing view."""

    name = forms.CharField(
        max_length=View._meta.get_field("name").max_length,
        error_messages={
            "required": "Give the view a name.",
            "max_length": "That name is too long: %(limit_value)d characters at most.",
        },
    )
    shared = forms.BooleanField(required=False)
    opens = forms.BooleanField(required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class NewViewForm(ViewForm):
    """For the current lens. `replace` is a name that was found taken: sent again, it is to be replaced."""

    query = forms.CharField(required=False, max_length=20_000)
    replace = forms.CharField(required=False, strip=False)

    @property
    def replaces(self) -> bool:
        return bool(self.cleaned_data["replace"] == self.cleaned_data["name"])
