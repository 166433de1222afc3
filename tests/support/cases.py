"""Cases of the sandbox's firm that have what a test needs."""

from typing import Any

from tests.support.people import Person


def a_case(priya: Person, **wanted: Any) -> str:
    """One that has plans, people, a type, a value and a review date."""
    full = ("plans", "assigned_to_uuids", "type", "value", "review_at")
    return next(
        case["uuid"]
        for case in priya.plannr.state()["cases"]
        if all(case[name] for name in full) and not case["completed_at"]
    )


def with_plans(priya: Person, name: str = "Fact find") -> str:
    return next(case for case in priya.standing(name) if priya.case(case)["plans"])
