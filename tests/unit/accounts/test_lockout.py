"""Whose guess at a password it was, and from where: no spelling and no header makes it somebody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given

from kanban.accounts.lockout import address_of, known_as, name_of
from tests.support.laws import few, texts

REQUEST = RequestFactory().post("/sign-in/")


@few
@given(texts())
def test_blanks_around_a_name_and_its_capitals_do_not_matter(name: str) -> None:
    assert known_as(f" {name}\t") == known_as(name)
    assert known_as(name) == known_as(name).strip() == known_as(name).lower()


@pytest.mark.parametrize(
    ("typed", "name"), [("Bob", "bob"), (" BOB ", "bob"), ("Ｂｏｂ", "bob"), ("rené", "rene\u0301")]
)
def test_a_name_typed_on_another_keyboard_is_the_same(typed: str, name: str) -> None:
    assert known_as(typed) == known_as(name)


def test_a_guess_is_kept_as_a_digest_of_the_name() -> None:
    assert name_of(REQUEST, {"username": " Bob"}) == name_of(REQUEST, {"username": "bob"})
    assert name_of(REQUEST, {"username": "bob"}) != name_of(REQUEST, {"username": "rob"})
    assert "my password" not in name_of(REQUEST, {"username": "my password"})
    assert len(name_of(REQUEST, {})) == 64


def address(settings: Any, forwarded: str, remote: str = "10.0.0.1", *, https: bool = True) -> str | None:
    settings.HTTPS = https
    return address_of(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("forwarded", "whose"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),  # what stands before it, the browser may have invented
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("203.0.113.7, ", "10.0.0.1"),
    ],
)
def test_behind_the_proxy_it_comes_from_where_the_proxy_says(settings: Any, forwarded: str, whose: str) -> None:
    assert address(settings, forwarded) == whose


def test_without_a_proxy_nobody_says_where_they_come_from(settings: Any) -> None:
    assert address(settings, "203.0.113.7", https=False) == "10.0.0.1"
    assert address(settings, "", remote="", https=False) is None


def test_all_addresses_of_one_home_are_one_and_of_two_homes_two(settings: Any) -> None:
    homes = [[address(settings, f"2001:db8:0:{home}::{host:x}") for host in (1, 2, 0xFFFF)] for home in (1, 2)]
    assert [len(set(each)) for each in homes] == [1, 1]
    assert homes[0][0] != homes[1][0]
