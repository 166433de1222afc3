"""A caller who speaks plain HTTP to the sandbox."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from plannr_api.sandbox import Sandbox


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Caller:
    """One person with a token and an account, on one keep-alive connection."""

    def __init__(self, sandbox: Sandbox, token: str | None, account: str | None) -> None:
        self.sandbox, self.token, self.account = sandbox, token, account
        self._connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=5)

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Reply:
        self.send(method, f"{path}?{urlencode(query)}" if query else path, body)
        with self._connection.getresponse() as response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, headers, response.read().decode())

    def send(self, method: str, address: str, body: Any = None) -> None:
        """Send a request and do not wait for its answer."""
        sent = None if body is None else json.dumps(body)
        self._connection.request(method, address, sent, self._headers())

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "Content-Type": "application/json", "X-Request-Id": "req-1"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.account:
            headers["X-PLANNR-ACCOUNT-UUID"] = self.account
        return headers

    def cases(self, **query: Any) -> list[Any]:
        """All cases, drawn by the API."""
        found: list[Any] = self("GET", "/api/v1/cases", per_page=500, **query).json["data"]
        return found

    def close(self) -> None:
        self._connection.close()
