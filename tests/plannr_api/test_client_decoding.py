"""Whatever Plannr sends in a case, the client reads it or sets that one case aside."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plannr_api import UNSET, Money
from plannr_api.decoding.envelope import read_page, read_row
from plannr_api.decoding.lenient import Unreadable
from plannr_api.models import Account, Case, Login, Plan, Status
from tests.plannr_api.scripted_peer import CASE, STATUS, a_case, page

OTHER = "0f0e0d0c-1eb3-3525-be4a-3932c805afed"


def read(**fields: Any) -> Case:
    return read_row(json.dumps(a_case(**fields)).encode(), Case)


FULL: dict[str, Any] = a_case(
    created_at="2026-03-18T16:05:25+00:00",
    updated_at="2026-04-09T17:35:05+01:00",
    slug="annual-review",
    status={"uuid": str(STATUS), "name": "Research", "colour": "#23852B", "position": 3, "is_type_completed": False},
    status_position=4,
    type={"uuid": OTHER, "name": "Mortgage"},
    review_at="2026-05-01T00:00:00+01:00",
    completed_at=None,
    value={"amount": "4000", "formatted": "£40.00", "currency": "GBP"},
    assigned_to_uuids=[OTHER],
    group_uuids=[],
    participants=[{"uuid": OTHER, "name": "Ann Lee", "type": "client", "role": "joint", "firm": "x"}],
    participants_count=1,
    assigned_to=[{"uuid": OTHER, "first_name": "Tom", "last_name": "Evans", "type": "employee"}],
    groups=[{"uuid": OTHER, "name": "North"}],
    tags=[{"uuid": OTHER, "name": "VIP", "colour": "#fff"}],
    plans=[{"uuid": OTHER, "name": "SIPP", "provider": "Aviva", "value": {"amount": 100, "currency": "GBP"}}],
    custom_fields=[{"uuid": OTHER, "name": "Fee", "type": "number", "value": 2.5, "selection_options": ["a"]}],
    task_board_uuid=None,
)


def test_a_full_case_is_read_whole() -> None:
    case = read_row(json.dumps(FULL).encode(), Case)
    assert (case.uuid, case.name, case.status_position, case.participants_count) == (CASE, "Annual review", 4, 1)
    assert case.created_at == datetime(2026, 3, 18, 16, 5, 25, tzinfo=UTC)
    assert case.updated_at == datetime(2026, 4, 9, 16, 35, 5, tzinfo=UTC)
    assert case.updated_at.tzinfo is UTC
    assert case.status == Status(uuid=STATUS, name="Research", colour="#23852B", position=3)
    assert case.value == Money(4000, "GBP", "£40.00")
    assert (case.completed_at, case.assigned_to_uuids, case.group_uuids) == (None, [UUID(OTHER)], [])
    assert [person.display_name for person in (case.participants or []) + (case.assigned_to or [])] == [
        "Ann Lee",
        "Tom Evans",
    ]
    assert case.plans
    assert (case.plans[0].provider, case.plans[0].value) == ("Aviva", Money(100))
    assert case.custom_fields
    assert case.custom_fields[0].value == 2.5


def test_silence_null_and_a_value_are_three_things() -> None:
    silent, null = read(), read(status=None, value=None, review_at=None, status_position=None, type=None)
    for field in ("status", "value", "review_at", "status_position", "type"):
        assert getattr(silent, field) is UNSET
        assert getattr(null, field) is None
    assert silent.participants is None is read(participants=None).participants
    assert read(participants=[]).participants == []


def test_a_case_without_a_name_has_an_empty_one() -> None:
    assert read(name=None).name == read_row(b'{"uuid": "%s"}' % OTHER.encode(), Case).name == ""


@pytest.mark.parametrize(
    ("sent", "utc"),
    [
        ("2026-03-18T16:05:25+00:00", "2026-03-18T16:05:25"),
        ("2026-03-18T16:05:25Z", "2026-03-18T16:05:25"),
        ("2026-03-18T16:05:25.250000+01:00", "2026-03-18T15:05:25.250000"),
        ("2026-07-01", "2026-06-30T23:00:00"),
        ("2026-01-01", "2026-01-01T00:00:00"),
        ("2026-07-01 09:30:00", "2026-07-01T08:30:00"),
        ("2026-01-01T09:30:00", "2026-01-01T09:30:00"),
        (" 2026-01-01 ", "2026-01-01T00:00:00"),
        (1767225600, "2026-01-01T00:00:00"),
        ("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59"),
    ],
)
def test_dates_without_a_zone_are_london_time(sent: Any, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    case = read(review_at=sent, created_at=sent)
    assert (case.review_at, case.created_at) == (expected, expected)


@pytest.mark.parametrize(
    "nothing", ["", " ", None, "0000-00-00 00:00:00", "-0001-11-30T00:00:00+00:00", "0001-01-01T00:00:00+01:00", [], {}]
)
def test_what_php_sends_for_no_date_is_no_date(nothing: Any) -> None:
    case = read(review_at=nothing, created_at=nothing)
    assert (case.review_at, case.created_at) == (None, None)


@pytest.mark.parametrize(
    ("sent", "pennies"),
    [
        ({"amount": "4000"}, 4000),
        ({"amount": 4000}, 4000),
        ({"amount": 4000.0}, 4000),
        ({"amount": "4000.00"}, 4000),
        ({"amount": "-5", "currency": None}, -5),
        (15099, 15099),
        ("15099", 15099),
        (0, 0),
    ],
)
def test_money_is_read_as_pennies(sent: Any, pennies: int) -> None:
    assert read(value=sent).value == Money(pennies)


@pytest.mark.parametrize("nothing", [None, "", [], {}, {"amount": None}, {"amount": "", "formatted": None}])
def test_no_amount_is_no_money(nothing: Any) -> None:
    assert read(value=nothing).value is None


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"value": {"amount": "lots"}}, "$.value.amount"),
        ({"value": {"amount": "40.50"}}, "$.value.amount"),
        ({"value": {"amount": {"example": "4000"}}}, "$.value.amount"),
        ({"value": {"amount": 10**16}}, "$.value.amount"),
        ({"value": True}, "$.value"),
        ({"status_position": 2.5}, "$.status_position"),
        ({"status_position": 2**40}, "$.status_position"),
        ({"status": "Research"}, "$.status"),
        ({"status": {"name": "no uuid"}}, "$.status.uuid"),
        ({"status": {"uuid": "x"}}, "$.status.uuid"),
        ({"review_at": "soon"}, "$.review_at"),
        ({"review_at": "9999-12-31T23:59:59-01:00"}, "$.review_at"),
        ({"review_at": 10**30}, "$.review_at"),
        ({"plans": [{"uuid": OTHER}, {"name": "?"}]}, "$.plans[1].uuid"),
        ({"plans": [5]}, "$.plans[0]"),
        ({"assigned_to_uuids": ["x"]}, "$.assigned_to_uuids[0]"),
    ],
)
def test_what_has_no_clear_meaning_is_named_by_its_path(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**fields)
    assert caught.value.path == path


@pytest.mark.parametrize(("raw", "path"), [(b"1e400", "$.status_position"), (b"9" * 5000, "$.status_position")])
def test_numbers_without_end_are_set_aside(raw: bytes, path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_row(b'{"uuid": "%s", "status_position": %s}' % (OTHER.encode(), raw), Case)
    assert caught.value.path == path


@pytest.mark.parametrize("raw", [b"1e400", b"9" * 5000, b"-" + b"9" * 5000])
def test_such_numbers_where_nobody_looks_do_no_harm(raw: bytes) -> None:
    assert read_row(b'{"uuid": "%s", "value": "5", "other": %s}' % (OTHER.encode(), raw), Case).value == Money(5)


@pytest.mark.parametrize("number", ["3", 3.0, "3.0", " 3 "])
def test_whole_numbers_may_come_as_text(number: Any) -> None:
    case = read(status_position=number, participants_count=number)
    assert (case.status_position, case.participants_count) == (3, 3)


@pytest.mark.parametrize("position", [-1, 0, 2**31 - 1])
def test_odd_positions_are_kept_as_they_are(position: int) -> None:
    assert read(status_position=position).status_position == position


PERSON = {"uuid": OTHER, "name": "Ann"}


@pytest.mark.parametrize(
    "sent",
    [[PERSON], {"0": PERSON}, {OTHER: PERSON}, PERSON, {"data": [PERSON]}, {"data": {"4": PERSON}}, [None, PERSON]],
)
def test_a_collection_may_come_as_an_object(sent: Any) -> None:
    assert read(participants=sent).participants == [Account(uuid=UUID(OTHER), name="Ann")]


@pytest.mark.parametrize("silence", [None, "", "App\\Http\\Resources\\TagResource", 5, False])
def test_what_is_no_collection_says_nothing(silence: Any) -> None:
    assert read(tags=silence).tags is None


def test_minor_texts_are_taken_as_they_come() -> None:
    plan = {"uuid": OTHER, "name": 5, "provider": {"name": "Aviva"}, "type": ["a", "b"], "status": {"x": 1}}
    assert read(plans=[plan]).plans == [
        Plan(uuid=UUID(OTHER), name="5", provider="Aviva", type="a, b", status=None),
    ]


@pytest.mark.parametrize(
    ("sent", "kept"), [("5", "5"), (5, 5), (True, True), (["a", 1], ["a", "1"]), ({"name": "x"}, "x"), (None, None)]
)
def test_a_custom_field_keeps_its_value(sent: Any, kept: Any) -> None:
    (field,) = read(custom_fields=[{"uuid": OTHER, "value": sent}], value="1").custom_fields or []
    assert field.value == kept


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"name": "Ann Lee", "first_name": "x"}, "Ann Lee"),
        ({"first_name": "Ann", "last_name": "Lee"}, "Ann Lee"),
        ({"name": " ", "last_name": "Lee"}, "Lee"),
        ({"email": "ann@example.org"}, "ann@example.org"),
        ({}, "(no name)"),
    ],
)
def test_an_account_always_has_something_to_call_it_by(fields: dict[str, str], shown: str) -> None:
    assert Account(uuid=CASE, **fields).display_name == shown


# Any subset of fields missing, null or of any wrong kind

NONSENSE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["", "0", "1e999", "null", OTHER, "2026-01-01", "0000-00-00", "\ud800", "\x00"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["uuid", "name", "amount", "data", "value", "0"]), inner, max_size=3)
    ),
    max_leaves=6,
)
MISSING = object()


@st.composite
def spoilt_cases(draw: st.DrawFn) -> dict[str, Any]:
    spoilt = draw(st.dictionaries(st.sampled_from(sorted(FULL)), st.just(MISSING) | NONSENSE, max_size=5))
    return {name: value for name, value in (FULL | spoilt).items() if value is not MISSING}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(spoilt_cases(), min_size=1, max_size=4))
def test_spoilt_cases_never_harm_the_others(spoilt: list[dict[str, Any]]) -> None:
    good = [{**FULL, "uuid": str(UUID(int=number))} for number in range(3)]
    body = json.dumps(page(good[0], *spoilt, good[1], good[2])).encode()
    read: list[Case] = []
    for row in read_page(body).rows:
        with contextlib.suppress(Unreadable):
            read.append(read_row(row, Case))
    assert [case for case in read if case.uuid.int < 3 and case.value == Money(4000, "GBP", "£40.00")]
    assert {UUID(int=number) for number in range(3)} <= {case.uuid for case in read}
    for case in read:
        moments = (case.created_at, case.updated_at, case.review_at, case.completed_at)
        assert all(moment.tzinfo is UTC for moment in moments if isinstance(moment, datetime))
        json.dumps([case.name, [person.display_name for person in case.participants or []]]).encode()
        case.name.encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(sorted(FULL.keys() - {"uuid"}))), st.sampled_from([MISSING, None]))
def test_any_fields_but_the_uuid_may_be_missing_or_null(gone: set[str], instead: object) -> None:
    kept = {name: (instead if name in gone else value) for name, value in FULL.items()}
    body = json.dumps({name: value for name, value in kept.items() if value is not MISSING}).encode()
    assert read_row(body, Case).uuid == CASE


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=60) | NONSENSE.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_at_all_raise_anything_but_unreadable(body: bytes) -> None:
    for reader in (read_page, lambda raw: read_row(raw, Case), lambda raw: read_row(raw, Login)):
        with contextlib.suppress(Unreadable):
            reader(body)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_page_cut_or_changed_anywhere_is_read_or_unreadable(data: st.DataObject) -> None:
    body = bytearray(json.dumps(page(FULL)).encode())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with contextlib.suppress(Unreadable):
        for row in read_page(bytes(body)).rows:
            read_row(row, Case)
