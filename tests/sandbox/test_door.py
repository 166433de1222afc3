"""Who gets in, as whom, how often, and what they are told otherwise."""

from collections.abc import Callable

import pytest

from plannr_api.sandbox import Sandbox
from plannr_api.sandbox.interference.rate_limit import Limits
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]


def test_without_a_token_nobody_gets_in(sandbox: Sandbox, caller: Meet) -> None:
    for token in (None, "sandbox-nobody"):
        reply = caller(sandbox, token, sandbox.account)("GET", "/api/v1/cases")
        assert (reply.status, reply.json) == (401, {"message": "Unauthenticated."})


def test_logins_need_no_account_and_tell_work_from_private_life(sandbox: Sandbox, caller: Meet) -> None:
    logins = caller(sandbox, account=None)("GET", "/api/v1/logins").json["data"]
    assert [login["account"]["type"] for login in logins] == ["client", "employee"]
    assert logins[1]["account"]["uuid"] == sandbox.account
    assert logins[1]["firm"]["name"] == "Ashdown & Vale Financial Planning"
    assert "preferred_account_uuid" not in logins[1]


def test_the_preferred_account_stands_in_each_login(make: Make, caller: Meet) -> None:
    sandbox = make(preferred_account="login")
    logins = caller(sandbox, account=None)("GET", "/api/v1/logins").json["data"]
    assert {login["preferred_account_uuid"] for login in logins} == {sandbox.account}


def test_the_preferred_account_stands_beside_the_logins(make: Make, caller: Meet) -> None:
    sandbox = make(preferred_account="beside")
    assert caller(sandbox, account=None)("GET", "/api/v1/logins").json["preferred_account_uuid"] == sandbox.account
    sandbox.speak(preferred_account="absent")
    assert "preferred_account_uuid" not in caller(sandbox, account=None)("GET", "/api/v1/logins").json


def test_one_member_works_for_two_firms_and_sees_each_apart(sandbox: Sandbox, caller: Meet) -> None:
    logins = caller(sandbox, "sandbox-daniel", None)("GET", "/api/v1/logins").json["data"]
    assert len({login["firm"]["uuid"] for login in logins}) == 2
    here, there = (caller(sandbox, "sandbox-daniel", login["account"]["uuid"]) for login in logins)
    assert here("GET", "/api/v1/cases").json["meta"]["total"] == 20
    uuids = {case["uuid"] for case in there.cases()}
    assert uuids == set(sandbox.other_firm.cases)
    assert uuids.isdisjoint(sandbox.firm.cases)


def test_a_client_has_a_login_but_no_business_here(sandbox: Sandbox, caller: Meet) -> None:
    (login,) = caller(sandbox, "sandbox-client", None)("GET", "/api/v1/logins").json["data"]
    assert login["account"]["type"] == "client"
    assert caller(sandbox, "sandbox-client", login["account"]["uuid"])("GET", "/api/v1/cases").status == 403


def status_without_account(sandbox: Sandbox, caller: Meet, account: str | None = None) -> int:
    return caller(sandbox, account=account)("GET", "/api/v1/cases").status


def test_a_missing_account_header_is_a_400(make: Make, caller: Meet) -> None:
    assert status_without_account(make(account_header="400"), caller) == 400


def test_a_missing_account_header_may_be_a_403(make: Make, caller: Meet) -> None:
    assert status_without_account(make(account_header="403"), caller) == 403


def test_a_missing_account_header_may_be_a_422(make: Make, caller: Meet) -> None:
    reply = caller(make(account_header="422"), account=None)("GET", "/api/v1/cases")
    assert reply.status == 422
    assert list(reply.json["errors"]) == ["X-PLANNR-ACCOUNT-UUID"]


def test_a_colleagues_account_cannot_be_borrowed(sandbox: Sandbox, caller: Meet) -> None:
    assert status_without_account(sandbox, caller, sandbox.account_of("sandbox-tom")) == 400


def test_without_write_permission_reading_is_all(sandbox: Sandbox, caller: Meet) -> None:
    call = caller(sandbox, "sandbox-val")
    uuid = call.cases()[0]["uuid"]
    reply = call("PUT", f"/api/v1/cases/{uuid}", {"name": "Mine"})
    assert (reply.status, reply.json) == (403, {"message": "This action is unauthorized."})
    assert not sandbox.ledger[-1]["applied"]


def test_without_delete_permission_nothing_is_deleted(sandbox: Sandbox, caller: Meet) -> None:
    call = caller(sandbox, "sandbox-callum")
    uuid = call.cases()[0]["uuid"]
    assert call("PUT", f"/api/v1/cases/{uuid}", {"name": "Mine"}).status == 200
    assert call("DELETE", f"/api/v1/cases/{uuid}").status == 403


def test_an_expired_token_is_a_401_from_then_on(sandbox: Sandbox, call: Caller) -> None:
    assert call("GET", "/api/v1/tag").status == 200
    sandbox.expire(sandbox.token)
    assert call("GET", "/api/v1/tag").status == 401


def test_members_see_their_groups_and_their_own(make: Make, caller: Meet) -> None:
    sandbox = make(cases=60, visibility="groups")
    tom = sandbox.firm.accounts[sandbox.account_of("sandbox-tom")]
    seen = caller(sandbox, "sandbox-tom").cases()
    assert 0 < len(seen) < 60
    for case in seen:
        assert tom["uuid"] in case["assigned_to_uuids"] or set(tom["group_uuids"]) & set(case["group_uuids"])
    hidden = next(uuid for uuid in sandbox.firm.cases if uuid not in {case["uuid"] for case in seen})
    assert caller(sandbox, "sandbox-tom")("PUT", f"/api/v1/cases/{hidden}", {"name": "x"}).status == 404
    assert len(caller(sandbox).cases()) == 60


def test_everybody_may_see_only_what_is_assigned_to_them(make: Make, caller: Meet) -> None:
    sandbox = make(cases=60, visibility="assigned")
    for token in ("sandbox-tom", "sandbox-priya"):
        call, account = caller(sandbox, token), sandbox.account_of(token)
        own = {uuid for uuid, case in sandbox.firm.cases.items() if account in case["assigned_to_uuids"]}
        assert {case["uuid"] for case in call.cases()} == own
        assert 0 < len(own) < 60
        other = next(uuid for uuid in sandbox.firm.cases if uuid not in own)
        assert call("GET", f"/api/v1/cases/{other}").status == 404
        assert call("PUT", f"/api/v1/cases/{other}", {"name": "x"}).status == 404
        assert call("GET", "/api/v1/cases", **{"filter[uuid]": other}).json["data"] == []


def test_members_see_everything_unless_told_otherwise(make: Make, caller: Meet) -> None:
    assert len(caller(make(visibility="all"), "sandbox-tom").cases()) == 20


def test_over_the_limit_laravel_says_when_to_come_back(make: Make, caller: Meet) -> None:
    sandbox = make(rate_limit=2)
    call = caller(sandbox)
    assert [call("GET", "/api/v1/tag").headers["x-ratelimit-remaining"] for _ in range(2)] == ["1", "0"]
    reply = call("GET", "/api/v1/tag")
    assert (reply.status, reply.json) == (429, {"message": "Too Many Attempts."})
    assert reply.headers["x-ratelimit-limit"] == "2"
    assert 0 < int(reply.headers["retry-after"]) <= 60
    assert caller(sandbox, "sandbox-tom")("GET", "/api/v1/tag").status == 200


def test_the_limit_is_a_persons_whichever_token_they_come_with(make: Make, caller: Meet) -> None:
    sandbox = make(rate_limit=2)
    assert caller(sandbox, "sandbox-token")("GET", "/api/v1/tag").headers["x-ratelimit-remaining"] == "1"
    assert caller(sandbox, "sandbox-priya")("GET", "/api/v1/tag").headers["x-ratelimit-remaining"] == "0"
    assert caller(sandbox, "sandbox-token")("GET", "/api/v1/tag").status == 429


def test_five_hundred_a_minute_unless_told_otherwise(call: Caller) -> None:
    assert call("GET", "/api/v1/tag").headers["x-ratelimit-limit"] == "500"


def test_a_minute_after_its_first_request_the_window_starts_anew() -> None:
    moment = 100.0
    limits = Limits(clock=lambda: moment)
    assert [limits.spend("t", 2).allowed for _ in range(3)] == [True, True, False]
    moment = 159.0
    assert limits.spend("t", 2) == (False, 0, 1)
    moment = 160.0
    assert limits.spend("t", 2) == (True, 1, 60)


@pytest.mark.parametrize("path", ["/api/v1/nope", "/", "/api/v2/cases", "/api/v1/cases/a/b/c"])
def test_an_unknown_path_is_a_404(call: Caller, path: str) -> None:
    reply = call("GET", path)
    assert reply.status == 404
    assert "could not be found" in reply.json["message"]


def test_a_wrong_method_is_a_405_that_names_the_right_ones(call: Caller) -> None:
    reply = call("PATCH", "/api/v1/cases")
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, POST"


def test_an_unknown_uuid_is_a_404(call: Caller) -> None:
    for path in ("cases", "cases-status", "plans"):
        reply = call("GET", f"/api/v1/{path}/00000000-0000-4000-8000-000000000000")
        assert reply.status == 404
        assert reply.json["message"].startswith("No query results for model")
