"""Whom a token may act for."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from plannr_api import (
    AmbiguousAccount,
    Forbidden,
    Login,
    NoUsableAccount,
    Plannr,
    PlannrError,
    choose_login,
    staff_logins,
)
from plannr_api.models import Account
from tests.plannr_api.scripted_peer import Peer

PRIYA, LEAH, CLIENT = (UUID(int=number) for number in (1, 2, 3))


def login(account: UUID | None, kind: str | None = "employee", preferred: UUID | None = None) -> Login:
    return Login(
        uuid=UUID(int=99),
        account=Account(uuid=account, type=kind) if account else None,
        preferred_account_uuid=preferred,
    )


def chosen(*logins: Login, account: UUID | None = None) -> UUID:
    picked = choose_login(logins, account).account
    assert picked
    return picked.uuid


def test_the_only_employee_account_is_taken_and_client_accounts_are_skipped() -> None:
    assert chosen(login(CLIENT, "client"), login(PRIYA), login(None), login(LEAH, "external")) == PRIYA
    assert chosen(login(PRIYA, "Employee")) == PRIYA


def test_the_preferred_account_comes_first() -> None:
    assert chosen(login(PRIYA), login(LEAH, preferred=LEAH)) == LEAH
    assert chosen(login(PRIYA, preferred=LEAH), login(LEAH)) == LEAH


def test_a_preferred_client_account_is_no_preference() -> None:
    with pytest.raises(AmbiguousAccount):
        chosen(login(PRIYA, preferred=CLIENT), login(LEAH), login(CLIENT, "client"))


def test_the_account_asked_for_is_taken_or_refused() -> None:
    assert chosen(login(PRIYA), login(LEAH, preferred=LEAH), account=PRIYA) == PRIYA
    for account in (CLIENT, UUID(int=8)):
        with pytest.raises(NoUsableAccount):
            chosen(login(PRIYA), login(CLIENT, "client"), account=account)


def test_no_employee_account_is_forbidden_for_good() -> None:
    for logins in ([], [login(CLIENT, "client")], [login(None)], [login(PRIYA, None)]):
        with pytest.raises(NoUsableAccount) as caught:
            chosen(*logins)
        assert isinstance(caught.value, Forbidden)
        assert caught.value.permanent


def test_several_accounts_are_a_question_for_the_person() -> None:
    logins = [login(PRIYA), login(LEAH), login(CLIENT, "client")]
    with pytest.raises(AmbiguousAccount) as caught:
        chosen(*logins)
    assert caught.value.logins == logins[:2]
    assert isinstance(caught.value, PlannrError)


def sent(account: UUID, **fields: Any) -> dict[str, Any]:
    return {"uuid": str(UUID(int=50)), "account": {"uuid": str(account), "type": "employee"}, **fields}


def test_a_login_tells_firm_person_and_rights(peer: Peer, plannr: Plannr) -> None:
    firm = {"uuid": str(UUID(int=7)), "name": "Ashdown"}
    peer.answers({"data": [sent(PRIYA, firm=firm, first_name="Priya", has_write_permission=False)]})
    (found,) = plannr.logins.list()
    assert found.firm
    assert (found.firm.name, found.first_name, found.has_write_permission) == ("Ashdown", "Priya", False)


def test_rights_to_write_are_assumed_until_denied(peer: Peer, plannr: Plannr) -> None:
    peer.answers({"data": [sent(PRIYA), sent(LEAH, has_write_permission=None)]})
    assert [found.has_write_permission for found in plannr.logins.list()] == [True, True]


@pytest.mark.parametrize("beside", [True, False])
def test_the_preference_may_stand_on_a_login_or_beside_the_list(peer: Peer, plannr: Plannr, beside: bool) -> None:
    preference = {"preferred_account_uuid": str(LEAH)}
    logins = [sent(PRIYA), sent(LEAH, **({} if beside else preference))]
    peer.answers({"data": logins, **(preference if beside else {})})
    assert chosen(*plannr.logins.list()) == LEAH


@pytest.mark.parametrize("preference", ["", None, 5, "x", {}, []])
def test_a_preference_that_makes_no_sense_is_none(peer: Peer, plannr: Plannr, preference: Any) -> None:
    peer.answers({"data": [sent(PRIYA)], "preferred_account_uuid": preference})
    assert plannr.logins.list()[0].preferred_account_uuid is None


def test_staff_logins_are_those_with_an_employee_account_each_once_the_preferred_first() -> None:
    mine, other = login(PRIYA), login(LEAH, preferred=LEAH)
    external = login(UUID(int=4), "external")
    assert staff_logins([login(CLIENT, "client"), login(None), mine, other, external, login(PRIYA)]) == [other, mine]
    assert staff_logins([mine, login(LEAH), login(CLIENT, "client", preferred=PRIYA)])[0] == mine
    assert staff_logins([]) == []


def test_of_two_logins_to_one_account_the_one_that_may_write_is_kept() -> None:
    looks, writes = replace(login(PRIYA), has_write_permission=False), login(PRIYA)
    for logins in ([looks, writes], [writes, looks], [looks, writes, looks]):
        assert staff_logins(logins) == [writes]
    assert staff_logins([looks, looks]) == [looks]


def test_a_login_tells_its_role_and_its_end_in_utc(peer: Peer, plannr: Plannr) -> None:
    account = {"uuid": str(PRIYA), "type": "employee", "role": "admin"}
    peer.answers({"data": [sent(PRIYA) | {"account": account, "expires_at": "2026-07-01T10:00:00+01:00"}]})
    (found,) = plannr.logins.list()
    assert found.account
    assert (found.account.role, found.expires_at) == ("admin", datetime(2026, 7, 1, 9, tzinfo=UTC))


@pytest.mark.parametrize("nothing", [{}, {"expires_at": None, "firm": None}, {"expires_at": "", "firm": []}])
def test_a_login_may_leave_out_nearly_everything(peer: Peer, plannr: Plannr, nothing: dict[str, Any]) -> None:
    peer.answers({"data": [sent(PRIYA, **nothing), {"uuid": str(UUID(int=51)), "account": None, **nothing}]})
    first, second = plannr.logins.list()
    assert (first.expires_at, first.firm, second.account) == (None, None, None)
    assert staff_logins([first, second]) == [first]
