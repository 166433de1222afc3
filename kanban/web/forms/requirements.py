"""What a case lacks that a column asks for, as a form: what was typed, what is wrong with it, what to choose from."""

from __future__ import annotations

from dataclasses import dataclass, field

from kanban.cases import choices
from kanban.cases.choices import Option
from kanban.cases.fields import CASE_FIELDS, CaseField
from kanban.models import Card, Connection
from kanban.web.forms import fields as field_forms
from kanban.web.forms.moves import RequirementsForm
from plannr_api import PlannrError

NONE = {
    "type": "Plannr lists no types. Give the case one in Plannr, then move it.",
    "people": "Plannr lists nobody. Assign somebody in Plannr, then move it.",
    "plans": "Plannr shows no plan on any case of this client. Link one in Plannr, then move it.",
}


@dataclass(frozen=True)
class Field:
    fact: CaseField
    value: str
    errors: list[str]
    options: list[Option] = field(default_factory=list)

    @property
    def none(self) -> str:
        """Why there are no options, if there are none."""
        return NONE.get(self.fact.name, "") if not self.options else ""


def fields(connection: Connection, card: Card, form: RequirementsForm) -> list[Field]:
    """The fields that the form needs, and no others. Without an answer of Plannr they have no options."""
    return [
        Field(CASE_FIELDS[name], str(form[name].value() or ""), list(map(str, form.errors.get(name, ()))), options)
        for name, options in zip(form.needs, _options(connection, card, form), strict=True)
    ]


def _options(connection: Connection, card: Card, form: RequirementsForm) -> list[list[Option]]:
    try:
        case = (
            field_forms.look(connection, card) if "plans" in form.needs else None
        )  # its clients' plans are the options
        return [choices.options(connection, name, case, "", {}) if name in NONE else [] for name in form.needs]
    except PlannrError:
        return [[] for _ in form.needs]
