"""Who works there, what they may do, and what becomes of them."""

from collections.abc import Callable

import pytest

from plannr_api.sandbox import NobodyThere, Sandbox
from tests.sandbox.caller import Caller

Make = Callable[..., Sandbox]
Meet = Callable[..., Caller]


def put(call: Caller) -> int:
    uuid = call.cases()[0]["uuid"]
    return call("PUT", f"/api/v1/cases/{uuid}", {"name": "Seen to"}).status


def test_alice_owns_bob_is_a_member_and_both_may_write(sandbox: Sandbox, caller: Meet) -> None:
    for token, name, role, delete in [
        ("sandbox-alice", "Alice Archer", "owner", True),
        ("sandbox-bob", "Bob Bailey", "member", False),
    ]:
        (login,) = caller(sandbox, token, None)("GET", "/api/v1/logins").json["data"]
        assert (login["account"]["name"], login["account"]["role"]) == (name, role)
        assert (login["has_write_permission"], login["has_delete_permission"]) == (True, delete)
        assert len(caller(sandbox, token).cases()) == 20
        assert put(caller(sandbox, token)) == 200


def test_charlie_owns_the_other_firm(sandbox: Sandbox, caller: Meet) -> None:
    (login,) = caller(sandbox, "sandbox-charlie", None)("GET", "/api/v1/logins").json["data"]
    assert (login["account"]["name"], login["account"]["role"]) == ("Charlie Carter", "owner")
    assert login["firm"]["name"] == "Harbour Lane Wealth"
    assert put(caller(sandbox, "sandbox-charlie")) == 200


def test_a_firm_can_be_made_larger(make: Make, caller: Meet) -> None:
    sandbox = make(staff=20)
    names = [each["name"] for each in caller(sandbox)("GET", "/api/v1/employee", per_page=100).json["data"]]
    assert len(names) == 20
    assert {f"Person {number}" for number in range(15, 21)} <= set(names)
    assert put(caller(sandbox, "sandbox-person15")) == 200
    assert make(staff=16).account_of("sandbox-person15") == sandbox.account_of("sandbox-person15")
    assert set(make().firm.cases) == set(sandbox.firm.cases)


def test_a_firm_is_not_made_smaller(make: Make) -> None:
    staff = [each for each in make(staff=3).firm.accounts.values() if each["type"] == "employee"]
    assert len(staff) == 14


def test_the_right_to_write_comes_and_goes(sandbox: Sandbox, caller: Meet) -> None:
    call = caller(sandbox, "sandbox-bob")
    sandbox.rights("bob", write=False)
    assert not call("GET", "/api/v1/logins").json["data"][0]["has_write_permission"]
    assert put(call) == 403
    assert put(caller(sandbox, "sandbox-alice")) == 200
    call("POST", "/switchboard/rights", {"person": "bob", "write": True})
    assert put(call) == 200


def test_rights_change_in_both_firms(sandbox: Sandbox, caller: Meet) -> None:
    sandbox.rights("daniel", write=False)
    logins = caller(sandbox, "sandbox-daniel", None)("GET", "/api/v1/logins").json["data"]
    assert [login["has_write_permission"] for login in logins] == [False, False]


def test_who_leaves_is_unknown_until_they_come_back(sandbox: Sandbox, caller: Meet) -> None:
    call = caller(sandbox, "sandbox-bob")
    sandbox.leave("bob")
    assert call("GET", "/api/v1/logins").status == 401
    assert call("GET", "/api/v1/cases").status == 401
    assert caller(sandbox, "sandbox-alice")("GET", "/api/v1/tag").status == 200
    sandbox.come_back("bob")
    assert call("GET", "/api/v1/cases").status == 200


def test_leaving_and_coming_back_over_http(call: Caller, caller: Meet) -> None:
    bob = caller(call.sandbox, "sandbox-bob")
    assert call("POST", "/switchboard/leave", {"person": "bob"}).status == 200
    assert bob("GET", "/api/v1/tag").status == 401
    assert call("POST", "/switchboard/come-back", {"person": "bob"}).status == 200
    assert bob("GET", "/api/v1/tag").status == 200


def test_the_ledger_names_whoever_asked(sandbox: Sandbox, caller: Meet) -> None:
    for token in ("sandbox-bob", "sandbox-token", "sandbox-nobody", None):
        caller(sandbox, token, sandbox.account)("GET", "/api/v1/tag")
    sandbox.leave("bob")
    caller(sandbox, "sandbox-bob", None)("GET", "/api/v1/tag")
    assert [entry["person"] for entry in sandbox.ledger] == ["bob", "priya", "", "", "bob"]


def test_a_fault_can_pick_a_person_whatever_their_token(sandbox: Sandbox, caller: Meet) -> None:
    sandbox.fail("*", "*", status=503, person="priya", times=2)
    assert [caller(sandbox, token)("GET", "/api/v1/tag").status for token in ("sandbox-token", "sandbox-bob")] == [
        503,
        200,
    ]
    assert caller(sandbox, "sandbox-priya")("GET", "/api/v1/tag").status == 503


@pytest.mark.parametrize("deed", ["rights", "leave", "come-back", "expire-access", "revoke", "signed-in"])
def test_nobody_of_that_name_is_said_in_words(call: Caller, deed: str) -> None:
    reply = call("POST", f"/switchboard/{deed}", {"person": "nobody", "write": True})
    assert (reply.status, reply.json["message"]) == (404, "There is no 'nobody' here.")


def test_nobody_of_that_name_is_an_error_from_python(make: Make) -> None:
    with pytest.raises(NobodyThere):
        make().leave("nobody")
    with pytest.raises(NobodyThere):
        make(signed_in="nobody")


def test_rights_are_true_or_false(call: Caller) -> None:
    assert call("POST", "/switchboard/rights", {"person": "bob", "write": "yes"}).status == 400
