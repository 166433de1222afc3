"""Whom a token may act for."""

from typing import Any
from uuid import UUID

import pytest

from plannr_api import AmbiguousAccount, Forbidden, Login, NoUsableAccount, Plannr, PlannrError, choose_login
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
