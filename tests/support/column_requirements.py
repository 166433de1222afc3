"""What a column asks of a case that comes in, and the form that gives it."""

import re
from html import unescape
from typing import Any

from kanban.models import Column
from kanban.sync import refresh
from tests.support.people import Answer, Person


def ask(person: Person, name: str, **asked: Any) -> None:
    """As the page "Columns" keeps it."""
    Column.objects.filter(firm=person.connection.firm, name=name).update(**asked)


def lacking(person: Person, **fields: Any) -> str:
    """The first case of Fact find, without these fields, on a board that shows it so."""
    case = person.standing("Fact find")[0]
    person.plannr.outside.edit(case, **fields)
    refresh.refresh(person.connection)
    person.open()
    return case


def form_of(person: Person, answer: Answer, *, htmx: bool = True) -> str:
    """The form that the notice leads to."""
    address = re.search(r'href="([^"]+)" data-needs', answer.text)
    assert address
    headers = {"HX-Request": "true"} if htmx else {}
    return person.client.get(address.group(1), headers=headers).content.decode()


def fill(person: Person, case: str, form: str, **given: Any) -> Answer:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    hidden.pop("csrfmiddlewaretoken", None)
    return person.send(case, **{name: unescape(value) for name, value in hidden.items()} | given)
