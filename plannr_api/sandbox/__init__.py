"""A stand-in Plannr: real HTTP on the loopback, a believable firm, and faults on request.

    with Sandbox(cases=60, seed=7, positions="store") as sandbox:
        Plannr(sandbox.url, BearerToken(sandbox.token), account=sandbox.account)
        sandbox.fail("PUT", "/api/v1/cases/*", status=503)

It speaks HTTP and JSON, and shares no code with the client.
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import switchboard
from .dialects import DIALECTS
from .faults import KINDS as FAULTS
from .outside import Outside
from .records import Firm, Json
from .server import HOST, BadPort, Server, listen
from .store import BadState
from .world import World

__all__ = ["DIALECTS", "FAULTS", "BadPort", "BadState", "Firm", "Sandbox"]


class Sandbox:
    """A running sandbox. It serves from its own threads until the `with` block ends or `stop` is called.

    Other keywords are dialects, such as `positions="store"`; see DIALECTS for all and their values.
    """

    def __init__(
        self,
        cases: int = 60,
        seed: int = 7,
        port: int = 0,
        state: Path | str | None = None,
        switchboard: bool = True,
        **dialects: Any,
    ) -> None:
        listener = listen(port)
        self.port: int = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        try:
            self.world = World(cases, seed, dialects, Path(state) if state else None, switchboard)
        except BaseException:
            listener.close()
            raise
        self.world.address = self.url
        self.outside = Outside(self.world)
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
        accounts: list[str] = [login["account"] for login in self.firm.logins_of(token)]
        return next(uuid for uuid in accounts if self.firm.accounts[uuid]["type"] == "employee")

    @property
    def firm(self) -> Firm:
        """The state itself, for reading. Change it through `outside`, so that it is locked and kept."""
        return self.world.firm

    @property
    def ledger(self) -> list[Json]:
        """Every API request so far, oldest first."""
        return self.world.ledger.since(0)

    def fail(self, method: str = "*", path: str = "*", **fault: Any) -> str:
        """Let matching requests go wrong, once unless `times` says otherwise; see FAULTS for the ways. Its name."""
        return self.world.faults.add({"method": method, "path": path} | fault).name

    def heal(self) -> None:
        """No more faults."""
        self.world.faults.clear()

    def expire(self, token: str) -> None:
        """The token answers 401 from now on."""
        self.world.expired.add(token)

    def speak(self, **dialects: Any) -> None:
        """Switch dialects while running."""
        self.world.speak(dialects)

    def reset(self, cases: int | None = None, seed: int | None = None, **dialects: Any) -> None:
        """A new firm; ledger, faults, expiry and rate windows cleared; dialects as at the start, then those given."""
        self.world.reset(cases, seed, dialects)

    def state(self) -> Mapping[str, Any]:
        """All statuses and cases as they stand, as GET /switchboard/state says them."""
        return switchboard.state(self.world)
