"""A stand-in Plannr: real HTTP on the loopback, a believable firm, and faults on request.

    with Sandbox(cases=60, seed=7, positions="store") as sandbox:
        Plannr(sandbox.url, BearerToken(sandbox.token), account=sandbox.account)
        sandbox.fail("PUT", "/api/v1/cases/*", status=503)

It speaks HTTP and JSON, and shares no code with the client.

Owns: the invented firms, and every way in which Plannr may behave or fail.
Ask it through: Sandbox, or over HTTP as a process: `python -m plannr_api.sandbox`.
May import: nothing but itself.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .control import people, switchboard
from .control.external_edits import ExternalEdits
from .interference.faults import KINDS as FAULTS
from .server import HOST, BadPort, Server, listen
from .state.dialects import DIALECTS
from .state.persistence import BadState
from .state.records import Firm, Json
from .world import NobodyThere, World, oauth_client

__all__ = ["DIALECTS", "FAULTS", "BadPort", "BadState", "Firm", "NobodyThere", "Sandbox"]


class Sandbox:
    """A running sandbox. It serves from its own threads until the `with` block ends or `stop` is called.

    `staff` is how many people the firm has at least; `oauth_clients` are dicts of client_id, client_secret and
    redirect_uri; `signed_in` is the person that a browser counts as, see `sign_in_as`. People are named as in
    their tokens: "bob" has the token sandbox-bob. Other keywords are dialects, such as `positions="store"`; see
    DIALECTS for all and their values.
    """

    def __init__(
        self,
        cases: int = 60,
        seed: int = 7,
        port: int = 0,
        state: Path | str | None = None,
        switchboard: bool = True,
        *,
        staff: int = 0,
        oauth_clients: Sequence[Mapping[str, str]] = (),
        signed_in: str | None = None,
        **dialects: Any,
    ) -> None:
        listener = listen(port)
        self.port: int = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        try:
            path, clients = Path(state) if state else None, [dict(client) for client in oauth_clients]
            self.world = World(cases, seed, dialects, path, switchboard, staff, clients, signed_in)
        except BaseException:
            listener.close()
            raise
        self.world.address = self.url
        self.outside = ExternalEdits(self.world)
        self._server = Server(self.world, listener)

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()
        self.world.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def token(self) -> str:
        """The owner's token."""
        return "sandbox-token"

    @property
    def account(self) -> str:
        """The owner's account at work, for X-PLANNR-ACCOUNT-UUID."""
        return self.account_of(self.token)

    def account_of(self, token: str) -> str:
        """The first staff account that the token reaches."""
        state = self.world.state
        accounts = [
            state.firm_of(login).accounts[login["account"]] for login in state.logins_of(state.person_with(token))
        ]
        return next(str(account["uuid"]) for account in accounts if account["type"] == "employee")

    @property
    def firm(self) -> Firm:
        """The first firm, to read. Change it through `outside`, which locks it and stores the change."""
        return self.world.firm

    @property
    def other_firm(self) -> Firm:
        """The second firm, which nobody of the first may see except Daniel, by his account there."""
        return self.world.state.firms[1]

    @property
    def ledger(self) -> list[Json]:
        """Every API request so far, oldest first."""
        return self.world.request_log.since(0)

    def fail(self, method: str = "*", path: str = "*", **fault: Any) -> str:
        """Let matching requests fail, once unless `times` says otherwise; FAULTS lists how. Returns the fault's
        name."""
        return self.world.faults.add({"method": method, "path": path} | fault).name

    def heal(self) -> None:
        """Remove all faults."""
        self.world.faults.clear()

    def expire(self, token: str) -> None:
        """The token answers 401 from now on."""
        self.world.expired.add(token)

    def rights(self, person: str, write: bool) -> None:
        """Whether the person may write from now on."""
        people.rights(self.world, person, write)

    def leave(self, person: str) -> None:
        """The person's tokens of every kind are refused from now on, and nobody signs in as them."""
        people.leave(self.world, person)

    def come_back(self, person: str) -> None:
        """Their personal token is valid again, and they may sign in; their earlier OAuth tokens stay invalid."""
        people.come_back(self.world, person)

    def expire_access(self, person: str) -> None:
        """The person's OAuth access tokens answer 401 from now on; the refresh tokens stay valid."""
        people.expire_access(self.world, person)

    def revoke(self, person: str) -> None:
        """The person's OAuth tokens become invalid, refresh tokens too; they may sign in again."""
        people.revoke(self.world, person)

    def sign_in_as(self, person: str | None) -> None:
        """A browser that comes to sign in is this person, who has agreed before; None: nobody, and the page is
        shown."""
        self.world.signed_in = self.world.person(person) if person else None

    def add_oauth_client(self, client_id: str, client_secret: str, redirect_uri: str) -> None:
        """Let an app ask people to sign in; one with the same client_id is replaced."""
        named = {"client_id": client_id, "client_secret": client_secret, "redirect_uri": redirect_uri}
        self.world.change({"do": "client", "client": oauth_client(named)})

    def gate(
        self, method: str = "*", path: str = "*", when: str = "before", name: str = "", person: str | None = None
    ) -> str:
        """Hold the next matching request before it is applied, or after that and before its answer. Returns its
        name."""
        return self.world.gates.add(method, path, when, name, person)

    def held(self) -> list[str]:
        """The names of the gates that hold a request now."""
        return [gate["name"] for gate in self.world.gates.held()]

    def release(self, gate: str) -> None:
        """Open the gate: what it holds, or would hold, goes on."""
        self.world.gates.release(gate)

    def webhooks(self, mode: str, seconds: float = 5.0) -> None:
        """Send calls from now on as `normal`, `drop` them, send them `double`, `forge` the signature, or send them
        `late`."""
        self.world.webhook_delivery.speak(mode, seconds)

    def storm(self, count: int) -> int:
        """Send that many calls of case.updated about cases that were not updated. Returns how many were sent."""
        return self.world.storm(count)

    @property
    def deliveries(self) -> list[Json]:
        """Every webhook call, oldest first."""
        return self.world.webhook_delivery.deliveries()

    def replay(self, number: int) -> None:
        """Send a call again, byte for byte."""
        self.world.webhook_delivery.replay(number)

    def speak(self, **dialects: Any) -> None:
        """Switch dialects while running."""
        self.world.speak(dialects)

    def reset(self, cases: int | None = None, seed: int | None = None, **dialects: Any) -> None:
        """New firms; request log, faults, expiry and rate windows cleared; dialects as at the start, then those given.

        OAuth clients stay; their tokens are gone.
        """
        self.world.reset(cases, seed, dialects)

    def state(self) -> Mapping[str, Any]:
        """All statuses and cases as they stand, as GET /switchboard/state answers."""
        return switchboard.state(self.world)
