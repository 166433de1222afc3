"""What leaves the browser of a view: a table for spreadsheets, and a print; all of it, and nothing else."""

import csv
import html
import io
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kanban.board import export
from kanban.models import Card, Column
from plannr_api.sandbox import Sandbox
from tests.support.people import CARD, COLUMN, Person, at_the_board
from tests.support.team import Team, a_team

ROW = re.compile(r'<tr data-case="([^"]+)"')
LENSES = [
    "view=all",
    "sort=value",
    "min=1000&sort=review",
    "state=completed",
    "q=a&sort=name",
    "review=overdue",
    "sort=age",
]


def table(person: Person, query: str = "") -> list[dict[str, str]]:
    answer = person.client.get(f"/cases.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"), newline=""), strict=True))


def paper(person: Person, query: str = "") -> str:
    answer = person.client.get(f"/print/?{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def case_in(row: dict[str, str]) -> str:
    return row["link"].split("/")[-2]


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def pennies(text: str) -> int:
    return round(float(text) * 100)


# The table


@pytest.mark.parametrize("query", LENSES)
def test_it_holds_the_cases_of_the_view_and_sums_to_the_headers(priya: Person, query: str) -> None:
    Card.objects.filter(pk__in=Card.objects.filter(value__gt=0)[:2].values("pk")).update(currency="EUR")
    Card.objects.filter(pk=Card.objects.filter(currency="GBP", value__gt=0).values("pk")[:1]).update(value=-123_45)
    page = priya.client.get(f"/?{query}").content.decode()
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in table(priya, query):
        sums[row["status"]][0] += 1
        sums[row["status"]][1] += pennies(row["value"]) if row["currency"] == "GBP" else 0
    names = {str(column.status): column.name for column in priya.connection.columns}
    headers = {names[status]: numbers for status, numbers in priya.headers(page).items() if numbers[0]}
    assert headers
    assert {status: tuple(found) for status, found in sums.items()} == headers


@pytest.mark.parametrize("query", LENSES)
def test_its_order_is_the_boards(priya: Person, query: str) -> None:
    Card.objects.filter(column__completed=True).update(completed_at=timezone.now())
    folds = ".".join(column.status.hex for column in Column.objects.filter(completed=True))
    priya.client.cookies["folds"] = "" if "completed" in query else folds
    page = priya.client.get(f"/?{query}").content.decode()
    drawn = [case for found in COLUMN.finditer(page) for case, _ in CARD.findall(found[0])]
    assert drawn
    assert [case_in(row) for row in table(priya, query)] == drawn


@pytest.mark.parametrize("sort", ["", "value", "review", "name", "age"])
def test_it_holds_what_the_board_has_not_drawn(priya: Person, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    """Batch after batch, old completed cases included, each once."""
    whole = [case_in(row) for row in table(priya, f"sort={sort}")]
    monkeypatch.setattr(export, "AT_ONCE", 3)
    assert [case_in(row) for row in table(priya, f"sort={sort}")] == whole
    assert sorted(whole) == sorted(str(card.case) for card in priya.connection.cards)


def test_each_row_says_what_the_card_says(priya: Person) -> None:
    case = priya.standing("Fact find")[1]
    card = priya.connection.cards.get(case=case)
    now = timezone.now()
    card.since, card.review_at, card.value = now - timedelta(days=4), now + timedelta(days=9), 125_050
    card.people, card.tags = ["Ann Lee", "Bo Day"], [{"name": "VIP", "colour": ""}]
    card.save()
    row = next(row for row in table(priya) if case_in(row) == case)
    assert row == {
        "status": "Fact find",
        "place": "2",
        "client": "; ".join(card.clients),
        "case": card.name,
        "type": card.type_name,
        "value": "1250.50",
        "currency": "GBP",
        "review date": timezone.localdate(card.review_at).isoformat(),
        "completed": "",
        "assigned to": "Ann Lee; Bo Day",
        "groups": "; ".join(card.groups),
        "tags": "VIP",
        "days in status": "4",
        "in status since": f"{timezone.localdate(card.since).isoformat()} or earlier",
        "created": timezone.localdate(card.created_at).isoformat(),
        "last changed": timezone.localdate(card.updated_at).isoformat(),
        "link": f"http://testserver/cases/{case}/",
    }
    assert next(row for row in table(priya, f"q={card.clients[0]}") if case_in(row) == case)["place"] == "2"


def test_it_is_a_file_that_excel_reads_as_utf_8(priya: Person) -> None:
    Card.objects.update(name="Siân")
    answer = priya.client.get("/cases.csv")
    body = b"".join(answer)
    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="cases-{timezone.localdate()}.csv"'
    assert body.startswith("\ufeffstatus,place,client,case,".encode())
    assert "Siân".encode() in body


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "\u200b=1"])
def test_what_a_spreadsheet_would_compute_is_text_and_a_sum_below_zero_is_a_number(priya: Person, text: str) -> None:
    Column.objects.update(name=text)
    Card.objects.update(
        name=text, clients=[text], type_name=text, people=[text], groups=[text], tags=[{"name": text, "colour": ""}]
    )
    Card.objects.update(value=-500, currency=text[:8])
    for row in table(priya):
        assert {row[name] for name in ("status", "client", "case", "type", "assigned to", "groups", "tags")} == {
            f"'{text}"
        }
        assert (row["value"], row["currency"]) == ("-5.00", f"'{text[:8]}")


def test_it_holds_only_what_plannr_shows_to_whoever_asks(db: None, make: Callable[..., Sandbox], settings: Any) -> None:
    team = a_team(make(visibility="assigned"), settings)
    for person in (team.sign_in("priya"), team.sign_in("leah")):
        theirs = {str(card.case) for card in person.connection.cards}
        assert theirs
        assert {case_in(row) for row in table(person)} == theirs == set(ROW.findall(paper(person)))


def test_it_is_offered_for_the_look_in_force(priya: Person) -> None:
    page = priya.client.get("/?mine=1&sort=value").content.decode()
    for address in ("/cases.csv", "/print/"):
        assert f'href="{address}?mine=1&amp;sort=value"' in page


def test_a_bigger_firm_takes_no_more_queries(
    db: None, make: Callable[..., Sandbox], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    small = at_the_board(make(cases=20))
    columns = small.connection.columns.count()
    for query in ("", "mine=1&sort=value"):
        with django_assert_max_num_queries(columns + 12):
            table(small, query)
    big = at_the_board(make(cases=400))
    with django_assert_max_num_queries(columns + 12):
        assert len(table(big)) > 300


# The print


def test_the_print_lists_every_case_of_the_view_in_its_order(priya: Person) -> None:
    for query in LENSES:
        assert ROW.findall(paper(priya, query)) == [case_in(row) for row in table(priya, query)]


def test_its_head_says_what_it_is_a_list_of(team: Team) -> None:
    val = team.sign_in("val")
    said = words(paper(val, "review=overdue&state=open"))
    count = val.connection.cards.filter(
        review_at__lt=timezone.now() - timedelta(days=1), column__completed=False
    ).count()
    assert f"Overdue {val.connection.firm_name} · for Val Price · as of " in said
    assert f"{count} cases, £" in said
    assert "· Review: overdue · Open · in Plannr’s order" in said
    assert "nothing left out · by value" in words(paper(val, "sort=value"))


def test_a_view_that_is_too_long_to_print_says_how_much_is_missing(
    priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = priya.connection.cards.count()
    assert "more are not" not in words(paper(priya))
    monkeypatch.setattr(export, "MOST", 7)
    text = paper(priya)
    assert len(ROW.findall(text)) == 7
    assert f"Only the first 7 cases are listed here; {there - 7} more are not." in words(text)


def test_a_view_without_cases_says_so(priya: Person) -> None:
    assert "No case is asked for by this view." in words(paper(priya, "q=nobodyhasthisname"))


def test_an_address_that_makes_no_sense_is_said_on_paper_too(priya: Person) -> None:
    assert "Left out of the filters, as it could not be understood: min: lots" in words(paper(priya, "min=lots"))
