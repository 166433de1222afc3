"""Tokens: what they open, how long they live, against what they are renewed, and what ends them."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.visitor import APP, CHALLENGE, VERIFIER, Visitor, refused

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]


def test_the_token_is_as_good_as_the_persons_own(app: Visitor, caller: Meet) -> None:
    sandbox, token = app.sandbox, app.sign_in("Val Price")["access_token"]
    assert sandbox.account_of(token) == sandbox.account_of("sandbox-val")
    call, own = caller(sandbox, token), caller(sandbox, "sandbox-val")
    assert call.cases() == own.cases()
    assert call("GET", "/api/v1/logins").json == own("GET", "/api/v1/logins").json
    uuid = next(iter(sandbox.firm.cases))
    assert call("PUT", f"/api/v1/cases/{uuid}", {"name": "x"}).status == 403
    sandbox.rights("val", write=True)
    assert call("PUT", f"/api/v1/cases/{uuid}", {"name": "x"}).status == 200
    assert sandbox.ledger[-1]["person"] == "val"
    assert call("GET", "/api/v1/cases", **{"filter[uuid]": next(iter(sandbox.other_firm.cases))}).json["data"] == []


def test_the_limit_counts_all_tokens_of_a_person(make: Make, caller: Meet) -> None:
    app = Visitor(make(oauth_clients=[APP], rate_limit=2))
    one, two = app.sign_in()["access_token"], app.sign_in()["access_token"]
    assert [caller(app.sandbox, token)("GET", "/api/v1/tag").status for token in (one, two, one)] == [200, 200, 429]
    assert caller(app.sandbox, "sandbox-bob")("GET", "/api/v1/tag").status == 429
    assert caller(app.sandbox)("GET", "/api/v1/tag").status == 200


def test_a_chosen_account_is_the_preferred_one(app: Visitor, caller: Meet) -> None:
    daniel = "Daniel Okafor · member · Harbour"
    call = caller(app.sandbox, app.sign_in(daniel)["access_token"], None)
    there = next(each["uuid"] for each in app.sandbox.other_firm.accounts.values() if each["first_name"] == "Daniel")
    said = call("GET", "/api/v1/logins").json
    assert {login["preferred_account_uuid"] for login in said["data"]} == {there}
    app.sandbox.speak(preferred_account="beside")
    said = call("GET", "/api/v1/logins").json
    assert said["preferred_account_uuid"] == there
    assert "preferred_account_uuid" not in said["data"][0]
    app.sandbox.speak(preferred_account="login")
    assert call("GET", "/api/v1/logins").json["data"][0]["preferred_account_uuid"] == there


def test_without_a_choice_there_is_no_preferred_account(app: Visitor, caller: Meet) -> None:
    for label in ("Daniel Okafor · choose", "Bob Bailey"):
        call = caller(app.sandbox, app.sign_in(label)["access_token"], None)
        assert "preferred_account_uuid" not in call("GET", "/api/v1/logins").text


def test_the_choice_outlives_a_refresh(app: Visitor, caller: Meet) -> None:
    tokens = app.refresh(app.sign_in("Daniel Okafor · member · Harbour")["refresh_token"]).json
    said = caller(app.sandbox, tokens["access_token"], None)("GET", "/api/v1/logins").json
    assert said["data"][0]["preferred_account_uuid"] in app.sandbox.other_firm.accounts


def test_a_refresh_token_is_replaced_when_it_is_used(make: Make, caller: Meet) -> None:
    app = Visitor(make(oauth_clients=[APP], refresh="rotate"))
    old = app.sign_in()
    new = app.refresh(old["refresh_token"]).json
    assert new["refresh_token"] != old["refresh_token"]
    assert [app.use(each["access_token"]) for each in (old, new)] == [401, 200]
    refused(app.refresh(old["refresh_token"]), "invalid_grant")
    assert app.refresh(new["refresh_token"]).status == 200


def test_a_refresh_token_may_be_kept(make: Make, caller: Meet) -> None:
    app = Visitor(make(oauth_clients=[APP], refresh="keep"))
    old = app.sign_in()
    new = app.refresh(old["refresh_token"]).json
    assert "refresh_token" not in new
    assert [app.use(each["access_token"]) for each in (old, new)] == [200, 200]
    assert app.refresh(old["refresh_token"]).status == 200


def test_access_lasts_as_long_as_is_said(make: Make, caller: Meet) -> None:
    app = Visitor(make(oauth_clients=[APP], access_seconds=1))
    tokens = app.sign_in()
    assert tokens["expires_in"] == 1
    assert app.use(tokens["access_token"]) == 200
    time.sleep(1.05)
    assert app.use(tokens["access_token"]) == 401
    app.sandbox.speak(access_seconds=60)
    renewed = app.refresh(tokens["refresh_token"]).json
    assert renewed["expires_in"] == 60
    assert app.use(renewed["access_token"]) == 200


def test_access_expires_on_request_and_is_refreshed(app: Visitor) -> None:
    bob, alice = app.sign_in(), app.sign_in("Alice")
    app.sandbox.expire_access("bob")
    assert [app.use(each["access_token"]) for each in (bob, alice)] == [401, 200]
    assert app.use("sandbox-bob") == 200
    assert app.use(app.refresh(bob["refresh_token"]).json["access_token"]) == 200


def test_one_token_expires_by_itself(app: Visitor) -> None:
    one, two = app.sign_in(), app.sign_in()
    app.sandbox.expire(one["access_token"])
    assert [app.use(each["access_token"]) for each in (one, two)] == [401, 200]


def test_what_is_revoked_stays_dead_and_the_person_signs_in_anew(app: Visitor, caller: Meet) -> None:
    bob, alice, code = app.sign_in(), app.sign_in("Alice"), app.code()
    caller(app.sandbox)("POST", "/switchboard/revoke", {"person": "bob"})
    assert [app.use(each["access_token"]) for each in (bob, alice)] == [401, 200]
    refused(app.refresh(bob["refresh_token"]), "invalid_grant")
    refused(app.token(code=code), "invalid_grant")
    assert app.use("sandbox-bob") == 200
    assert app.use(app.sign_in()["access_token"]) == 200


def test_who_leaves_loses_all_tokens_for_good(app: Visitor) -> None:
    bob, code = app.sign_in(), app.code()
    app.sandbox.leave("bob")
    assert [app.use(token) for token in (bob["access_token"], "sandbox-bob")] == [401, 401]
    refused(app.refresh(bob["refresh_token"]), "invalid_grant")
    refused(app.token(code=code), "invalid_grant")
    app.sandbox.come_back("bob")
    assert [app.use(token) for token in (bob["access_token"], "sandbox-bob")] == [401, 200]
    assert app.use(app.sign_in()["access_token"]) == 200


def test_a_reset_ends_all_tokens_and_keeps_the_apps(app: Visitor) -> None:
    tokens = app.sign_in()
    app.sandbox.reset()
    assert app.use(tokens["access_token"]) == 401
    assert app.use(app.sign_in()["access_token"]) == 200


def test_the_ledger_shows_only_the_ends_of_secrets(app: Visitor) -> None:
    code = app.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    tokens = app.token(code=code, code_verifier=VERIFIER).json
    renewed = app.refresh(tokens["refresh_token"]).json
    app("GET", f"/oauth/token?client_secret={APP['client_secret']}&a=b")
    app("POST", "/oauth/token", {json.dumps({"client_secret": APP["client_secret"]}): ""})
    first, second = [entry for entry in app.sandbox.ledger if entry["status"] == 200][1:]
    assert first["body"] == {
        "grant_type": "authorization_code",
        "client_id": "board",
        "client_secret": "…ret-42",
        "redirect_uri": APP["redirect_uri"],
        "code": "…" + code[-6:],
        "code_verifier": "…" + VERIFIER[-6:],
    }
    assert second["body"]["refresh_token"] == "…" + tokens["refresh_token"][-6:]
    assert [first["person"], second["person"]] == ["bob", "bob"]
    told = json.dumps(app.sandbox.ledger) + json.dumps(app.sandbox.state())
    secrets = [APP["client_secret"], VERIFIER, code, *tokens.values(), *renewed.values()]
    assert not [secret for secret in secrets if len(str(secret)) > 10 and secret in told]


def test_of_a_short_secret_nothing_is_shown(app: Visitor) -> None:
    app.token(code="abc123")
    assert app.sandbox.ledger[-1]["body"]["code"] == "…"


def test_tokens_survive_kill_9(tmp_path: Path, stack: ExitStack, caller: Meet) -> None:
    path = tmp_path / "state.json"
    first = Visitor(stack.enter_context(Sandbox(12, state=path, oauth_clients=[APP])))
    tokens, spent, unused = first.sign_in(), first.code(), first.code("Alice")
    first.token(code=spent)
    dead = first.sign_in("Val Price")
    first.sandbox.revoke("val")
    copied = tmp_path / "after-kill.json"
    copied.write_bytes(path.read_bytes())
    copied.with_name("after-kill.json.journal").write_bytes(path.with_name("state.json.journal").read_bytes())
    second = Visitor(stack.enter_context(Sandbox(12, state=copied)))
    assert second.use(tokens["access_token"]) == 200
    assert second.token(code=unused).status == 200
    refused(second.token(code=spent), "invalid_grant")
    assert second.use(dead["access_token"]) == 401
    assert second.refresh(tokens["refresh_token"]).status == 200
