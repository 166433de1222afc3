"""What somebody saw is sent along: if the case was moved or edited meanwhile, they are asked first."""

import re

import pytest

from kanban.models import Move
from kanban.sync import refresh
from tests.support.people import Person, anyway
from tests.support.team import Team


@pytest.mark.parametrize("known", [False, True], ids=["found on looking", "known already"])
def test_an_edit_since_is_named_and_asked_about(priya: Person, known: bool) -> None:
    case = priya.standing("Fact find")[0]
    priya.open()
    priya.plannr.outside.edit(case, value=99_900, review_at="2027-03-01T09:00:00+00:00")
    if known:
        refresh.refresh(priya.connection)
    answer = priya.drop(case, "Research")
    assert (answer.status, priya.puts) == (409, [])
    assert "Somebody in Plannr changed the " in answer.headline
    assert re.search(r"between \d\d:\d\d:\d\d and \d\d:\d\d:\d\d", answer.headline)
    if not known:
        assert "value and review date of " in answer.headline
    assert "£999" in answer.text  # the card is drawn as it is now, to be seen before choosing
    assert anyway(priya, answer).status == 200
    assert priya.standing("Research")[0] == case


def test_a_second_edit_while_choosing_is_asked_about_again(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.open()
    priya.plannr.outside.edit(case, value=99_900)
    answer = priya.drop(case, "Research")
    priya.plannr.outside.edit(case, value=11_100)
    assert anyway(priya, answer).status == 409
    assert priya.puts == []


def test_a_move_in_plannr_is_dated_between_two_readings(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.open()
    priya.plannr.outside.move(case, priya.status("New enquiry"), 1)
    answer = priya.drop(case, "Research")
    assert answer.status == 409
    assert re.search(r"Somebody in Plannr moved .* to New enquiry between [\d:]+ and [\d:]+\.", answer.headline)


def test_being_renumbered_by_others_is_no_edit(priya: Person) -> None:
    case = priya.standing("Fact find")[2]
    priya.open()
    priya.plannr.outside.move(priya.standing("Research")[0], priya.status("Fact find"), 1)
    refresh.refresh(priya.connection)
    assert priya.drop(case, "Research").status == 200


def test_without_a_revision_nothing_is_assumed_to_be_seen(priya: Person) -> None:
    """A page of an earlier release has none; its moves go on as before."""
    case = priya.standing("Fact find")[0]
    priya.open()
    priya.plannr.outside.edit(case, value=99_900)
    assert priya.drop(case, "Research", seen_revision="").status == 200
    assert Move.objects.get().outcome == Move.Outcome.APPLIED


# Between two people


def test_a_colleagues_unconfirmed_move_holds_the_case_too(team: Team) -> None:
    """Plannr may still make it, and would then take back what was moved after it."""
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    case = alice.standing("Fact find")[0]
    for person in (alice, bob):
        person.open()
    team.plannr.fail("PUT", delay=3, drop="before")
    assert bob.drop(case, "Research").status == 202
    answer = alice.drop(case, "Presented")
    assert "has not confirmed the move before this one" in answer.words
    assert len([put for put in alice.puts if put["person"] == "alice"]) == 0


def test_undo_is_refused_if_a_colleague_has_set_another_order_since(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    case = alice.standing("Fact find")[1]
    below = alice.standing("Research")[1]
    alice.drop(case, "Research", above=alice.standing("Research")[0], below=below)
    bob.open()
    bob.drop(case, "Research", above=bob.standing("Research")[-1])
    answer = alice.undo(Move.objects.get(person=alice.connection.person))
    assert answer.status == 409
    assert "Bob Bailey moved " in answer.headline
    assert case in alice.standing("Research")


def test_a_conflict_names_the_colleague_also_when_others_were_dropped_above(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    one, other = alice.standing("Fact find")[:2]
    alice.open()
    for case in (one, other):
        bob.open()
        bob.drop(case, "Presented", below=bob.standing("Presented")[0])
    assert "Bob Bailey moved " in alice.drop(one, "Research").headline


def test_an_intent_that_is_known_of_somebody_else_is_refused_at_once(team: Team) -> None:
    alice, bob = team.sign_in("alice"), team.sign_in("bob")
    one, other = alice.standing("Fact find")[:2]
    alice.drop(one, "Research")
    bob.open()
    answer = bob.drop(other, "Research", intent=Move.objects.get().intent)
    assert answer.status == 503
    assert "is not yours" in answer.headline
    assert len(bob.puts) == 1
    assert Move.objects.count() == 1
