"""Notes about a case (documented list)."""

from __future__ import annotations

from datetime import datetime

from plannr_api.arguments import Id, identifier
from plannr_api.models import Account, Thing, in_utc
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/note"


class Note(Thing, frozen=True, kw_only=True):
    """A note about a case. `type`: call, note, meeting or email (documented). `account` is its author (documented).

    That its text is called `contents` is inferred from the filter of that name; whether it is plain text or HTML is
    unknown: treat it as plain text that nobody may trust.
    """

    type: str | None = None
    contents: str | None = None
    edited: bool = False
    account: Account | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def __post_init__(self) -> None:
        in_utc(self, "created_at", "updated_at")

    @property
    def author(self) -> Account | None:
        """Who wrote it, if Plannr says."""
        return self.account


class Notes:
    """`plannr.notes`. How to write one is documented nowhere."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_case(self, uuid: Id) -> list[Note]:
        """Every note about a case, newest first (documented sort). Raises PlannrError."""
        return everything(self._session, f"{PATH}/case/{identifier(uuid)}", Note, {"sort": "-created_at"})
