"""For tests that commit: what they wrote into the record goes before the database is flushed. And for all: less to
clean up after."""

import gc
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from kanban import triggers


def pytest_collection_finish() -> None:
    """All tests and modules are there to stay; to look through them for garbage again and again is a sixth of the time
    of those that draw pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def the_record_can_be_flushed(request: pytest.FixtureRequest) -> Iterator[None]:
    """The record refuses to be emptied, which is what Django does after such a test."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")  # so that this ends before it does
    yield
    if commits:
        empty_the_record()


@transaction.atomic
def empty_the_record() -> None:
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kanban_entry")
    triggers.install(connection)
