"""Logins: which accounts a token may act for (documented; the only list that needs no account)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from plannr_api.decoding.envelope import read_page, read_row
from plannr_api.errors import AmbiguousAccount, NoUsableAccount
from plannr_api.models import Login
from plannr_api.session import Session

PATH = "/api/v1/logins"


class Logins:
    """`plannr.logins`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> list[Login]:
        """Every login of the token's user, of client accounts too: see `choose_login`. Raises PlannrError.

        Documented as one unpaged list. A preferred account named beside `data` is written into each login.
        """
        page = self._session.read(PATH, read_page)
        logins = [self._session.understood(partial(read_row, row, Login)) for row in page.rows]
        preferred = page.preferred_account_uuid
        return [replace(login, preferred_account_uuid=login.preferred_account_uuid or preferred) for login in logins]


def choose_login(logins: Sequence[Login], account: UUID | None = None) -> Login:
    """The login a staff board acts for; only employee accounts count.

    The account asked for, else the one preferred at consent, else the only one.
    Raises NoUsableAccount when there is none (or not that one), AmbiguousAccount, with `.logins`, when several remain.
    """
    staff = [login for login in staff_logins(logins) if account in (None, _staff_account(login))]
    if not staff:
        raise NoUsableAccount
    preferred = _preferred(logins)
    chosen = [login for login in staff if _staff_account(login) in preferred] or staff
    if len(chosen) > 1:
        raise AmbiguousAccount(logins=staff)
    return chosen[0]


def staff_logins(logins: Sequence[Login]) -> list[Login]:
    """The logins a staff board may act for: of employee accounts, each once, the one preferred at consent first.

    The others stay in Plannr's order. Of two logins to one account the first that may write is kept, else the first.
    """
    staff: dict[UUID, Login] = {}
    for login in logins:
        uuid = _staff_account(login)
        if uuid and (uuid not in staff or (login.has_write_permission and not staff[uuid].has_write_permission)):
            staff[uuid] = login
    preferred = _preferred(logins)
    return [staff[uuid] for uuid in sorted(staff, key=lambda uuid: uuid not in preferred)]


def _preferred(logins: Sequence[Login]) -> set[UUID]:
    return {login.preferred_account_uuid for login in logins if login.preferred_account_uuid}


def _staff_account(login: Login) -> UUID | None:
    account = login.account
    return account.uuid if account and (account.type or "").casefold() == "employee" else None
