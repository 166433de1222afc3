"""Signing in to the stand-in Plannr, as a browser and this app do it together."""

import base64
import hashlib
from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from plannr_api import (
    BearerToken,
    Begun,
    BrokenAnswer,
    Login,
    OAuth,
    OAuthRefused,
    Plannr,
    RenewableToken,
    Tokens,
    Unauthorised,
    Unreachable,
    choose_login,
    staff_logins,
)
from plannr_api.sandbox import Sandbox
from tests.plannr_api.scripted_peer import PATIENT

APP = {"client_id": "board", "client_secret": "s3cret", "redirect_uri": "http://localhost:8000/back?kept=1"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(cases=12, seed=7, oauth_clients=[APP]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Sandbox:
    shared.reset(cases=12, seed=7)
    shared.sign_in_as(None)
    return shared


@pytest.fixture
def oauth(sandbox: Sandbox) -> Iterator[OAuth]:
    oauth = OAuth(sandbox.url, **APP, timeouts=PATIENT)
    yield oauth
    oauth.close()


class Forms(HTMLParser):
    """The hidden fields of every form on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert (given["method"], given["action"]) == ("post", "/oauth/authorize")
            self.found.append({})
        if tag == "input":
            self.found[-1][given["name"]] = given["value"]


def browse(sandbox: Sandbox, method: str, target: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, Location and page."""
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=5)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, target, urlencode(form) if form else None, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), page


def decided(sandbox: Sandbox, begun: Begun, **wish: str) -> str:
    """Open the page, press the first button that does what is wished for; the query of the way back."""
    status, _, page = browse(sandbox, "GET", begun.url.removeprefix(sandbox.url))
    assert status == 200
    pressed = next(form for form in Forms(page).found if wish.items() <= form.items())
    status, location, _ = browse(sandbox, "POST", "/oauth/authorize", pressed)
    assert (status, location.startswith("http://localhost:8000/back?kept=1&")) == (302, True)
    return urlsplit(location).query


def signed_in(sandbox: Sandbox, oauth: OAuth, person: str = "bob") -> Tokens:
    begun = oauth.begin()
    return oauth.finish(decided(sandbox, begun, person=person), state=begun.state, verifier=begun.verifier)


def logins(sandbox: Sandbox, tokens: Tokens) -> list[Login]:
    with Plannr(sandbox.url, auth=BearerToken(tokens.access), timeouts=PATIENT) as plannr:
        return plannr.logins.list()


def refused(sandbox: Sandbox, tokens: Tokens) -> bool:
    try:
        return not logins(sandbox, tokens)
    except Unauthorised:
        return True


def exchanges(sandbox: Sandbox) -> int:
    return sum(entry["path"] == "/oauth/token" for entry in sandbox.ledger)


def test_somebody_signs_in_and_is_who_they_said(sandbox: Sandbox, oauth: OAuth) -> None:
    tokens = signed_in(sandbox, oauth)
    assert tokens.refresh
    assert tokens.expires_in == 3600
    chosen = choose_login(logins(sandbox, tokens))
    assert chosen.account
    assert str(chosen.account.uuid) == sandbox.account_of("sandbox-bob")


def test_the_account_chosen_on_the_page_comes_first(sandbox: Sandbox, oauth: OAuth) -> None:
    sandbox.speak(preferred_account="login")
    begun = oauth.begin()
    _, _, page = browse(sandbox, "GET", begun.url.removeprefix(sandbox.url))
    buttons = [form for form in Forms(page).found if "account" in form]
    assert len(buttons) > 1
    for button in buttons:
        begun = oauth.begin()
        query = decided(sandbox, begun, person=button["person"], account=button["account"])
        found = logins(sandbox, oauth.finish(query, state=begun.state, verifier=begun.verifier))
        first = staff_logins(found)[0].account
        assert first
        assert str(first.uuid) == button["account"]


def test_somebody_who_is_signed_in_already_sees_no_page(sandbox: Sandbox, oauth: OAuth) -> None:
    sandbox.sign_in_as("bob")
    begun = oauth.begin()
    status, location, _ = browse(sandbox, "GET", begun.url.removeprefix(sandbox.url))
    assert status == 302
    assert logins(sandbox, oauth.finish(urlsplit(location).query, state=begun.state, verifier=begun.verifier))
    assert browse(sandbox, "GET", oauth.begin(prompt="login").url.removeprefix(sandbox.url))[0] == 200


def test_a_no_is_a_no(sandbox: Sandbox, oauth: OAuth) -> None:
    begun = oauth.begin()
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(decided(sandbox, begun, decision="deny"), state=begun.state, verifier=begun.verifier)
    assert (caught.value.code, exchanges(sandbox)) == ("access_denied", 0)


def test_nobody_there_to_ask_is_told_so(sandbox: Sandbox, oauth: OAuth) -> None:
    begun = oauth.begin(prompt="none")
    _, location, _ = browse(sandbox, "GET", begun.url.removeprefix(sandbox.url))
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(urlsplit(location).query, state=begun.state, verifier=begun.verifier)
    assert caught.value.code == "login_required"


def test_a_way_back_belongs_to_the_browser_that_was_sent_out(sandbox: Sandbox, oauth: OAuth) -> None:
    mine, theirs = oauth.begin(), oauth.begin()
    query = decided(sandbox, theirs, person="bob")
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(query, state=mine.state, verifier=mine.verifier)
    assert (caught.value.code, exchanges(sandbox)) == ("state", 0)


def test_a_stolen_code_is_worth_nothing_without_its_verifier(sandbox: Sandbox, oauth: OAuth) -> None:
    mine, theirs = oauth.begin(), oauth.begin()
    code = parse_qs(decided(sandbox, theirs, person="bob"))["code"][0]
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(urlencode({"code": code, "state": mine.state}), state=mine.state, verifier=mine.verifier)
    assert caught.value.code == "invalid_grant"


def test_the_challenge_on_the_page_is_that_of_the_verifier(sandbox: Sandbox, oauth: OAuth) -> None:
    begun = oauth.begin()
    _, _, page = browse(sandbox, "GET", begun.url.removeprefix(sandbox.url))
    digest = hashlib.sha256(begun.verifier.encode()).digest()
    carried = Forms(page).found[0]
    assert carried["code_challenge_method"] == "S256"
    assert carried["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_code_works_once_and_a_second_time_ends_what_it_began(sandbox: Sandbox, oauth: OAuth) -> None:
    begun = oauth.begin()
    query = decided(sandbox, begun, person="bob")
    tokens = oauth.finish(query, state=begun.state, verifier=begun.verifier)
    with pytest.raises(OAuthRefused) as caught:
        oauth.finish(query, state=begun.state, verifier=begun.verifier)
    assert (caught.value.code, caught.value.status) == ("invalid_grant", 400)
    assert refused(sandbox, tokens)


def test_an_exchanged_refresh_token_is_used_up(sandbox: Sandbox, oauth: OAuth) -> None:
    first = signed_in(sandbox, oauth)
    second = oauth.refresh(first.refresh or "")
    assert second.access != first.access
    assert second.refresh != first.refresh
    assert logins(sandbox, second)
    assert refused(sandbox, first)
    with pytest.raises(OAuthRefused) as caught:
        oauth.refresh(first.refresh or "")
    assert caught.value.code == "invalid_grant"


def test_a_refresh_token_may_stay_the_same(sandbox: Sandbox, oauth: OAuth) -> None:
    sandbox.speak(refresh="keep")
    first = signed_in(sandbox, oauth)
    second = oauth.refresh(first.refresh or "")
    third = oauth.refresh(second.refresh or "")
    assert (first.refresh, second.refresh) == (second.refresh, third.refresh)
    assert logins(sandbox, third)


def test_a_revoked_refresh_token_is_refused_and_only_that(sandbox: Sandbox, oauth: OAuth) -> None:
    bob, someone_else = signed_in(sandbox, oauth), signed_in(sandbox, oauth, "leah")
    sandbox.revoke("bob")
    with pytest.raises(OAuthRefused) as caught:
        oauth.refresh(bob.refresh or "")
    assert caught.value.code == "invalid_grant"
    assert refused(sandbox, bob)
    assert logins(sandbox, oauth.refresh(someone_else.refresh or ""))


def test_another_secret_is_told_apart_from_a_revoked_token(sandbox: Sandbox, oauth: OAuth) -> None:
    tokens = signed_in(sandbox, oauth)
    stranger = OAuth(sandbox.url, **{**APP, "client_secret": "other"}, timeouts=PATIENT)
    with pytest.raises(OAuthRefused) as caught:
        stranger.refresh(tokens.refresh or "")
    assert (caught.value.code, caught.value.status) == ("invalid_client", 401)
    assert oauth.refresh(tokens.refresh or "")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 503}, Unreachable),
        ({"drop": "before"}, Unreachable),
        ({"status": 500}, BrokenAnswer),
        ({"html": True}, BrokenAnswer),
        ({"truncate": 20}, Unreachable),
    ],
)
def test_a_hiccup_of_the_exchange_is_no_refusal_and_is_not_repeated(
    sandbox: Sandbox, oauth: OAuth, fault: dict[str, object], kind: type[Exception]
) -> None:
    tokens = signed_in(sandbox, oauth)
    before = exchanges(sandbox)
    sandbox.fail("POST", "/oauth/token", **fault)
    with pytest.raises(kind):
        oauth.refresh(tokens.refresh or "")
    assert exchanges(sandbox) == before + 1


def test_a_move_goes_through_when_the_token_ran_out_meanwhile(sandbox: Sandbox, oauth: OAuth) -> None:
    held = [signed_in(sandbox, oauth)]

    def renew(spent: str) -> bool:
        assert spent == held[0].access
        held[0] = oauth.refresh(held[0].refresh or "")
        return True

    auth = RenewableToken(lambda: held[0].access, renew)
    account = sandbox.account_of("sandbox-bob")
    with Plannr(sandbox.url, auth=auth, account=account, timeouts=PATIENT) as plannr:
        case = plannr.cases.list().cases[0]
        status = plannr.statuses.list()[0]
        sandbox.expire_access("bob")
        plannr.cases.move(case.uuid, status.uuid, 1, request_id="intent-7")
    puts = [entry for entry in sandbox.ledger if entry["method"] == "PUT"]
    assert [(entry["status"], entry["request_id"]) for entry in puts] == [(401, "intent-7"), (200, "intent-7")]
    assert puts[0]["body"] == puts[1]["body"]
    assert exchanges(sandbox) == 2
