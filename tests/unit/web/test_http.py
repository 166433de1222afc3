"""Where somebody is sent after signing in, and what a browser is asked to keep."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kanban.web.http import own_page, remember, see_other
from tests.support.laws import few, texts

REQUEST = RequestFactory().get("/")


@pytest.mark.parametrize("page", ["/", "/cases/7/", "/?q=lee&lanes=person", "/record/?before=9#x"])
def test_whoever_was_going_to_a_page_of_ours_comes_there(page: str) -> None:
    assert own_page(REQUEST, page) == page


@pytest.mark.parametrize(
    "page",
    [
        *("", "cases/", "//evil.test/", "///evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test/"),
        *("http://testserver/", "javascript:alert(1)", " //evil.test", "/\t/evil.test", "http:///evil.test", "\n//x"),
    ],
)
def test_nobody_is_sent_elsewhere(page: str) -> None:
    assert own_page(REQUEST, page) == "/"


@few
@given(st.sampled_from(["", "/", "//", "/\\", "\\", "http:"]), texts(10))
def test_whatever_was_wanted_it_is_a_path_of_this_very_host(front: str, rest: str) -> None:
    page = own_page(REQUEST, front + rest)
    assert page == "/" or (page == front + rest and page[0] == "/" and page[1:2] not in ("/", "\\"))


def test_what_a_browser_keeps_is_not_for_other_sites_and_not_for_scripts() -> None:
    cookie = remember(HttpResponse(), folds="abc").cookies["folds"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("abc", "Strict", True)
    assert cookie["max-age"] > 30 * 24 * 3600


def test_after_a_form_one_looks_and_does_not_send_again() -> None:
    answer = see_other("/x")
    assert (answer.status_code, answer["Location"]) == (303, "/x")
