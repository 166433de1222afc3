"""Before a team uses the board, somebody asks what Plannr is like: `manage.py check_plannr`."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from kanban.management import plannr_probe
from plannr_api.sandbox import Sandbox

Make = Callable[..., Sandbox]
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """check("--scratch-case", uuid): the exit code, what was said and what was complained about."""
    monkeypatch.setattr(plannr_probe, "PAUSES", (0.0, 0.0, 0.0, 0.0))
    monkeypatch.setattr("kanban.management.commands.check_plannr.signal.signal", lambda *_: None)

    def check(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            call_command("check_plannr", *arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return check


def scratch_case(plannr: Sandbox, *, completed: bool = False) -> str:
    """One with a plan, in the middle of its status."""
    cases = plannr.state()["cases"]
    last = Counter(case["status"] for case in cases if case["status_position"])
    return next(
        str(case["uuid"])
        for case in cases
        if case["plans"]
        and bool(case["completed_at"]) == completed
        and 1 < (case["status_position"] or 0) < last[case["status"]]
    )


def standing(plannr: Sandbox) -> dict[str, Any]:
    kept = ("status", "status_position", "completed_at", "plans", "assigned_to_uuids", "group_uuids", "value")
    return {case["uuid"]: [case.get(name) for name in kept] for case in plannr.state()["cases"]}


def writes(plannr: Sandbox) -> list[dict[str, Any]]:
    return [entry for entry in plannr.ledger if entry["method"] != "GET"]


def test_it_says_in_plain_words_what_plannr_shows(plannr: Sandbox, check: Check) -> None:
    code, said, complained = check()
    assert (code, complained) == (0, "")
    assert f"{plannr.account} Priya Shah (owner employee) at Ashdown & Vale Financial Planning <-" in said
    assert "Plannr lists 7 statuses: New enquiry, Fact find" in said
    assert "Completed (completed)" in said
    assert "Plannr lists 14 employees." in said
    assert "Plannr gives 40 cases that can be read, and counts 40 itself." in said
    assert "Every case says its participants" in said
    assert "Plannr allows 500 requests a minute and says that 49" in said
    assert "--scratch-case" in said


def test_without_a_scratch_case_it_writes_nothing(plannr: Sandbox, check: Check) -> None:
    check()
    assert writes(plannr) == []


def test_it_names_where_a_case_cannot_be_read(plannr: Sandbox, check: Check) -> None:
    broken = scratch_case(plannr)
    plannr.outside.edit(broken, wire={"value": {"amount": "a lot"}})
    code, said, _ = check()
    assert code == 0
    assert "1 case cannot be read:" in said
    assert f"{broken}: $.value.amount" in said


@pytest.mark.parametrize(
    ("dialect", "sentence"),
    [
        ({"status_list": "404"}, "Plannr has no list of its statuses (HTTP 404)"),
        ({"type_list": "404"}, "Plannr has no list of its types (HTTP 404)"),
        ({"put_relations": "loaded"}, "A case read alone says its participants"),
        ({"put_relations": "absent"}, "A case read alone says none of its relations."),
    ],
)
def test_it_says_which_dialect_it_sees(make: Make, check: Check, dialect: dict[str, str], sentence: str) -> None:
    make(**dialect)
    assert sentence in check()[1]


@pytest.mark.parametrize(
    ("dialect", "setting"),
    [
        ({}, "plans=keep,positions=shift,completed=sync"),
        ({"positions": "store"}, "plans=keep,positions=store,completed=sync"),
        ({"positions": "clamp"}, "plans=keep,positions=store,completed=sync"),
        ({"plans": "detach"}, "plans=send,positions=shift,completed=sync"),
        ({"completed": "off"}, "plans=keep,positions=shift,completed=send"),
        (
            {"positions": "store", "plans": "detach", "completed": "off", "wrap_single": "data", "status_list": "404"},
            "plans=send,positions=store,completed=send",
        ),
    ],
)
@pytest.mark.parametrize("completed", [False, True], ids=["open", "completed"])
def test_on_a_scratch_case_it_finds_out_what_to_set_and_leaves_no_trace(
    make: Make, check: Check, dialect: dict[str, str], setting: str, completed: bool
) -> None:
    plannr = make(**dialect)
    case, before = scratch_case(plannr, completed=completed), standing(plannr)
    code, said, complained = check("--scratch-case", case)
    assert (code, complained) == (0, "")
    assert f"PLANNR_DIALECT={setting}\n" in said
    assert "The case was put back as it was." in said
    assert standing(plannr) == before
    assert {entry["path"] for entry in writes(plannr)} == {f"/api/v1/cases/{case}"}


def test_a_place_that_plannr_does_not_give_back_is_said_with_how_it_was(make: Make, check: Check) -> None:
    plannr = make(positions="ignore")
    case = scratch_case(plannr)
    place = next(each["status_position"] for each in plannr.state()["cases"] if each["uuid"] == case)
    code, said, complained = check("--scratch-case", case)
    assert code == 1
    assert "The place asked for was passed over" in said
    assert "could NOT be put back: please mend in Plannr its status position." in complained
    assert f"at place {place}," in complained


@pytest.mark.parametrize("skip", range(5))
def test_when_plannr_fails_half_way_the_case_is_put_back_all_the_same(plannr: Sandbox, check: Check, skip: int) -> None:
    case, before = scratch_case(plannr), standing(plannr)
    plannr.fail("PUT", "/api/v1/cases/*", status=503, applied=True, skip=skip)
    code, said, complained = check("--scratch-case", case)
    assert standing(plannr) == before
    assert "The case was put back as it was." in said
    assert (code, "answered 503" in complained) == ((1, True) if skip < 4 else (0, False))


def test_ctrl_c_half_way_puts_the_case_back(plannr: Sandbox, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    case, before = scratch_case(plannr), standing(plannr)
    monkeypatch.setattr(plannr_probe._Trial, "completion", ctrl_c)
    code, said, _ = check("--scratch-case", case)
    assert code == 130
    assert "The case was put back as it was." in said
    assert standing(plannr) == before


def test_a_case_without_a_place_is_not_touched(plannr: Sandbox, check: Check) -> None:
    case = scratch_case(plannr)
    plannr.outside.edit(case, status_position=None)
    code, _, complained = check("--scratch-case", case)
    assert (code, complained.count("\n")) == (1, 1)
    assert "needs a status and a place" in complained
    assert writes(plannr) == []


def test_a_login_that_may_not_write_tries_nothing(plannr: Sandbox, check: Check) -> None:
    for login in plannr.firm.logins_of(plannr.token):
        login["has_write_permission"] = False
    assert check("--scratch-case", scratch_case(plannr))[0] == 1
    assert writes(plannr) == []


def test_the_account_asked_for_is_the_one_used(plannr: Sandbox, check: Check, settings: Any) -> None:
    settings.PLANNR_ACCOUNT_UUID = plannr.account
    assert f"{plannr.account} Priya Shah (owner employee)" in check()[1]
    settings.PLANNR_ACCOUNT_UUID = "11111111-1111-4111-8111-111111111111"
    code, said, complained = check()
    assert (code, complained.count("\n")) == (1, 1)
    assert plannr.account in said


def test_a_plannr_that_cannot_be_read_is_one_sentence_and_no_token(
    plannr: Sandbox, check: Check, settings: Any
) -> None:
    plannr.expire(plannr.token)
    code, said, complained = check()
    assert (code, complained.count("\n")) == (1, 1)
    assert "did not accept the token" in complained
    assert plannr.token not in said + complained
    settings.PLANNR_ACCESS_TOKEN = ""
    assert check()[2].startswith("PLANNR_ACCESS_TOKEN is not set.")
