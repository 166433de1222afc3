"""The record is only ever added to, and `manage.py verify_record` names each line that is not as it was written."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection as database

from kanban.audit import append_only, hash_chain
from kanban.models import Entry, Head
from tests.support.moves import made
from tests.support.people import Person


def verify(**options: object) -> tuple[bool, list[str]]:
    """Whether the command was content, and what it said."""
    said, code = io.StringIO(), 0
    try:
        call_command("verify_record", stdout=said, **options)
    except SystemExit as end:
        code = int(end.code or 0)
    assert code in (0, 1)
    return code == 0, said.getvalue().splitlines()


def sql(statement: str, *values: object) -> None:
    with database.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def ten(priya: Person) -> list[Entry]:
    for _ in range(5):
        made(priya.connection)
    return list(Entry.objects.all())


def test_a_record_as_it_was_written_holds(ten: list[Entry]) -> None:
    assert verify() == (True, [f"The record holds: 10 lines, head {ten[-1].hash}"])
    assert verify(head=ten[-1].hash.upper())[0]
    assert verify(head=ten[3].hash)[0]  # noted down earlier


@pytest.mark.django_db
def test_a_record_without_a_line_holds() -> None:
    assert verify() == (True, ["The record holds: 0 lines, head none yet"])


def edit_one() -> None:
    sql("UPDATE kanban_entry SET who = 'Somebody else' WHERE number = 4")


def edit_two() -> None:
    edit_one()
    sql("UPDATE kanban_entry SET reason = 'x' WHERE number = 7")


def edit_and_hash_anew() -> None:
    edit_one()
    line = Entry.objects.values(*hash_chain.FIELDS).get(number=4)
    sql("UPDATE kanban_entry SET hash = %s WHERE number = 4", hash_chain.digest(line))


def edit_the_last_and_hash_anew() -> None:
    sql("UPDATE kanban_entry SET who = 'Somebody else' WHERE number = 10")
    line = Entry.objects.values(*hash_chain.FIELDS).get(number=10)
    sql("UPDATE kanban_entry SET hash = %s WHERE number = 10", hash_chain.digest(line))


def delete_in_the_middle() -> None:
    sql("DELETE FROM kanban_entry WHERE number IN (5, 6)")


def delete_the_first() -> None:
    sql("DELETE FROM kanban_entry WHERE number = 1")


def delete_the_last() -> None:
    sql("DELETE FROM kanban_entry WHERE number > 8")


def delete_the_last_and_set_the_head_back() -> None:
    delete_the_last()
    last = Entry.objects.get(number=8)
    Head.objects.update(number=8, hash=last.hash)


def delete_all() -> None:
    sql("DELETE FROM kanban_entry")


def swap_two() -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        sql("UPDATE kanban_entry SET number = %s WHERE number = %s", new, old)


def put_one_in(number: int = 11) -> None:
    last = Entry.objects.get(number=10)
    (line,) = hash_chain.linked([{**Entry.objects.values(*hash_chain.FIELDS).get(number=1)}], number - 1, last.hash)
    Entry.objects.bulk_create([Entry(**line)])


def lose_the_head() -> None:
    Head.objects.all().delete()


CHANGED = "Line {} was changed: its hash does not fit what it says."
LOOSE = "Line {} does not follow line {}: one of the two was changed, put in or taken from another place."
NOT_LAST = "Line {} is not the one that was written last: its hash is not that of the head."


@pytest.mark.parametrize(
    ("tamper", "sentences"),
    [
        (edit_one, [CHANGED.format(4)]),
        (edit_two, [CHANGED.format(4), CHANGED.format(7)]),
        (edit_and_hash_anew, [LOOSE.format(5, 4)]),
        (edit_the_last_and_hash_anew, [NOT_LAST.format(10)]),
        (delete_in_the_middle, ["Lines 5 to 6 are missing."]),
        (delete_the_first, ["Line 1 is missing."]),
        (delete_the_last, ["Lines 9 to 10 are missing."]),
        (delete_all, ["Lines 1 to 10 are missing."]),
        (put_one_in, ["Line 11 was put in: the record ends with line 10."]),
        (lose_the_head, ["The head of the record is missing."]),
    ],
)
def test_what_was_tampered_with_is_named(ten: list[Entry], tamper: Callable[[], None], sentences: list[str]) -> None:
    append_only.remove(database)
    tamper()
    assert verify() == (False, sentences)


def test_two_lines_that_changed_places_are_both_named(ten: list[Entry]) -> None:
    append_only.remove(database)
    swap_two()
    content, said = verify()
    assert not content
    assert {CHANGED.format(3), CHANGED.format(4)} <= set(said)


def test_a_head_that_was_noted_down_betrays_a_record_that_was_cut_short_with_its_head(ten: list[Entry]) -> None:
    append_only.remove(database)
    delete_the_last_and_set_the_head_back()
    assert verify()[0]
    content, (sentence,) = verify(head=ten[-1].hash)
    assert (content, sentence[:8]) == (False, "No line ")


def test_the_command_ends_with_a_sentence_and_exit_code_1(ten: list[Entry], capsys: pytest.CaptureFixture[str]) -> None:
    append_only.remove(database)
    edit_two()
    verify()
    assert capsys.readouterr().err == "The record does NOT hold: 2 faults in 10 lines.\n"


def test_the_whole_record_can_be_written_to_a_file_once(ten: list[Entry], tmp_path: Path) -> None:
    file = tmp_path / "record.csv"
    assert verify(csv=file)[0]
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["hash"] for row in csv.DictReader(opened)] == [entry.hash for entry in ten]
    assert verify(csv=file) == (False, [])
