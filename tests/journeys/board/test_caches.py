"""What is kept in the process so that the board is fast, and why it is true all the same."""

from __future__ import annotations

import gzip
import random
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kanban.accounts import clients
from kanban.board import counts
from kanban.cases import revisions
from kanban.core import cache
from kanban.models import Card, Connection
from kanban.sync import absorb, diff, lookup, publish, refresh
from kanban.sync.diff import Read
from plannr_api.decoding import raw_list
from plannr_api.sandbox import Sandbox
from tests.support.case_page import client_of, new, save
from tests.support.people import CARD, Person, at_the_board
from tests.support.team import Team, a_team

READS_CARDS = '"kanban_card"."name"'  # whole cards, which only a first drawing needs


def asked(person: Person, query: str = "") -> list[str]:
    """What a look at the board asks the database."""
    with CaptureQueriesContext(database) as caught:
        assert person.client.get(f"/{query}").status_code == 200
    return [each["sql"] for each in caught.captured_queries]


def counted(connection: Connection) -> counts.Tally:
    return counts.of(connection.cards, list(connection.columns))


def kept(connection: Connection) -> counts.Tally:
    return counts.of_all(Connection.objects.get(pk=connection.pk), list(connection.columns))


def test_a_board_is_drawn_once_for_all_who_see_the_same(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    assert any(READS_CARDS in sql for sql in asked(alice))
    assert not any('FROM "kanban_card"' in sql for sql in asked(bob))
    assert CARD.findall(bob.open()) == CARD.findall(alice.open())


def test_whoever_takes_it_compressed_gets_the_same_page(priya: Person) -> None:
    plain, packed = (priya.client.get("/", headers={"Accept-Encoding": how}) for how in ("identity", "gzip, br"))
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert {"Accept-Encoding", "Cookie"} <= set(plain["Vary"].split(", "))
    assert CARD.findall(gzip.decompress(packed.content).decode()) == CARD.findall(plain.content.decode())
    assert len(packed.content) < len(plain.content) / 3


def test_whoever_may_only_look_is_not_shown_what_was_drawn_for_those_who_move(team: Team) -> None:
    alice, val = team.sign_in("alice"), team.sign_in("val")
    assert 'class="pick"' in alice.open()
    assert 'class="pick"' not in val.open()


def test_after_a_move_no_card_is_read_that_is_known_already(priya: Person) -> None:
    priya.open()
    case = priya.standing("Fact find")[0]
    assert priya.drop(case, "Research", below=priya.standing("Research")[0]).status == 200
    whole = [sql for sql in asked(priya) if READS_CARDS in sql]
    assert len(whole) == 1  # one question, of one card
    assert whole[0].rpartition("IN (")[2].count(",") == 0


def test_the_numbers_that_are_kept_are_those_of_a_full_count(priya: Person) -> None:
    chance, columns = random.Random(20), ["Fact find", "Research", "Presented", "Completed"]
    for _ in range(25):
        priya.open(folds="")
        outside, cases = priya.plannr.outside, sorted(case["uuid"] for case in priya.plannr.state()["cases"])
        case, to = chance.choice(cases), chance.choice(columns)
        match chance.choice(["drop", "drop", "move", "value", "delete", "create"]):
            case "drop":
                priya.send(case, intent=uuid.uuid4(), status=priya.status(to), edge="top")
            case "move":
                outside.move(case, priya.status(to), 1)
            case "value":
                outside.edit(case, value=chance.randrange(1, 10**6))
            case "delete":
                outside.delete(case)
            case _:
                outside.create(name="New", status=priya.status(to))
        if chance.random() < 0.5:
            assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
        assert kept(priya.connection) == counted(priya.connection)


def test_a_card_bears_the_digest_of_what_it_says_whoever_wrote_it(priya: Person) -> None:
    """By it a drawn card is known again: one that was drawn under another's digest would show, and have a move checked
    against, what the case no longer is."""

    def all_bear_their_own() -> bool:
        return all(card.digest == revisions.digest(card) for card in Card.objects.all())

    assert all_bear_their_own()
    one, other, third = priya.standing("Fact find")[:3]
    assert priya.drop(one, "Completed").status == 200
    assert all_bear_their_own()
    assert save(priya, other, "value", "1234").status == 200
    assert all_bear_their_own()
    assert new(priya, "Research", name="New", participants=[client_of(priya, other)]).status == 200
    assert all_bear_their_own()
    priya.plannr.outside.edit(third, name="Another name", tags=[], assigned_to_uuids=[], group_uuids=[], plans=[])
    lookup.fetch_cases(priya.connection, [uuid.UUID(third)])
    assert priya.connection.cards.get(case=third).name == "Another name"
    assert all_bear_their_own()
    priya.plannr.outside.edit(third, review_at="2027-07-01T09:00:00+00:00", value=None)
    priya.plannr.outside.move(other, priya.status("Research"), 1)
    assert refresh.refresh(priya.connection)
    assert all_bear_their_own()


def test_after_a_move_only_its_two_columns_are_counted_anew(priya: Person) -> None:
    priya.open()
    case = priya.standing("Fact find")[0]
    assert priya.drop(case, "Research", below=priya.standing("Research")[0]).status == 200
    with CaptureQueriesContext(database) as caught:
        assert kept(priya.connection) == counted(priya.connection)
    assert not [each for each in caught.captured_queries[:-1] if "COUNT" in each["sql"]]  # the move's answer did it


def test_a_board_that_is_loaded_again_says_the_numbers_that_plannr_gave_its_cards_meanwhile(priya: Person) -> None:
    priya.open()
    case = priya.standing("Fact find")[1]
    priya.plannr.outside.move(case, priya.status("Research"), 1)
    assert refresh.refresh(priya.connection)
    priya.open()
    column = priya.standing("Research")
    assert [priya.positions[each] for each in column] == [str(number) for number in range(1, len(column) + 1)]


def test_numbers_that_came_with_a_look_at_a_move_are_on_the_next_page_too(priya: Person) -> None:
    """Plannr was asked of one case and its neighbours; nobody was told anything, as all stand where they stood."""
    priya.open()
    mover, other = priya.standing("Fact find")[0], priya.standing("Research")[0]
    priya.plannr.outside.move(mover, priya.status("Research"), 1)  # pushes the others along
    lookup.fetch_cases(priya.connection, [other])
    priya.open()
    assert priya.positions[other] == "2"


# A list that is the same again


def writes(connection: Connection) -> list[str]:
    with CaptureQueriesContext(database) as caught:
        assert refresh.refresh(connection)
    return [each["sql"] for each in caught.captured_queries if not each["sql"].startswith("SELECT")]


def test_what_plannr_sends_again_word_for_word_is_not_taken_apart(priya: Person) -> None:
    before = Connection.objects.get(pk=priya.connection.pk).as_of
    with CaptureQueriesContext(database) as caught:
        assert refresh.refresh(priya.connection)
    assert not [each for each in caught.captured_queries if READS_CARDS in each["sql"]]
    after = Connection.objects.get(pk=priya.connection.pk).as_of
    assert before
    assert after
    assert after > before


def test_when_something_changed_only_that_is_written(priya: Person) -> None:
    cases = priya.standing("Fact find")[:3]
    for case in cases:
        priya.plannr.outside.edit(case, value=1)
    before = {card.case: card.heard_at for card in priya.connection.cards}
    assert refresh.refresh(priya.connection)
    written = {str(card.case) for card in priya.connection.cards if card.heard_at != before[card.case]}
    assert written == set(cases)
    assert {card.value for card in priya.connection.cards.filter(case__in=cases)} == {1}


@pytest.mark.parametrize("positions", ["shift", "store", "clamp", "ignore"])
def test_a_read_of_which_little_is_taken_apart_comes_to_the_same_as_one_of_all(
    make: Callable[..., Sandbox], db: None, positions: str
) -> None:
    priya = at_the_board(make(positions=positions))
    chance, columns = random.Random(positions), ["New enquiry", "Fact find", "Research", "Presented"]
    for _ in range(15):
        cases = sorted(case["uuid"] for case in priya.plannr.state()["cases"])
        for _ in range(chance.randint(1, 4)):
            outside, case, to = priya.plannr.outside, chance.choice(cases), chance.choice(columns)
            match chance.choice(["drop", "move", "move", "edit", "delete", "create"]):
                case "drop":
                    priya.open()
                    priya.send(
                        case, intent=uuid.uuid4(), status=priya.status(to), edge=chance.choice(["top", "bottom"])
                    )
                case "move":
                    outside.move(case, priya.status(to), chance.randint(1, 9))
                case "edit":
                    outside.edit(case, name=chance.choice("ABC"), value=chance.randrange(9))
                case "delete":
                    outside.delete(case)
                    cases.remove(case)
                case "create":
                    outside.create(status=priya.status(to))
        assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
        little = said_by(priya)
        Card.objects.update(source="")
        cache.clear_all()
        assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
        assert said_by(priya) == little


def test_among_cards_of_one_number_the_one_that_was_edited_last_stands_first(priya: Person) -> None:
    one, other = priya.standing("Fact find")[:2]
    for day, case in enumerate([one, other, one], 1):
        priya.plannr.outside.edit(case, name=f"Day {day}", status_position=1, updated_at=f"2099-01-0{day}T00:00:00Z")
        assert refresh.refresh(priya.connection)
        first = priya.connection.cards.filter(column__name="Fact find").in_order()[0]
        assert str(first.case) == case


def said_by(person: Person) -> list[dict[str, Any]]:
    """All that the mirror says of all cards, in their order."""
    cards = person.connection.cards.order_by("column", "place", "case")
    return [{name: value for name, value in card.items() if name != "heard_at"} for card in cards.values()]


def test_who_sees_what_two_others_see_between_them_sees_it_in_plannrs_order(
    make: Callable[..., Sandbox], db: None, settings: Any
) -> None:
    team = a_team(make(visibility="assigned"), settings)
    alice, bob, val = (team.sign_in(name) for name in ("alice", "bob", "val"))
    cases = alice.standing("Fact find")
    for order in (cases, cases[::-1]):  # newly shown to them, then known
        for number, case in enumerate(order, 1):
            other = bob if cases.index(case) % 2 else val
            theirs = [str(other.connection.account), str(alice.connection.account)]
            team.plannr.outside.edit(case, assigned_to_uuids=theirs, status_position=number)
        for each in (bob, val, alice):
            assert refresh.refresh(Connection.objects.get(pk=each.connection.pk))
            column = each.connection.cards.filter(column__name="Fact find").in_order()
            assert [card.position for card in column] == sorted(card.position or 0 for card in column)
        assert [str(card.case) for card in column] == order


@pytest.mark.parametrize("missing", ["and repeated", "and then deleted"])
def test_a_case_that_slipped_out_of_the_list_is_asked_for_each_time(
    priya: Person, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = priya.standing("Fact find")[0]
    rows = raw_list.Fetched.rows.func  # type: ignore[attr-defined]
    listed = property(lambda read: [row for row in rows(read) if len(rows(read)) == 1 or case not in row.raw.decode()])
    monkeypatch.setattr(raw_list.Fetched, "rows", listed)
    for name in ("Edited once", "Edited twice"):
        priya.plannr.outside.edit(case, name=name)
        assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
        assert priya.connection.cards.get(case=case).name == name
    if missing == "and then deleted":
        priya.plannr.outside.delete(case)
        assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
        assert not priya.connection.cards.filter(case=case).exists()


def test_a_new_edition_takes_everything_apart_once(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "EDITION", "next.")
    monkeypatch.setattr(publish, "EDITION", "next.")
    cache.clear_all()
    assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
    assert {card.source[:5] for card in priya.connection.cards} == {"next."}


def test_of_a_read_only_what_is_new_is_taken_apart(priya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear_all()  # as after a restart
    case = priya.standing("Fact find")[0]
    priya.plannr.outside.edit(case, value=1)
    read, took = raw_list.read_row, []
    monkeypatch.setattr(raw_list, "read_row", lambda raw, kind: took.append(raw) or read(raw, kind))
    assert refresh.refresh(priya.connection)
    assert [case in raw.decode() for raw in set(took)] == [True]
    assert priya.connection.cards.get(case=case).value == 1


def test_what_is_written_while_a_read_is_compared_is_taken_in(priya: Person) -> None:
    moved, edited, renamed = priya.standing("Fact find")[:3]
    client, connection = clients.client_for(priya.connection), priya.connection
    priya.plannr.outside.edit(renamed, name="Known to the read")
    began = timezone.now()
    read, statuses = Read(client.cases.fetch(), whole=False), client.statuses.list()
    told = read.against(connection)
    known = publish.draft(connection, told, began)
    priya.open()
    assert priya.drop(moved, "Research", below=priya.standing("Research")[0]).status == 200
    priya.plannr.outside.edit(edited, name="Newer than the read")
    lookup.fetch_cases(connection, [edited])
    with transaction.atomic(), CaptureQueriesContext(database) as caught:
        publish.publish(connection, statuses, read, told, began, known)
    of_all = re.compile(r'WHERE "kanban_card"."firm" = \S+$')
    assert not any(of_all.search(each["sql"]) for each in caught.captured_queries)  # only of those cases
    cards = {str(card.case): card for card in connection.cards.select_related("column")}
    assert cards[moved].column.name == "Research"
    assert (cards[edited].name, cards[renamed].name) == ("Newer than the read", "Known to the read")
    assert refresh.refresh(connection)
    assert {case: card.column.name for case, card in cards.items()} == {
        str(card.case): card.column.name for card in connection.cards.select_related("column")
    }


@pytest.mark.parametrize("meanwhile", ["a move of ours", "a mirror that lost something", "another who sees less"])
def test_the_same_words_count_for_nothing_when_the_mirror_says_something_else(
    priya: Person, meanwhile: str, monkeypatch: Any
) -> None:
    words = priya.plannr.state()
    case = priya.standing("Fact find")[0]
    if meanwhile == "a move of ours":
        assert priya.drop(case, "Research", below=priya.standing("Research")[0]).status == 200
        for known, was in zip(priya.plannr.firm.cases.values(), words["cases"], strict=True):
            known |= {name: was[name] for name in ("status_uuid", "status_position", "updated_at") if name in was}
            known["status"] = was["status"]
    elif meanwhile == "a mirror that lost something":
        absorb.remove_case(priya.connection, priya.connection.cards.get(case=case).case)
    else:
        absorb.remove_case(priya.connection, priya.connection.cards.get(case=case).case, deleted=True)
    assert refresh.refresh(Connection.objects.get(pk=priya.connection.pk))
    card = priya.connection.cards.select_related("column").get(case=case)
    assert card.column.name == "Fact find"
    assert Card.objects.filter(case=case).count() == 1
