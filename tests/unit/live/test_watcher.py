"""The bell wakes those whom a change concerns and nobody else."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from kanban.accounts.sessions import SessionStore
from kanban.live import streams
from kanban.live import watcher as bell
from kanban.live.streams import Stream
from kanban.models import Card, Column, Connection, Person, Visibility
from kanban.sync import change_log

pytestmark = pytest.mark.django_db(transaction=True)
FIRM = uuid4()
NOTHING = b":\n\n"
ENDED = b"event: ended\ndata: \n\n"


@pytest.fixture(autouse=True)
def short_silences(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.6)
    monkeypatch.setattr(bell, "STILL_THEIRS", 0.2)
    yield
    for stream in streams.listening():
        stream.close()
    watcher = bell._watcher
    change_log.wake_event.set()  # it need not wait until it looks again
    if watcher:
        watcher.join(5)
    assert bell._watcher is None


@pytest.fixture
def priya() -> Connection:
    return connection()


@pytest.fixture
def val() -> Connection:
    return connection()


def connection(firm: UUID = FIRM) -> Connection:
    return Connection.objects.create(account=uuid4(), firm=firm)


def case(*seen_by: Connection) -> UUID:
    column, _ = Column.objects.get_or_create(firm=FIRM, status=UUID(int=7), defaults={"name": "Research", "place": 0})
    card = Card.objects.create(firm=FIRM, case=uuid4(), column=column, place=0, heard_at=timezone.now())
    for each in seen_by:
        Visibility.objects.create(account=each.account, card=card)
    return card.case


def listens(connection: Connection, *, session: str = "", since: int | None = None) -> Stream:
    """A stream that has said hello."""
    stream = bell.listen(connection, session=session, since=since, seat="seat")
    assert stream
    assert b"event: hello\ndata: {" in next(stream)
    return stream


def rest(stream: Stream) -> bytes:
    """What comes until it ends, silences left out; given up after some seconds."""
    return b"".join(each for each in islice(stream, 8) if each != NOTHING)


def test_it_rings_for_whoever_sees_the_case_and_for_nobody_else(priya: Connection, val: Connection) -> None:
    elsewhere = connection(uuid4())
    hers, vals, others = listens(priya), listens(val), listens(elsewhere)
    change_log.record_change(priya, [case(priya)])
    number = change_log.latest(priya)
    assert next(hers) == b"id: %d\ndata: %d\n\n" % (number, number)
    assert next(vals) == NOTHING
    assert next(others) == NOTHING


def test_what_concerns_one_account_alone_rings_there_alone(priya: Connection, val: Connection) -> None:
    hers, vals = listens(priya), listens(val)
    change_log.record_change(val, [case(priya)], own=True)
    assert next(vals).startswith(b"id: ")
    assert next(hers) == NOTHING


def test_columns_ring_for_the_whole_firm(priya: Connection, val: Connection) -> None:
    hers, vals = listens(priya), listens(val)
    change_log.record_change(priya, [], columns=True)
    assert next(hers).startswith(b"id: ")
    assert next(vals).startswith(b"id: ")


def test_a_change_that_is_not_committed_rings_nobody(priya: Connection) -> None:
    hers = listens(priya)
    with transaction.atomic():
        change_log.record_change(priya, [case(priya)])
        transaction.set_rollback(True)
    assert next(hers) == NOTHING


def test_a_change_of_this_process_is_not_waited_for(priya: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "POLL", 2.0)
    hers = listens(priya)
    time.sleep(0.1)
    with transaction.atomic():
        change_log.record_change(priya, [case(priya)])
        time.sleep(0.1)  # who looks now sees nothing
    assert next(hers).startswith(b"id: ")


def test_whoever_listens_holds_no_connection_to_the_database(priya: Connection) -> None:
    stream = bell.listen(priya, session="", since=None, seat="")
    assert stream
    assert database.connection is not None
    next(stream)
    assert database.connection is None


def test_of_many_changes_the_newest_is_told(priya: Connection) -> None:
    hers = listens(priya)
    with transaction.atomic():
        for _ in range(5):
            change_log.record_change(priya, [case(priya)])
    assert next(hers).startswith(b"id: %d\n" % change_log.latest(priya))
    assert next(hers) == NOTHING


def test_what_was_missed_rings_at_once_if_it_concerns_this_account(priya: Connection, val: Connection) -> None:
    change_log.record_change(priya, [], columns=True)
    before = change_log.latest(priya)
    change_log.record_change(priya, [case(priya)])
    assert next(listens(priya, since=before)).startswith(b"id: ")
    assert next(listens(val, since=before)) == NOTHING


def test_there_are_only_so_many_places_and_six_for_a_session(priya: Connection, settings: Any) -> None:
    settings.STREAMS = 8
    mine = [bell.listen(priya, session="mine", since=None, seat="") for _ in range(7)]
    assert mine.index(None) == 6
    assert bell.listen(priya, session="", since=None, seat="")
    assert bell.listen(priya, session="", since=None, seat="")
    assert bell.listen(priya, session="", since=None, seat="") is None
    assert mine[0]
    mine[0].close()
    assert bell.listen(priya, session="mine", since=None, seat="")


def signed_in(person: Person) -> SessionStore:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session.create()
    return session


def test_a_stream_ends_with_its_session(priya: Connection) -> None:
    person = Person.objects.create(name="priya", full_name="Priya")
    session, other = signed_in(person), signed_in(person)
    assert session.session_key
    assert other.session_key
    ended, open_ = listens(priya, session=session.session_key), listens(priya, session=other.session_key)
    session.delete()
    assert rest(ended) == ENDED
    assert next(open_) == NOTHING
    person.is_active = False
    person.save()
    assert rest(open_) == ENDED


def test_a_stream_ends_when_its_account_is_no_more_that_persons(priya: Connection) -> None:
    person = Person.objects.create(name="priya", full_name="Priya")
    priya.person = person
    priya.save()
    stream = listens(priya)
    assert next(stream) == NOTHING
    Connection.objects.filter(pk=priya.pk).update(person=None)
    assert rest(stream) == ENDED


def test_the_bell_survives_a_database_that_fails(priya: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    stream, judge, failed = listens(priya), bell._judge, []

    def fails_once() -> None:
        if not failed:
            failed.append(True)
            raise RuntimeError
        judge()

    monkeypatch.setattr(bell, "_judge", fails_once)
    change_log.record_change(priya, [case(priya)])
    told = [next(stream) for _ in range(4)]
    assert failed
    assert any(each.startswith(b"id: ") for each in told)
