"""A token that is exchanged while in use: a call that met the old one is sent once more, and never more than that."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from plannr_api import OAuth, OAuthRefused, Plannr, PlannrError, RenewableToken, Timeouts, Unauthorised, Unreachable
from tests.plannr_api.scripted_peer import CASE, HASTY, PATIENT, STATUS, Asked, Peer, Stopwatch, a_case, client, packed
from tests.plannr_api.test_client_transport import SLACK


class Purse:
    """Holds the token of this moment, and changes it when asked."""

    def __init__(self) -> None:
        self.tokens = ["old-token", "new-token", "newer-token"]
        self.spent: list[str] = []
        self.fault: Exception | None = None
        self.refuses = False
        self.pause = 0.0

    def current(self) -> str:
        return self.tokens[0]

    def renew(self, spent: str) -> bool:
        self.spent.append(spent)
        time.sleep(self.pause)
        if self.fault:
            raise self.fault
        if not self.refuses:
            self.tokens.pop(0)
        return not self.refuses


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def plannr(peer: Peer, purse: Purse) -> Iterator[Plannr]:
    with client(peer.url, auth=RenewableToken(purse.current, purse.renew)) as plannr:
        yield plannr


def read(plannr: Plannr) -> object:
    return plannr.cases.get(CASE)


def move(plannr: Plannr) -> object:
    return plannr.cases.move(CASE, STATUS, 3, request_id="intent-1")


both = pytest.mark.parametrize("call", [read, move])
Calling = Callable[[Plannr], object]


def bearer(asked: Asked) -> str:
    return asked.headers["authorization"].removeprefix("Bearer ")


def only_new(asked: Asked) -> bytes:
    return packed(a_case()) if bearer(asked) == "new-token" else packed({"message": "Unauthenticated."}, 401)


@both
def test_a_good_token_is_sent_and_nobody_asks_for_another(
    peer: Peer, plannr: Plannr, purse: Purse, call: Calling
) -> None:
    peer.answers(a_case())
    call(plannr)
    assert ([bearer(asked) for asked in peer.asked], purse.spent) == (["old-token"], [])


def test_the_token_is_asked_for_anew_with_each_call(peer: Peer, plannr: Plannr, purse: Purse) -> None:
    peer.answers(a_case())
    read(plannr)
    purse.tokens.pop(0)
    read(plannr)
    assert [bearer(asked) for asked in peer.asked] == ["old-token", "new-token"]


@both
def test_after_a_401_the_very_same_call_is_sent_once_more(
    peer: Peer, plannr: Plannr, purse: Purse, call: Calling
) -> None:
    peer.judges(only_new)
    assert call(plannr)
    first, second = peer.asked
    assert (bearer(first), bearer(second), purse.spent) == ("old-token", "new-token", ["old-token"])
    assert (first.method, first.target, first.body) == (second.method, second.target, second.body)
    assert first.headers | {"authorization": ""} == second.headers | {"authorization": ""}
    if call is move:
        assert (second.method, second.headers["x-request-id"]) == ("PUT", "intent-1")
        assert second.json == {"status": str(STATUS), "status_position": 3}


@both
def test_without_another_token_the_401_stands(peer: Peer, plannr: Plannr, purse: Purse, call: Calling) -> None:
    peer.judges(only_new)
    purse.refuses = True
    with pytest.raises(Unauthorised) as caught:
        call(plannr)
    assert (caught.value.status, caught.value.applied) == (401, False)
    assert (len(peer.asked), purse.spent) == (1, ["old-token"])


@both
def test_a_second_401_stands(peer: Peer, plannr: Plannr, purse: Purse, call: Calling) -> None:
    peer.answers({"message": "Unauthenticated."}, 401)
    with pytest.raises(Unauthorised) as caught:
        call(plannr)
    assert (caught.value.applied, caught.value.words) == (False, "Unauthenticated.")
    assert ([bearer(asked) for asked in peer.asked], purse.spent) == (["old-token", "new-token"], ["old-token"])


@pytest.mark.parametrize("fault", [OAuthRefused(code="invalid_client"), Unreachable(slow=True, applied=None)])
def test_what_goes_wrong_with_the_exchange_is_told_as_it_is(
    peer: Peer, plannr: Plannr, purse: Purse, fault: PlannrError
) -> None:
    peer.judges(only_new)
    purse.fault = fault
    with pytest.raises(PlannrError) as caught:
        move(plannr)
    assert caught.value is fault
    assert len(peer.asked) == 1


def test_nobody_who_has_no_token_sends_anything(peer: Peer) -> None:
    def nobody() -> str:
        raise Unauthorised

    with client(peer.url, auth=RenewableToken(nobody, lambda _: True)) as plannr, pytest.raises(Unauthorised):
        move(plannr)
    with (
        client(peer.url, auth=RenewableToken(lambda: "two words", lambda _: True)) as plannr,
        pytest.raises(ValueError, match="token is one word"),
    ):
        move(plannr)
    assert peer.asked == []


@pytest.mark.parametrize("status", [400, 403, 404, 419, 422, 429, 500, 503])
def test_no_other_answer_asks_for_another_token(peer: Peer, plannr: Plannr, purse: Purse, status: int) -> None:
    peer.answers({"error": "invalid_grant", "message": "Unauthenticated."}, status)
    with pytest.raises(PlannrError):
        move(plannr)
    assert (len(peer.asked), purse.spent) == (1, [])


def test_a_write_that_met_a_401_and_then_a_fault_is_sent_no_third_time(peer: Peer, plannr: Plannr) -> None:
    peer.answers(status=401).resets()
    with pytest.raises(Unreachable) as caught:
        move(plannr)
    assert (caught.value.sent, caught.value.applied, len(peer.asked)) == (True, None, 2)


def test_a_read_that_meets_everything_comes_through(peer: Peer, plannr: Plannr, purse: Purse) -> None:
    peer.answers(status=503).answers(status=401).answers(status=502).answers(a_case())
    assert read(plannr)
    assert [bearer(asked) for asked in peer.asked] == ["old-token"] * 2 + ["new-token"] * 2


# Time


def test_an_exchange_that_takes_too_long_ends_the_call_before_it_is_sent_again(peer: Peer, purse: Purse) -> None:
    peer.judges(only_new)
    purse.pause = HASTY.deadline_write
    with (
        client(peer.url, HASTY, RenewableToken(purse.current, purse.renew)) as plannr,
        pytest.raises(Unreachable) as caught,
    ):
        move(plannr)
    assert (caught.value.slow, caught.value.applied, len(peer.asked)) == (True, False, 1)


def test_both_sendings_share_one_deadline(peer: Peer, purse: Purse) -> None:
    timeouts = Timeouts(1, 5, 1, 1)
    peer.does(lambda wire: (peer.over.wait(0.6), wire.sendall(packed(status=401)))[1] is None).hangs()
    with (
        client(peer.url, timeouts, RenewableToken(purse.current, purse.renew)) as plannr,
        Stopwatch() as watch,
        pytest.raises(Unreachable) as caught,
    ):
        move(plannr)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, None)
    assert watch.seconds < 1 + SLACK
    assert len(peer.asked) == 2


def test_a_token_that_is_long_in_coming_ends_the_call_before_it_is_sent(peer: Peer) -> None:
    def current() -> str:
        time.sleep(HASTY.deadline_write)
        return "late-token"

    with (
        client(peer.url, HASTY, RenewableToken(current, lambda _: True)) as plannr,
        pytest.raises(Unreachable) as caught,
    ):
        move(plannr)
    assert (caught.value.slow, caught.value.sent, caught.value.applied, peer.asked) == (True, False, False, [])


def test_an_exchange_over_the_same_kind_of_wire_leaves_the_clock_of_the_call_alone(peer: Peer) -> None:
    """The exchange is a call within a call, in the same thread; afterwards a slow second sending is still cut off."""
    held = ["old-token", "old-refresh"]
    oauth = OAuth(peer.url, client_id="board", client_secret="s", redirect_uri="http://localhost/", timeouts=PATIENT)

    def renew(_: str) -> bool:
        tokens = oauth.refresh(held[1])
        held[:] = [tokens.access, tokens.refresh or ""]
        return True

    peer.answers(status=401).answers({"access_token": "new-token"})
    peer.drips(packed(a_case(), headers={"X-Long": "x" * 900}), every=0.02)
    with (
        client(peer.url, HASTY, RenewableToken(lambda: held[0], renew)) as plannr,
        Stopwatch() as watch,
        pytest.raises(Unreachable) as caught,
    ):
        move(plannr)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, None)
    assert [asked.target.split("/")[1] for asked in peer.asked] == ["api", "oauth", "api"]
    assert bearer(peer.asked[2]) == "new-token"
    assert watch.seconds < HASTY.deadline_write + SLACK


# Many at once


def test_fifty_threads_with_a_401_at_once_each_repeat_their_call_once(peer: Peer) -> None:
    held, exchanges, calls = ["old-token"], [], []
    lock, everybody = threading.Lock(), threading.Barrier(50)
    failed: list[BaseException] = []

    def renew(spent: str) -> bool:
        calls.append(spent)
        everybody.wait(10)  # nobody goes on before all fifty have been refused
        with lock:
            if held[0] == spent:
                exchanges.append(spent)
                held[0] = "new-token"
        return True

    def work(plannr: Plannr, number: int) -> None:
        try:
            plannr.cases.move(CASE, STATUS, number, request_id=f"intent-{number}")
        except BaseException as fault:
            failed.append(fault)

    peer.judges(only_new)
    with client(peer.url, Timeouts(5, 10, 15, 15), RenewableToken(lambda: held[0], renew)) as plannr:
        threads = [threading.Thread(target=work, args=(plannr, number)) for number in range(1, 51)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert (calls, exchanges) == (["old-token"] * 50, ["old-token"])
    assert Counter(bearer(asked) for asked in peer.asked) == {"old-token": 50, "new-token": 50}
    said = Counter((asked.headers["x-request-id"], asked.json["status_position"]) for asked in peer.asked)
    assert said == {(f"intent-{number}", number): 2 for number in range(1, 51)}
