"""For tests that commit: what they wrote into the record goes before the database is flushed. And for all: less to
clean up after."""

import gc
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from kanban.audit import append_only

pytest.register_assert_rewrite("tests.support")  # what fails there says why, as it does in a test


def pytest_collection_finish() -> None:
    """All tests and modules are there to stay; to look through them for garbage again and again is a sixth of the time
    of those that draw pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests in the browser mostly wait, all others compute. So the first two processes, one for each store, begin with
    half of the former each; the others with the latter. Whoever is done takes half of what another has left."""
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    if processes < 2:
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    others = [item for item in items if not item.get_closest_marker("browser")]
    half = len(browser) // 2
    room = max(len(items) // processes - half, 0)
    items[:] = [*browser[:half], *others[:room], *browser[half:], *others[room:]]


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
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kanban_entry")
    append_only.install(connection)
