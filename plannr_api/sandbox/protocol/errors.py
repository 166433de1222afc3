"""Refusals in the words and shapes of Laravel."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """An answer other than success. Raised anywhere, turned into an answer by the routes."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = json.dumps(body)
        self.headers = dict(headers or {})


def bad_request(message: str) -> Refusal:
    return Refusal(400, {"message": message})


def unauthenticated() -> Refusal:
    return Refusal(401, {"message": "Unauthenticated."})


def forbidden(message: str = "This action is unauthorized.") -> Refusal:
    return Refusal(403, {"message": message})


def not_found(model: str, uuid: str) -> Refusal:
    return Refusal(404, {"message": f"No query results for model [App\\Models\\{model}] {uuid}"})


def no_route(path: str) -> Refusal:
    return Refusal(404, {"message": f"The route {path.strip('/')} could not be found."})


def wrong_method(method: str, path: str, allowed: Sequence[str]) -> Refusal:
    methods = ", ".join(allowed)
    message = f"The {method} method is not supported for route {path.strip('/')}. Supported methods: {methods}."
    return Refusal(405, {"message": message}, {"Allow": methods})


def invalid(problems: Mapping[str, list[str]]) -> Refusal:
    words = [word for words in problems.values() for word in words]
    return Refusal(422, {"message": words[0] + _more(len(words) - 1), "errors": dict(problems)})


def _more(count: int) -> str:
    return f" (and {count} more error{'s' if count > 1 else ''})" if count else ""


def too_many(seconds: int, reset: int) -> Refusal:
    headers = {"Retry-After": str(seconds), "X-RateLimit-Reset": str(reset)}
    return Refusal(429, {"message": "Too Many Attempts."}, headers)
