"""Logins: which accounts a token may act for (documented; the only list that needs no account)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace

from plannr_api.decoding import read_page, read_row
from plannr_api.errors import AmbiguousAccount, NoUsableAccount
from plannr_api.models import Login

if TYPE_CHECKING:
    from plannr_api.client import Plannr

PATH = "/api/v1/logins"


class Logins:
    """`plannr.logins`."""

    def __init__(self, plannr: Plannr) -> None:
        self._plannr = plannr

    def list(self) -> list[Login]:
        """Every login of the token's user, of client accounts too: see `choose_login`. Raises PlannrError.

        Documented as one unpaged list. A preferred account named beside `data` is written into each login.
        """
        page = self._plannr.read(PATH, read_page)
        logins = [self._plannr.understood(partial(read_row, row, Login)) for row in page.rows]
        preferred = page.preferred_account_uuid
        return [replace(login, preferred_account_uuid=login.preferred_account_uuid or preferred) for login in logins]


def choose_login(logins: Sequence[Login], account: UUID | None = None) -> Login:
    """The login a staff board acts for; only employee accounts count.

    The account asked for, else the one preferred at consent, else the only one.
    Raises NoUsableAccount when there is none (or not that one), AmbiguousAccount, with `.logins`, when several remain.
    """
    staff = {login.account.uuid: login for login in logins if _is_employee(login) and login.account}
    if account is not None:
        staff = {account: staff[account]} if account in staff else {}
    if not staff:
        raise NoUsableAccount
    preferred = {login.preferred_account_uuid for login in logins}
    chosen = [uuid for uuid in staff if uuid in preferred] or list(staff)
    if len(chosen) > 1:
        raise AmbiguousAccount(logins=list(staff.values()))
    return staff[chosen[0]]


def _is_employee(login: Login) -> bool:
    return login.account is not None and (login.account.type or "").casefold() == "employee"
