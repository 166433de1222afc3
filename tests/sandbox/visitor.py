"""Somebody with a browser: sees pages, presses buttons, and is sent on to other addresses without going there."""

import base64
import hashlib
import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from plannr_api.sandbox import Sandbox
from tests.sandbox.caller import Reply

APP = {"client_id": "board", "client_secret": "board-secret-42", "redirect_uri": "http://127.0.0.1:9/signed-in?from=x"}
VERIFIER = "v" * 43 + "-._~"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Button:
    label: str = ""
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class Buttons(HTMLParser):
    """The buttons of a page, each with the form around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Button] = []
        self._in_button = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given["method"] == "post"
            self.found.append(Button(action=given["action"]))
        elif tag == "input":
            self.found[-1].fields[given["name"]] = given["value"]
        self._in_button = tag == "button" or (self._in_button and tag == "span")

    def handle_endtag(self, tag: str) -> None:
        self._in_button = self._in_button and tag != "button"

    def handle_data(self, data: str) -> None:
        if self._in_button:
            self.found[-1].label += data


class Visitor:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, method: str, address: str, form: dict[str, Any] | None = None, token: str = "") -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=5)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        connection.request(method, address, urlencode(form) if form is not None else None, headers)
        with connection.getresponse() as response:
            said = {name.lower(): value for name, value in response.getheaders()}
            reply = Reply(response.status, said, response.read().decode())
        connection.close()
        return reply

    def come(self, **changed: str | None) -> Reply:
        """Come to the page as the app sends people; a parameter that is None is left out."""
        asked = {"response_type": "code", "client_id": "board", "redirect_uri": APP["redirect_uri"], "scope": "*"}
        given = asked | {"state": "s&t=1 é"} | changed
        return self("GET", "/oauth/authorize?" + urlencode({name: text for name, text in given.items() if text}))

    def press(self, page: Reply, label: str) -> Reply:
        (button,) = [each for each in Buttons(page.text).found if each.label.startswith(label)]
        return self("POST", button.action, button.fields)

    def code(self, label: str = "Bob Bailey", **changed: str | None) -> str:
        """The code that the app is given when somebody agrees."""
        return sent_back(self.press(self.come(**changed), label))["code"]

    def token(self, **changed: str | None) -> Reply:
        """Ask for tokens as the app does; what is None is left out."""
        given = APP | {"grant_type": "authorization_code"} | changed
        return self("POST", "/oauth/token", {name: text for name, text in given.items() if text is not None})

    def sign_in(self, label: str = "Bob Bailey") -> dict[str, Any]:
        tokens: dict[str, Any] = self.token(code=self.code(label)).json
        return tokens

    def refresh(self, refresh_token: str) -> Reply:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def use(self, access_token: str) -> int:
        """The status that a token gets from the API."""
        return self("GET", "/api/v1/logins", token=access_token).status


def sent_back(reply: Reply) -> dict[str, str]:
    """What the app finds in the address that a browser was sent to."""
    assert reply.status == 302, reply.text
    address = urlsplit(reply.headers["location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == "http://127.0.0.1:9/signed-in"
    assert max(map(len, parse_qs(address.query).values())) == 1
    said = dict(parse_qsl(address.query))
    assert said.pop("from") == "x"
    return said


def refused(reply: Reply, error: str, status: int = 400) -> None:
    assert (reply.status, reply.json["error"]) == (status, error), reply.text
    assert reply.json["message"] == reply.json["error_description"]
    assert reply.headers["cache-control"] == "no-store"
