"""The client: everything of Plannr's API that is used, by resource."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from plannr_api.arguments import Id
from plannr_api.resources.accounts import Accounts
from plannr_api.resources.case_types import CaseTypes
from plannr_api.resources.cases import Cases
from plannr_api.resources.employees import Employees
from plannr_api.resources.groups import Groups
from plannr_api.resources.logins import Logins
from plannr_api.resources.notes import Notes
from plannr_api.resources.plans import Plans
from plannr_api.resources.statuses import Statuses
from plannr_api.resources.tasks import Tasks
from plannr_api.resources.webhooks import Webhooks
from plannr_api.session import Session, Several
from plannr_api.transport.auth import Auth
from plannr_api.transport.calls import Timeouts


class Plannr:
    """Plannr's API on behalf of one account. Safe to share between threads; close it when done.

    base_url: `https://api.plannrcrm.com` (documented), or that of a stand-in. auth: a `BearerToken`,
    or a `RenewableToken` for one that is exchanged while in use.
    account: the account's uuid, sent as `X-PLANNR-ACCOUNT-UUID` with every call; only `logins` works without it.
    proxy, ca_bundle: used only when given here; nothing is read from the environment, nor from a .netrc.
    several: asks for the further pages of a list, once the first has said how many there are. It is called like `map`,
        which asks for one after another; a function that uses threads reads a long list sooner.

    Every call raises `PlannrError` (see `plannr_api.errors`) or, for an impossible argument, ValueError.
    `.rate` is a `RateBudget`, kept up to date by every answer.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth,
        account: Id | None = None,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - a tuple, never changed
        proxy: str | None = None,
        ca_bundle: str | None = None,
        several: Several = map,
    ) -> None:
        self._session = session = Session(
            base_url, auth=auth, account=account, timeouts=timeouts, proxy=proxy, ca_bundle=ca_bundle, several=several
        )
        self.rate = session.rate
        self.cases = Cases(session)
        self.statuses = Statuses(session)
        self.types = CaseTypes(session)
        self.tasks = Tasks(session)
        self.notes = Notes(session)
        self.plans = Plans(session)
        self.accounts = Accounts(session)
        self.employees = Employees(session)
        self.groups = Groups(session)
        self.logins = Logins(session)
        self.webhooks = Webhooks(session)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.close()
