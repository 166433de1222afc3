"""What the client sends, and to where."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from plannr_api import ABSENT, UNSET, BearerToken, CaseFilters, Plannr
from tests.plannr_api.scripted_peer import ACCOUNT, CANARY, CASE, STATUS, Peer, a_case, page

PATH = f"/api/v1/cases/{CASE}"


def test_every_call_carries_the_token_the_account_and_who_we_are(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    plannr.cases.get(CASE)
    (asked,) = peer.asked
    assert (asked.method, asked.target) == ("GET", PATH)
    assert asked.headers["authorization"] == f"Bearer {CANARY}"
    assert asked.headers["x-plannr-account-uuid"] == str(ACCOUNT)
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["user-agent"].startswith("plannr-board/")
    assert "x-request-id" not in asked.headers


def test_without_an_account_no_account_is_named(peer: Peer) -> None:
    peer.answers({"data": []})
    with Plannr(peer.url + "/", auth=BearerToken("t")) as plannr:
        assert plannr.logins.list() == []
    assert "x-plannr-account-uuid" not in peer.asked[0].headers
    assert peer.asked[0].target == "/api/v1/logins"


def test_a_move_is_one_put_of_exactly_status_and_position(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case(status_position=4))
    moved = plannr.cases.move(str(CASE).upper(), STATUS, 4, request_id="intent-1")
    (asked,) = peer.asked
    assert (asked.method, asked.target) == ("PUT", PATH)
    assert asked.json == {"status": str(STATUS), "status_position": 4}
    assert asked.headers["x-request-id"] == "intent-1"
    assert moved.status_position == 4


def test_a_move_says_more_only_when_told_to(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    plannr.cases.move(CASE, STATUS, 1, plans=[ACCOUNT], completed_at=None)
    assert peer.asked[0].json == {
        "status": str(STATUS),
        "status_position": 1,
        "plans": [str(ACCOUNT)],
        "completed_at": None,
    }


def test_an_update_sends_what_is_given_and_nothing_else(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    plannr.cases.update(CASE, name="Pen\ud800sion ☂", value=15099, type=None, plans=ABSENT, assigned_to_uuids=[])
    sent = peer.asked[0].json
    assert sent == {"name": "Pen\ud800sion ☂", "value": 15099, "type": None, "assigned_to_uuids": []}


def test_what_plannr_did_not_say_is_not_said_back(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    plannr.cases.update(CASE, name="x", review_at=UNSET)
    assert peer.asked[0].json == {"name": "x"}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (datetime(2026, 3, 18, 16, 5, 25, 123456, UTC), "2026-03-18T16:05:25+00:00"),
        (datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1))), "2026-07-01T09:00:00+01:00"),
        (date(2026, 7, 1), "2026-07-01T00:00:00+01:00"),
        (date(2026, 1, 1), "2026-01-01T00:00:00+00:00"),
    ],
)
def test_moments_are_sent_with_an_offset(peer: Peer, plannr: Plannr, given: date, sent: str) -> None:
    peer.answers(a_case())
    plannr.cases.update(CASE, review_at=given)
    assert peer.asked[0].json == {"review_at": sent}


def test_a_new_case_is_posted(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case(), status=201)
    made = plannr.cases.create(name="Mortgage", participants=[ACCOUNT], status=STATUS)
    assert made.uuid == CASE
    assert (peer.asked[0].method, peer.asked[0].target) == ("POST", "/api/v1/cases")
    assert peer.asked[0].json == {"name": "Mortgage", "participants": [str(ACCOUNT)], "status": str(STATUS)}


def test_participants_come_and_go(peer: Peer, plannr: Plannr) -> None:
    peer.answers(status=204).answers({"anything": "at all"})
    plannr.cases.add_participants(CASE, [ACCOUNT])
    plannr.cases.remove_participants(CASE, [str(ACCOUNT)])
    assert [(asked.method, asked.target) for asked in peer.asked] == [
        ("POST", f"{PATH}/participants"),
        ("DELETE", f"{PATH}/participants"),
    ]
    assert all(asked.json == {"participants": [str(ACCOUNT)]} for asked in peer.asked)


def test_a_case_can_be_deleted(peer: Peer, plannr: Plannr) -> None:
    peer.answers(status=204)
    plannr.cases.delete(CASE)
    assert (peer.asked[0].method, peer.asked[0].target, peer.asked[0].body) == ("DELETE", PATH, b"")


def test_a_status_can_be_made_and_changed(peer: Peer, plannr: Plannr) -> None:
    peer.answers({"data": {"uuid": str(STATUS), "name": "Research", "colour": "#23852B"}})
    assert plannr.statuses.create("Research", "#23852B").name == "Research"
    plannr.statuses.update(STATUS, position=2)
    first, second = peer.asked
    assert (first.method, first.target, first.json) == (
        "POST",
        "/api/v1/cases-status",
        {"name": "Research", "colour": "#23852B"},
    )
    assert (second.method, second.target) == ("PUT", f"/api/v1/cases-status/{STATUS}")
    assert second.json == {"position": 2}


def test_a_list_names_its_includes_filters_and_order(peer: Peer, plannr: Plannr) -> None:
    peer.answers(page())
    filters = CaseFilters(uuid=[CASE, str(STATUS)], completed=False, review_at_before=date(2026, 3, 1), tags=["VIP"])
    plannr.cases.list(include=("status", "type"), filters=filters, sort="-value", per_page=50)
    query = dict(part.split("=") for part in peer.asked[0].target.partition("?")[2].split("&"))
    assert query == {
        "include": "status%2Ctype",
        "sort": "-value",
        "per_page": "50",
        "filter%5Buuid%5D": f"{CASE}%2C{STATUS}",
        "filter%5Bcompleted%5D": "false",
        "filter%5Breview_at_before%5D": "2026-03-01",
        "filter%5Btags%5D": "VIP",
    }


def test_a_filter_for_no_uuid_at_all_matches_nothing_and_asks_nothing(peer: Peer, plannr: Plannr) -> None:
    assert plannr.cases.list(filters=CaseFilters(uuid=[])).cases == []
    assert peer.asked == []


@pytest.mark.parametrize("bad", ["", "x", "../logins", f"{CASE}/participants", "6ff8f7f6", None, 7, b"x"])
def test_what_is_no_uuid_never_reaches_a_url(peer: Peer, plannr: Plannr, bad: object) -> None:
    for call in (plannr.cases.get, plannr.cases.delete, lambda it: plannr.cases.move(CASE, it, 1)):
        with pytest.raises(ValueError, match="Not a uuid"):
            call(bad)
    with pytest.raises(ValueError, match="Not a uuid"):
        plannr.cases.update(CASE, plans=[bad])
    assert peer.asked == []


def test_slips_of_the_caller_are_told_before_anything_is_sent(peer: Peer, plannr: Plannr) -> None:
    slips = [
        lambda: plannr.cases.update(CASE, review_at=datetime(2026, 1, 1)),
        lambda: plannr.cases.update(CASE, plans=str(CASE)),
        lambda: plannr.cases.update(CASE, value=1.5),
        lambda: plannr.cases.update(CASE, name=None),
        lambda: plannr.cases.update(CASE, status=None),
        lambda: plannr.cases.update(CASE, assigned_to_uuids=None),
        lambda: plannr.cases.update(CASE, review_at="2026-01-01"),
        lambda: plannr.cases.move(CASE, STATUS, "1"),
        lambda: plannr.cases.move(CASE, STATUS, 1, request_id="a\r\nX-Evil: 1"),
        lambda: plannr.cases.move(CASE, STATUS, 1, request_id=""),
    ]
    for slip in slips:
        with pytest.raises(ValueError):  # noqa: PT011
            slip()
    assert peer.asked == []


@pytest.mark.parametrize(
    "url", ["", "api.plannrcrm.com", "ftp://x", "https://", "https://u:p@host", "https://host?a=1", "https://host#a"]
)
def test_a_base_url_is_a_scheme_and_a_host(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Plannr(url, auth=BearerToken("t"))


def test_an_account_must_be_a_uuid(peer: Peer) -> None:
    with pytest.raises(ValueError, match="Not a uuid"):
        Plannr(peer.url, auth=BearerToken("t"), account="x\r\ny")
    Plannr(peer.url, auth=BearerToken("t"), account=str(UUID(int=1))).close()


def test_connections_are_kept(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    for _ in range(5):
        plannr.cases.get(CASE)
    assert (len(peer.asked), peer.connections) == (5, 1)


def test_cookies_are_not_kept(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case(), headers={"Set-Cookie": "session=abc; Path=/"})
    for _ in range(2):
        plannr.cases.get(CASE)
    assert "cookie" not in peer.asked[1].headers


def test_nothing_is_read_from_the_environment(peer: Peer, plannr: Plannr, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", "/nonexistent")
    peer.answers(a_case())
    assert plannr.cases.get(CASE).uuid == CASE


def test_a_proxy_is_used_when_given(peer: Peer) -> None:
    peer.answers(a_case())
    with Plannr("http://plannr.invalid", auth=BearerToken("t"), proxy=peer.url) as plannr:
        plannr.cases.get(CASE)
    assert peer.asked[0].target == f"http://plannr.invalid{PATH}"
