"""Hostile text, foreign sites, other people's caches: none of them gets anywhere."""

import uuid
from typing import Any

import pytest
from django.test import Client

from kanban.sync import refresh
from tests.support.people import Person

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)><b hx-put="/cases/x/move/" hx-trigger="load">'


def pages(priya: Person) -> list[str]:
    case, status = priya.standing("New enquiry")[0], priya.status("New enquiry")
    paths = ["/", f"/cases/{case}/", f"/cases/{case}/move/", f"/columns/{status}/", "/changes/?since=0", "/nothing/"]
    return [priya.client.get(path).content.decode() for path in paths]


def test_text_from_plannr_is_text(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    priya.plannr.outside.edit(case, name=NASTY)
    priya.plannr.outside.edit_status(
        priya.status("New enquiry"), name="New enquiry", colour='red;background:url("//x")'
    )
    priya.plannr.outside.add_status(NASTY, NASTY)
    refresh.refresh(priya.connection)
    for page in pages(priya):
        assert "<script>" not in page
        assert "<img" not in page
        assert "<b hx-put" not in page
        assert "url(" not in page
        assert "style=" not in page


def test_a_refusal_in_plannrs_words_is_text_too(priya: Person) -> None:
    priya.plannr.fail("PUT", "/api/v1/cases/*", status=422, body={"message": NASTY, "errors": {}})
    answer = priya.drop(priya.standing("New enquiry")[0], "Research")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_no_page_may_be_kept_framed_or_made_to_run_foreign_code(priya: Person) -> None:
    answer = priya.client.get("/")
    policy = answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_token_is_in_no_page(priya: Person) -> None:
    assert not [page for page in pages(priya) if "sandbox-token" in page]


@pytest.mark.parametrize("method", ["put", "post"])
def test_without_the_pages_own_token_nothing_is_moved(priya: Person, method: str) -> None:
    stranger = Client(enforce_csrf_checks=True)
    case = priya.standing("New enquiry")[0]
    body = f"intent={uuid.uuid4()}&status={priya.status('Research')}"
    answer = getattr(stranger, method)(f"/cases/{case}/move/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 403
    assert "too old" in answer.content.decode()
    assert priya.puts == []


@pytest.mark.parametrize("path", ["fold", "look"])
def test_without_the_pages_own_token_not_even_a_preference_is_set(priya: Person, path: str) -> None:
    target = "/look/" if path == "look" else f"/columns/{priya.status('Research')}/fold/"
    assert Client(enforce_csrf_checks=True).post(target).status_code == 403


def test_looking_changes_nothing(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    assert priya.client.get(f"/cases/{case}/move/?status={priya.status('Research')}").status_code == 200
    assert priya.client.get("/look/").status_code == 405
    assert priya.client.get(f"/columns/{priya.status('Research')}/fold/").status_code == 405
    assert priya.puts == []


def test_a_foreign_host_name_is_refused(priya: Person) -> None:
    assert priya.client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose the column"),
        ({"status": "x"}, "no column"),
        ({"edge": "number"}, "which place"),
        ({"edge": "number", "number": "0"}, "greater than or equal to 1"),
        ({"edge": "number", "number": "many"}, "whole number"),
    ],
)
def test_a_form_that_cannot_be_understood_is_said_and_kept(
    priya: Person, fields: dict[str, Any], sentence: str
) -> None:
    case = priya.standing("New enquiry")[0]
    said = {"status": priya.status("Research")} | fields if fields else {}
    answer = priya.send(case, method="post", htmx=False, **said)
    assert answer.status == 422
    assert sentence in answer.words
    if "number" in fields:
        assert f'value="{fields["number"]}"' in answer.text
        assert f'value="{priya.status("Research")}" checked' in answer.text
    assert priya.puts == []


def test_a_drag_that_cannot_be_understood_puts_the_card_back_and_says_so(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    answer = priya.send(case, status="x")
    assert answer.status == 422
    assert "was not moved" in answer.headline
    assert f'id="card-{case}" class="card"' in answer.text


@pytest.mark.parametrize("path", ["/cases/{}/", "/cases/{}/move/", "/moves/{}/", "/columns/{}/"])
def test_what_is_not_there_is_said_in_a_sentence(priya: Person, path: str) -> None:
    answer = priya.client.get(path.format(uuid.uuid4()))
    assert answer.status_code == 404
    assert "nothing here" in answer.content.decode()


def test_without_script_a_move_ends_on_the_board_that_says_what_became_of_it(priya: Person) -> None:
    case = priya.standing("New enquiry")[0]
    said = {"status": priya.status("Research"), "edge": "bottom", "seen_status": priya.status("New enquiry")}
    answer = priya.client.post(f"/cases/{case}/move/", said, follow=True)
    page = answer.content.decode()
    assert "moved to Research" in page
    assert (
        priya.standing("Research")[-1] == case or priya.case(priya.standing("Research")[-1])["status_position"] is None
    )
    assert answer.redirect_chain[0][1] == 303
