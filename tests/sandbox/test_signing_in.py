"""Signing in with a browser: the page, what its buttons send back, and who never sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller, Reply
from tests.sandbox.visitor import APP, CHALLENGE, Buttons, Visitor, sent_back

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]


def labels(page: Reply) -> list[str]:
    return [button.label for button in Buttons(page.text).found]


def test_the_page_names_everybody_who_could_sign_in(app: Visitor) -> None:
    page = app.come()
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=UTF-8"
    assert "<h1>Sign in to Plannr (sandbox)</h1>" in page.text
    assert '<html lang="en">' in page.text
    said = labels(page)
    assert "Alice Archer · owner · Ashdown & Vale" in said
    assert "Charlie Carter · owner · Harbour Lane Wealth" in said
    assert "Val Price · member · Ashdown & Vale · can only look" in said
    assert said[-1] == "Don’t allow"
    assert len([label for label in said if label.startswith("Priya Shah")]) == 1
    assert len(said) == len(set(said)) == 19


def test_who_works_for_two_firms_may_choose_one_or_leave_it_open(app: Visitor) -> None:
    daniels = [button for button in Buttons(app.come().text).found if button.label.startswith("Daniel")]
    assert [button.label for button in daniels] == [
        "Daniel Okafor · member · Ashdown & Vale",
        "Daniel Okafor · member · Harbour Lane Wealth",
        "Daniel Okafor · choose the firm later",
    ]
    firms = (app.sandbox.firm, app.sandbox.other_firm)
    assert [button.fields["account"] in firm.accounts for button, firm in zip(daniels, firms, strict=False)] == [
        True,
        True,
    ]
    assert "account" not in daniels[2].fields


def test_who_cannot_write_any_more_can_only_look(app: Visitor) -> None:
    app.sandbox.rights("bob", write=False)
    assert "Bob Bailey · member · Ashdown & Vale · can only look" in labels(app.come())


def test_who_has_left_is_not_on_the_page_and_cannot_be_chosen(app: Visitor) -> None:
    page = app.come()
    app.sandbox.leave("bob")
    assert not any(label.startswith("Bob") for label in labels(app.come()))
    assert app.press(page, "Bob Bailey").status == 400
    app.sandbox.come_back("bob")
    assert sent_back(app.press(page, "Bob Bailey"))["code"]


def test_agreeing_sends_back_a_code_and_the_state_as_it_was(app: Visitor) -> None:
    reply = app.press(app.come(), "Alice Archer")
    said = sent_back(reply)
    assert said.pop("state") == "s&t=1 é"
    assert list(said) == ["code"]
    assert len(said["code"]) > 40
    assert reply.headers["cache-control"] == "no-store"


def test_without_a_state_none_is_sent_back(app: Visitor) -> None:
    assert list(sent_back(app.press(app.come(state=None), "Alice Archer"))) == ["code"]


def test_not_allowing_is_sent_back_too(app: Visitor) -> None:
    said = sent_back(app.press(app.come(), "Don’t allow"))
    assert (said["error"], said["state"]) == ("access_denied", "s&t=1 é")
    assert "code" not in said


def test_what_the_app_sends_is_escaped_on_the_page(app: Visitor) -> None:
    page = app.come(state="\"><script>alert('x')</script>")
    assert "<script" not in page.text
    assert sent_back(app.press(page, "Bob"))["state"] == "\"><script>alert('x')</script>"
    assert "<script" not in app.come(client_id="<script>").text


REDIRECT = APP["redirect_uri"]
WRONG: list[tuple[int, dict[str, Any]]] = [
    (401, {"client_id": "nobody"}),
    (401, {"client_id": None}),
    (401, {"redirect_uri": None}),
    (401, {"redirect_uri": REDIRECT + "/"}),
    (401, {"redirect_uri": REDIRECT + "&more=1"}),
    (401, {"redirect_uri": REDIRECT.upper()}),
    (401, {"redirect_uri": "http://127.0.0.1:9/signed-in"}),
    (401, {"redirect_uri": "https://elsewhere.example/"}),
    (400, {"response_type": None}),
    (400, {"response_type": "token"}),
    (400, {"code_challenge": CHALLENGE}),
    (400, {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}),
    (400, {"code_challenge": "short", "code_challenge_method": "S256"}),
]


@pytest.mark.parametrize(("status", "changed"), WRONG)
def test_what_is_wrong_is_said_on_a_page_and_nobody_is_sent_anywhere(
    app: Visitor, status: int, changed: dict[str, Any]
) -> None:
    app.sandbox.sign_in_as("priya")
    reply = app.come(**changed)
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=UTF-8")
    assert "location" not in reply.headers
    assert "<p>The " in reply.text or "<p>Plannr knows no app" in reply.text


def test_a_button_that_was_tampered_with_sends_nobody_anywhere(app: Visitor) -> None:
    asked = APP | {"response_type": "code", "person": "bob"}
    assert app("POST", "/oauth/authorize", asked).status == 302
    foreign = next(iter(app.sandbox.other_firm.accounts))
    for changed in (
        {"redirect_uri": "https://elsewhere.example/"},
        {"client_id": "nobody"},
        {"person": "nobody"},
        {"person": ""},
        {"account": foreign},
    ):
        reply = app("POST", "/oauth/authorize", asked | changed)
        assert reply.status in {400, 401}
        assert "location" not in reply.headers


def test_somebody_signed_in_who_has_agreed_before_is_sent_straight_back(make: Make) -> None:
    app = Visitor(make(oauth_clients=[APP], signed_in="priya"))
    said = sent_back(app.come())
    assert said["state"] == "s&t=1 é"
    assert app.token(code=said["code"]).status == 200
    assert app.sandbox.ledger[-1]["person"] == "priya"


@pytest.mark.parametrize("prompt", ["login", "consent"])
def test_a_prompt_shows_the_page_all_the_same(make: Make, prompt: str) -> None:
    app = Visitor(make(oauth_clients=[APP], signed_in="priya"))
    assert app.come(prompt=prompt).status == 200


def test_without_anybody_signed_in_a_prompt_of_none_is_refused(app: Visitor) -> None:
    assert sent_back(app.come(prompt="none"))["error"] == "login_required"
    app.sandbox.sign_in_as("bob")
    assert sent_back(app.come(prompt="none"))["code"]


def test_who_is_signed_in_changes_and_ends(app: Visitor, caller: Meet) -> None:
    call = caller(app.sandbox)
    assert call("POST", "/switchboard/signed-in", {"person": "bob"}).json == {"person": "bob"}
    assert app.come().status == 302
    app.sandbox.leave("bob")
    assert app.come().status == 200
    call("POST", "/switchboard/signed-in", {"person": None})
    app.sandbox.come_back("bob")
    assert app.come().status == 200


def test_an_app_is_registered_over_http_and_replaced(app: Visitor, caller: Meet) -> None:
    call = caller(app.sandbox)
    other = APP | {"client_id": "other"}
    assert app.come(client_id="other").status == 401
    assert call("POST", "/switchboard/oauth-client", other).json == {"client_id": "other"}
    assert app.come(client_id="other").status == 200
    app.sandbox.add_oauth_client("other", "secret", "https://elsewhere.example/")
    assert app.come(client_id="other").status == 401


@pytest.mark.parametrize("client", [{}, APP | {"client_id": ""}, APP | {"more": "x"}, APP | {"client_secret": 5}])
def test_an_app_that_is_none_is_refused_in_words(app: Visitor, caller: Meet, client: dict[str, Any]) -> None:
    reply = caller(app.sandbox)("POST", "/switchboard/oauth-client", client)
    assert (reply.status, "client_secret" in reply.json["message"]) == (400, True)


def test_signing_in_has_no_door_and_no_limit(make: Make, caller: Meet) -> None:
    app = Visitor(make(oauth_clients=[APP], rate_limit=1))
    for _ in range(3):
        assert app.sign_in()["access_token"]
    assert "x-ratelimit-limit" not in app.come().headers
    assert caller(app.sandbox, "sandbox-bob")("GET", "/api/v1/tag").status == 200


def test_signing_in_goes_wrong_on_request(app: Visitor) -> None:
    app.sandbox.fail("GET", "/oauth/authorize", status=503, html=True)
    app.sandbox.fail("POST", "/oauth/token", status=500)
    assert (app.come().status, app.come().status) == (503, 200)
    assert app.token(code="x").status == 500


def test_only_what_there_is_is_found_at_oauth(app: Visitor) -> None:
    assert app("GET", "/oauth/nothing").status == 404
    reply = app("GET", "/oauth/token")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
