"""Accounts: everybody in a firm, clients and staff alike (documented), and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from msgspec import Struct

from plannr_api.arguments import Id, identifiers, searched
from plannr_api.decoding.envelope import read_page, read_row
from plannr_api.models import Account, Thing
from plannr_api.resources.paging import everything
from plannr_api.session import Session

PATH = "/api/v1/account"
CONTACTS = "/api/v2/contact-details"
KINDS = ("client", "employee", "external")


class Contact(Struct, frozen=True):
    """How to reach somebody, as Plannr wrote it; None where there is nothing."""

    email: str | None = None
    phone: str | None = None


class _Detail(Thing, frozen=True, kw_only=True):
    """A telephone number or an e-mail address, whose it is, and for whom it is the first to use."""

    type: str | None = None
    value: str | None = None
    accounts: list[Account] | None = None
    primary_accounts: list[Account] | None = None


class Accounts:
    """`plannr.accounts`. Every call raises PlannrError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, name: str, kind: str | None = None, limit: int = 10) -> list[Account]:
        """The first accounts whose name holds these words (documented), for choosing while one types.

        kind: client, employee or external (documented). One request; without words nothing is sent and nothing found.
        """
        if kind not in (None, *KINDS):
            raise ValueError("A kind of account is client, employee or external.")
        if not (words := searched(name)):
            return []
        params = {"filter[name]": words, "include": "primary_phone_number", "per_page": str(limit)}
        page = self._session.read(PATH, read_page, params | ({"filter[type]": kind} if kind else {}))
        return [self._session.understood(partial(read_row, row, Account)) for row in page.rows[:limit]]

    def contacts(self, uuids: Iterable[Id]) -> dict[UUID, Contact]:
        """E-mail and telephone of these accounts, in the order asked for; of one without any, an empty `Contact`.

        The list of contact details and its filter by accounts are documented (/account has no filter by uuid).
        Of several the primary one is taken, else the oldest. That a detail names its accounts as a list is assumed;
        one account, as documented, is read too. Keep it to a few hundred: the uuids travel in the URL.
        """
        asked = identifiers(uuids)
        if not asked:
            return {}
        params = {"filter[account_uuids]": ",".join(asked), "include": "accounts,primary_accounts"}
        details = everything(self._session, CONTACTS, _Detail, params)
        return {
            uuid: Contact(_of(uuid, "email", details), _of(uuid, "phone_number", details)) for uuid in map(UUID, asked)
        }


def _of(uuid: UUID, kind: str, details: list[_Detail]) -> str | None:
    """The account's detail of this kind."""
    found = [each for each in details if each.type == kind and each.value and _holds(each.accounts, uuid)]
    found.sort(key=lambda each: not _holds(each.primary_accounts, uuid))
    return found[0].value if found else None


def _holds(accounts: list[Account] | None, uuid: UUID) -> bool:
    return any(account.uuid == uuid for account in accounts or ())
