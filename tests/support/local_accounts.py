"""People with an account of the board's own, and how they come in."""

from typing import Any

from django.test import Client

from kanban.models import Person, Role

PASSWORD = "plum-otter-canal-9"
OWN = "violet tractor 41 moon"


def bob_of(role: Role = Role.EDITOR, name: str = "bob") -> Person:
    """Somebody who has chosen their own password already."""
    person = Person(name=name, full_name=name.title() + " Bailey", role=role)
    person.set_password(OWN)
    person.save()
    return person


def try_in(client: Client, name: str, password: str, **more: Any) -> Any:
    return client.post("/sign-in/", {"username": name, "password": password} | more.pop("fields", {}), **more)


def signed_in(name: str, password: str) -> Client:
    client = Client()
    assert try_in(client, name, password).status_code == 303
    return client
