"""What people type for money and dates means what they mean, and reads back as itself."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kanban.cases import formats
from kanban.core.calendar import today

PENNIES = st.integers(0, formats.MOST)
FEW = settings(max_examples=40, deadline=None)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "pennies"),
    [
        *(("1,250", 125_000), ("£1.2k", 120_000), ("1250.50", 125_050), ("1.24m", 124_000_000), ("£420k", 42_000_000)),
        *(
            (" £ 1 250 ", 125_000),
            ("0", 0),
            ("", None),
            ("  ", None),
            ("0.07", 7),
            ("1.5", 150),
            ("2bn", 200_000_000_000),
        ),
    ],
)
def test_money_as_people_type_it(text: str, pennies: int | None) -> None:
    assert formats.money(text) == pennies


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "−5",
        "1.234",
        "1,25",
        "12,50.00",
        "x",
        "1e5",
        "£",
        "k",
        "1.000001k",
        "1.2.3",
        "٣",
        "nan",
        "9" * 15,
        "1 m m",
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(formats.ParseError, match=r"Type an amount such as 1,250 or £1\.2k\."):
        formats.money(text)


@FEW
@given(PENNIES)
@example(7)
def test_an_amount_reads_back_as_itself(pennies: int) -> None:
    assert formats.money(formats.pounds(pennies)) == pennies
    assert formats.money(f"{pennies // 100}.{pennies % 100:02}") == pennies


@FEW
@given(st.text(max_size=12))
def test_whatever_is_typed_is_pennies_or_a_sentence(text: str) -> None:
    for read in (formats.money, formats.day):
        with suppress(formats.ParseError):
            assert read(text) is None or text.strip()


@FEW
@given(DAYS)
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    ways = [f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", day.isoformat(), f"{day.day} {day:%B %Y}"]
    ways += [f"{day.day} {day:%b}, {day.year}", f" {day.day}  {day:%b %Y} ".upper()]
    assert {formats.day(way) for way in ways} == {day}


def test_a_day_without_a_year_is_one_of_this_year() -> None:
    assert formats.day("19 Nov") == date(today().year, 11, 19)
    assert formats.day("3 sept") == date(today().year, 9, 3)
    assert formats.day("") is None


@pytest.mark.parametrize("text", ["soon", "31/2/2026", "11/19/2026", "19 ju", "19 No vember", "1", "2026", "0/1/2026"])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(formats.ParseError, match=r"Type a date such as 19/11/2026 or 19 Nov\."):
        formats.day(text)


def test_a_year_far_off_is_a_slip() -> None:
    with pytest.raises(formats.ParseError, match="from 2000 to 2100"):
        formats.day("19/11/0206")


@FEW
@given(DAYS, MOMENTS)
@example(date(2026, 10, 25), datetime(2026, 7, 1, 8, tzinfo=UTC))
@example(date(2026, 3, 29), datetime(2026, 1, 1, 1, 30, tzinfo=UTC))
def test_a_date_that_is_changed_keeps_its_time_of_day_across_the_change_of_clocks(day: date, before: datetime) -> None:
    now = formats.moment(day, before)
    there, then = now.astimezone(formats.LONDON), before.astimezone(formats.LONDON)
    assert (now.tzinfo, there.date()) == (UTC, day)
    skipped = timedelta(hours=1)  # where the clocks go forward there is no half past one
    assert there.time() == then.time() or (then + skipped).time() == there.time()
    assert formats.moment(then.date(), before) == before


@FEW
@given(DAYS)
def test_a_new_date_means_nine_in_the_morning_in_london(day: date) -> None:
    assert formats.moment(day, None).astimezone(formats.LONDON).strftime("%d %H:%M") == f"{day:%d} 09:00"
    assert formats.day(formats.day_in_words(formats.moment(day, None))) == day
