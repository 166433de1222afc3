"""What somebody does with a case besides moving it: open a field, change it, make a case, delete one."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from tests.support.people import Answer, Person

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHECKED = re.compile(r'type="checkbox" name="(\w+)" value="([^"]*)" checked')
OFFERED = re.compile(r'(?:type="checkbox" name="\w+"|<option) value="([^"]*)"')
HTMX = {"HX-Request": "true"}


def opened(person: Person, case: str, field: str, **query: str) -> Answer:
    answer = person.client.get(f"/cases/{case}/edit/{field}/", query, headers=HTMX)
    return Answer(answer.status_code, answer.content.decode())


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of the form in this answer."""
    form = text[text.index("<form class=") :] if "<form class=" in text else text
    return {name: unescape(value) for name, value in FIELD.findall(form)}


def offered(text: str) -> dict[str, str]:
    """What there is to choose from: the value to send, by its name."""
    values = [unescape(value) for value in OFFERED.findall(text)]
    return {value.partition(" ")[2]: value for value in values}


def checked(text: str) -> list[str]:
    return [unescape(value) for _, value in CHECKED.findall(text)]


def save(person: Person, case: str, field: str, wanted: Any, **said: Any) -> Answer:
    """Send a form as it was opened, with another value in its field."""
    fields = said or hidden(opened(person, case, field).text)
    return sent(person, f"/cases/{case}/edit/{field}/", "put", **fields | {"wanted": wanted})


def sent(person: Person, path: str, method: str = "post", *, htmx: bool = True, **fields: Any) -> Answer:
    fields.pop("csrfmiddlewaretoken", None)
    headers = HTMX if htmx else {}
    answer = getattr(person.client, method)(
        path, urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded", headers=headers
    )
    return Answer(answer.status_code, answer.content.decode())


def writes(person: Person) -> list[tuple[str, Any]]:
    """What reached Plannr beside reads."""
    return [(entry["method"], entry["body"]) for entry in person.plannr.ledger if entry["method"] != "GET"]


def new(person: Person, column: str, **fields: Any) -> Answer:
    """Fill in the form of a new case in this column, as it opens there."""
    status = person.status(column)
    form = person.client.get("/cases/new/", {"status": status}, headers=HTMX).content.decode()
    return sent(person, "/cases/new/", **hidden(form) | {"status": status} | fields)


def client_of(person: Person, case: str) -> str:
    """Who a case is for, as the form names them."""
    return next(iter(checked(opened(person, case, "participants").text)))
