"""What somebody may do: the narrower of their role on the board and of what Plannr lets their account do."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from kanban.accounts.permissions import ROLE_ORDER, Rights, rights_of
from kanban.models import Connection, Person, Role

PLANNRS = [dict(zip(("can_write", "can_delete"), each, strict=True)) for each in product((True, False), repeat=2)]
MAY = ("can_move", "may_delete", "manages", "keeps_columns")


def rights(role: Role | None, said_by_plannr: str = "member", **plannrs: bool) -> Rights:
    return rights_of(Person(role=role) if role else None, Connection(role=said_by_plannr, **plannrs))


@pytest.mark.parametrize("way", ["", "accounts", "plannr"])
@pytest.mark.parametrize("plannrs", PLANNRS)
def test_a_higher_role_may_all_that_a_lower_one_may(settings: Any, way: str, plannrs: dict[str, bool]) -> None:
    settings.SIGN_IN = way
    may = [{name for name in MAY if getattr(rights(role, "owner", **plannrs), name)} for role in ROLE_ORDER]
    assert may == sorted(may, key=len)
    assert may[0] <= may[1] <= may[2]


@pytest.mark.parametrize("role", ROLE_ORDER)
def test_without_plannrs_right_to_write_nobody_moves_or_deletes(role: Role) -> None:
    narrowed = rights(role, can_write=False, can_delete=True)
    assert not narrowed.can_move
    assert not narrowed.may_delete


@pytest.mark.parametrize("role", ROLE_ORDER)
def test_to_delete_takes_both_rights_of_plannr_and_a_role_that_moves(role: Role) -> None:
    assert not rights(role, can_delete=False).may_delete
    assert rights(role, can_delete=True).may_delete == (role != Role.VIEWER)


def test_where_nobody_signs_in_whoever_comes_may_move_and_manages_nobody() -> None:
    nobody = rights(None)
    assert nobody.can_move
    assert not nobody.manages


@pytest.mark.parametrize(
    ("way", "role", "said_by_plannr", "keeps"),
    [
        ("", None, "member", True),
        ("accounts", Role.MANAGER, "member", True),
        ("accounts", Role.EDITOR, "owner", False),
        ("plannr", Role.EDITOR, "owner", True),
        ("plannr", Role.EDITOR, "Admin", True),
        ("plannr", Role.EDITOR, "member", False),
        ("plannr", Role.EDITOR, "", False),
        ("plannr", Role.VIEWER, "owner", False),
    ],
)
def test_who_keeps_the_columns_hangs_on_how_people_sign_in(
    settings: Any, way: str, role: Role | None, said_by_plannr: str, keeps: bool
) -> None:
    settings.SIGN_IN = way
    assert rights(role, said_by_plannr).keeps_columns is keeps


@pytest.mark.parametrize("way", ["", "plannr"])
def test_whoever_may_not_write_in_plannr_changes_no_columns_there(settings: Any, way: str) -> None:
    settings.SIGN_IN = way
    assert not rights(Role.EDITOR, "owner", can_write=False).keeps_columns


def test_a_role_reaches_as_far_as_itself_and_those_below() -> None:
    assert [[Rights(role).allows(other) for other in ROLE_ORDER] for role in ROLE_ORDER] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
