"""What may not be put, said field by field."""

from typing import Any

import pytest

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Caller

NOBODY = "00000000-0000-4000-8000-000000000000"


def one(sandbox: Sandbox) -> dict[str, Any]:
    """The first case; the live record."""
    return next(iter(sandbox.firm.cases.values()))


@pytest.mark.parametrize(
    ("field", "value", "key", "words"),
    [
        ("name", "", "name", "The name field is required."),
        ("name", 7, "name", "The name field must be a string."),
        ("name", "x" * 256, "name", "The name field must not be greater than 255 characters."),
        ("status", "review", "status", "The status field must be a valid UUID."),
        ("status", None, "status", "The status field must be a valid UUID."),
        ("status", NOBODY, "status", "The selected status is invalid."),
        ("type", NOBODY, "type", "The selected type is invalid."),
        ("assigned_to_uuids", "me", "assigned_to_uuids", "The assigned to uuids field must be an array."),
        ("assigned_to_uuids", [NOBODY], "assigned_to_uuids.0", "The selected assigned_to_uuids.0 is invalid."),
        ("group_uuids", ["x"], "group_uuids.0", "The group_uuids.0 field must be a valid UUID."),
        ("plans", [NOBODY], "plans.0", "The selected plans.0 is invalid."),
        ("value", "ten", "value", "The value field must be an integer."),
        ("value", -1, "value", "The value field must be at least 0."),
        ("review_at", "soon", "review_at", "The review at field must be a valid date."),
        ("review_at", 5, "review_at", "The review at field must be a valid date."),
        ("completed_at", "0001-01-01T00:00:00+14:00", "completed_at", "The completed at field must be a valid date."),
    ],
)
def test_a_wrong_field_is_a_422_keyed_by_its_name(call: Caller, field: str, value: Any, key: str, words: str) -> None:
    case = one(call.sandbox)
    before = dict(case)
    reply = call("PUT", f"/api/v1/cases/{case['uuid']}", {field: value, "status_position": 1})
    assert reply.status == 422
    assert reply.json == {"message": words, "errors": {key: [words]}}
    assert case == before
    assert not call.sandbox.ledger[-1]["applied"]


def test_several_wrong_fields_are_counted(call: Caller) -> None:
    body = {"name": "", "value": "x", "plans": ["a", "b"]}
    reply = call("PUT", f"/api/v1/cases/{one(call.sandbox)['uuid']}", body)
    assert reply.json["message"] == "The name field is required. (and 3 more errors)"
    assert set(reply.json["errors"]) == {"name", "value", "plans.0", "plans.1"}
