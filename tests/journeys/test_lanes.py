"""Lanes: rows of the board by adviser, group, type or review date, laid out by the database."""

import re
from collections.abc import Callable

from tests.journeys.conftest import at_the_board
from tests.journeys.people import Person
from plannr_api.sandbox import Sandbox


def test_try(priya: Person) -> None:
    for kind in ("person", "group", "type", "review"):
        for sort in ("", "review", "value", "age", "name"):
            answer = priya.client.get(f"/?lanes={kind}&sort={sort}")
            assert answer.status_code == 200
        page = answer.content.decode()
        print(kind, len(page), re.findall(r'class="turn".*?<bdi>(.*?)</bdi>', page))
