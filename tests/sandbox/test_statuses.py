"""The statuses: made, renamed, moved."""

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller


def statuses(sandbox: Sandbox) -> tuple[str, str]:
    """The first status and the completed one."""
    found = list(sandbox.firm.statuses)
    return found[0], found[-1]


def test_a_status_is_created_renamed_and_moved(call: Caller) -> None:
    made = call("POST", "/api/v1/cases-status", {"name": "On hold", "colour": "#123456"})
    assert (made.status, made.json["position"], made.json["is_type_completed"]) == (200, 8, False)
    path = f"/api/v1/cases-status/{made.json['uuid']}"
    assert call("PUT", path, {"name": "Paused", "position": 2}).json["position"] == 2
    names = [status["name"] for status in call("GET", "/api/v1/cases-status").json["data"]]
    assert names[:3] == ["New enquiry", "Paused", "Fact find"]
    assert call("GET", path).json["name"] == "Paused"
    assert call("POST", "/api/v1/cases-status", {"colour": "red"}).json["errors"].keys() == {"name", "colour"}


def test_the_completed_status_may_only_be_moved(call: Caller) -> None:
    path = f"/api/v1/cases-status/{statuses(call.sandbox)[1]}"
    assert call("PUT", path, {"name": "Done"}).status == 422
    assert call("PUT", path, {"position": 1}).json["position"] == 1


def test_a_renamed_status_shows_on_its_cases(call: Caller) -> None:
    first, _ = statuses(call.sandbox)
    call.cases(include="status")
    call("PUT", f"/api/v1/cases-status/{first}", {"name": "Enquiry"})
    names = {case["status"]["name"] for case in call.cases(include="status") if case["status"]["uuid"] == first}
    assert names == {"Enquiry"}
