"""A firm that signs in with Plannr: Alice owns it, Bob edits, Val only looks; Charlie is of another firm."""

import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.fernet import Fernet
from django.test import Client

from kanban.models import Connection
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox
from tests.support.people import Person

BOARD = "http://testserver"
CLIENT = {"client_id": "board", "client_secret": "board-secret-42", "redirect_uri": f"{BOARD}/sign-in/back/"}


@dataclass
class Team:
    plannr: Sandbox

    def at_the_door(self, name: str, client: Client, **choice: str) -> Any:
        """Go to Plannr's page, press the button of that name, and come back: what the board answers then."""
        asked = dict(parse_qsl(urlsplit(client.get("/sign-in/")["Location"]).query))
        return client.get(self.sent_back(asked | {"person": name} | choice))

    def sent_back(self, form: dict[str, str]) -> str:
        """Where Plannr sends a browser whose form it was sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plannr.port, timeout=5)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/oauth/authorize", urlencode(form), headers)
        back = connection.getresponse().getheader("Location") or ""
        connection.close()
        assert back.startswith(BOARD)
        return back.removeprefix(BOARD)

    def sign_in(self, name: str, *, read: bool = True, **choice: str) -> Person:
        client = Client()
        answer = self.at_the_door(name, client, **choice)
        assert (answer.status_code, answer["Location"]) == (302, "/"), answer.content.decode()
        connection = Connection.objects.get(pk=client.session["connection"])
        if read:
            assert refresh.refresh(connection)
        return Person(client, self.plannr, connection)


def a_team(plannr: Sandbox, settings: Any) -> Team:
    plannr.add_oauth_client(**CLIENT)
    settings.SIGN_IN, settings.PUBLIC_URL, settings.PLANNR_ACCESS_TOKEN = "plannr", BOARD, ""
    settings.PLANNR_OAUTH_CLIENT_ID, settings.PLANNR_OAUTH_CLIENT_SECRET = CLIENT["client_id"], CLIENT["client_secret"]
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    return Team(plannr)
