"""The record as a table for spreadsheets: every line, and nothing that a spreadsheet would compute."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from kanban.audit import log
from kanban.audit.export import COLUMNS
from kanban.models import Entry
from tests.support.moves import made
from tests.support.people import Person


def table(priya: Person, address: str = "/record.csv", **asked: str) -> list[dict[str, str]]:
    answer = priya.client.get(address, asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"), newline=""), strict=True))


def test_every_line_is_there_with_all_that_was_recorded(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    assert priya.drop(case, "Research").status == 200
    wanted, came = Entry.objects.all()
    rows = table(priya)
    assert [row["outcome"] for row in rows] == ["intended", "applied"]
    assert {row["request id"] for row in rows} == {str(came.intent)}
    assert (rows[1]["from"], rows[1]["to"], rows[1]["case id"]) == ("Fact find", "Research", case)
    assert rows[1]["Plannr's answer: place"] == str(came.got_position)
    assert (rows[0]["hash"], rows[1]["hash before"]) == (wanted.hash, wanted.hash)
    assert datetime.fromisoformat(rows[1]["time (UTC)"]) == came.at
    assert rows[1]["time (UTC)"].endswith("Z")


def test_no_field_of_the_record_is_left_out() -> None:
    assert sorted(COLUMNS.values()) == sorted(field.name for field in Entry._meta.get_fields())


def test_it_is_a_file_that_excel_reads_as_utf_8(priya: Person) -> None:
    made(priya.connection, title='Siân, "Ty Gwyn"\nLlŷn')
    answer = priya.client.get("/record.csv")
    body = b"".join(answer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="record-2')
    assert body.startswith("\ufeffline,time (UTC),".encode())
    assert body.endswith(b"\r\n")
    assert '"Siân, ""Ty Gwyn""\nLlŷn"'.encode() in body


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        "  =1",
        "\u00a0=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " ＝1",
        "\u200b=1",
    ],
)
def test_what_a_spreadsheet_would_compute_is_text(priya: Person, text: str) -> None:
    made(priya.connection, title=text, words=text, who=text)
    for row in table(priya):
        assert (row["case"], row["person"]) == (f"'{text}", f"'{text}")


def test_a_nul_is_no_door_for_a_formula_either(priya: Person) -> None:
    card = priya.connection.cards.select_related("column")[0]
    change = log.Outside(priya.connection.firm, card.case, "", "edited", None, timezone.now(), words="\0=1")
    log.outside([change])
    assert table(priya)[0]["words"] == "\ufffd=1"


@pytest.mark.parametrize("text", ["Smith-Jones", "a=b", "1+1", "£-5", "", "’tis"])
def test_other_text_stays_as_it_is(priya: Person, text: str) -> None:
    made(priya.connection, title=text)
    assert table(priya)[0]["case"] == text


def test_a_long_record_comes_whole_and_in_order(priya: Person) -> None:
    card = priya.connection.cards.select_related("column")[0]
    at = datetime(2026, 7, 1, tzinfo=UTC)
    change = log.Outside(priya.connection.firm, card.case, "", "edited", None, at)
    log.outside([change] * 1203)
    assert [int(row["line"]) for row in table(priya)] == list(range(1, 1204))


def test_it_holds_every_line_on_what_the_page_lists(priya: Person) -> None:
    """The first word on a move too, though the page shows only the last, and though it fell before the period."""
    made(priya.connection, who="Alice")
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    found = made(priya.connection, who="Bob", at=datetime(2026, 6, 30, 12, tzinfo=UTC), settled_at=noon)
    rows = table(priya, person="Bob", **{"from": "2026-07-01", "to": "2026-07-01", "outcome": "applied"})
    assert [(row["outcome"], row["request id"]) for row in rows] == [
        ("intended", str(found.intent)),
        ("applied", str(found.intent)),
    ]


def test_a_case_has_its_own_table(priya: Person) -> None:
    mine, other = priya.connection.cards.select_related("column")[:2]
    made(priya.connection, mine)
    made(priya.connection, other)
    assert {row["case id"] for row in table(priya, f"/cases/{mine.case}/record.csv")} == {str(mine.case)}
