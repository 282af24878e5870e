"""Dates as pages print them: read in one way only, or null."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.clean.dates import Stamp, find_date, read_date, read_iso_date, strip_dates

MOMENT, DAY = datetime(2024, 6, 25, 17, 40), datetime(2024, 6, 25)


def found(line: str) -> Stamp:
    stamp = find_date(line)
    assert stamp is not None
    return stamp


@pytest.mark.parametrize(("line", "at"), [
    ("25 June 2024 - 17:40", MOMENT),
    ("25 Jun 2024 17:40", MOMENT),
    ("25th of June, 2024 at 17:40 GMT", MOMENT),
    ("Tuesday, 25 June 2024, 17:40", MOMENT),
    ("June 25, 2024 5:40 pm ET", MOMENT),
    ("Jun. 25, 2024 | 5:40 PM", MOMENT),
    ("Published: Tuesday June 25th 2024 5:40 p.m.", MOMENT),
    ("17:40, 25 June 2024", MOMENT),
    ("5.40pm BST, Tue 25 Jun 2024", MOMENT),
    ("17:40 25.06.2024", MOMENT),
    ("25.06.2024 17.40", MOMENT),
    ("2024-06-25 17:40", MOMENT),
    ("2024-06-25T17:40:00Z", MOMENT),
    ("2024-06-25 17:40:11+04:00", MOMENT),
    ("2024/06/25", DAY),
    ("25/06/2024", DAY),
    ("06/25/2024", DAY),
    ("06-25-2024", DAY),
    ("04.03.2024", datetime(2024, 3, 4)),  # points: day first
    ("04/04/2024", datetime(2024, 4, 4)),  # both orders are the same day
    ("11/19/19 06:56 AM", datetime(2019, 11, 19, 6, 56)),  # one order is possible
    ("12:05 am, 25 June 2024", datetime(2024, 6, 25, 0, 5)),
    ("12:05 pm, 25 June 2024", datetime(2024, 6, 25, 12, 5)),
    ("29 February 2024", datetime(2024, 2, 29)),
])  # fmt: skip
def test_formats_and_orders(line: str, at: datetime) -> None:
    stamp = found(line)
    assert (stamp.at, stamp.note) == (at, "")
    assert strip_dates(line, stamp) == ""


@pytest.mark.parametrize(("line", "why"), [
    ("03/04/2024", "can be read as 2024-03-04 or 2024-04-03"), ("03-04-2024 10:00", "can be read as"),
    ("25/06/24", "can be read as 2024-06-25 or 2025-06-24"), ("31 June 2024", "is no possible date"),
    ("29 February 2023", "is no possible date"), ("31.06.2024", "is no possible date"),
    ("13/13/2024", "is no possible date"), ("25 June 2024 - 25:10", "is no possible date"),
    ("13:40 pm 25 June 2024", "is no possible date"), ("2 hours ago", "gives no date"),
    ("Yesterday, 14:00", "gives no date"), ("17:40", "gives no date"),
])  # fmt: skip
def test_what_is_in_doubt_is_null_with_a_note(line: str, why: str) -> None:
    assert found(line).at is None
    assert why in found(line).note


@pytest.mark.parametrize(
    "line", ["", "#", "COP29", "1-2", "Resolution 2231", "May the talks go on", "in 2024", "1.5.2"]
)
def test_what_is_no_date(line: str) -> None:
    assert find_date(line) is None


@pytest.mark.parametrize(("line", "month"), [("25 MAYIS 2024", 5), ("25 Mayıs 2024", 5), ("7 KASIM 2024", 11)])
def test_turkish_months_in_capitals(line: str, month: int) -> None:
    """The small letter of “I” is “i” to Python, “ı” to the month's name."""
    assert found(line).at == datetime(2024, month, int(line.split()[0]))


@pytest.mark.parametrize(("line", "beside"), [
    ("ANALYTICS\u00a0 \u00a0 25 June 2024 - 17:40", "ANALYTICS"), ("By Ann Lee - 25 June 2024", "By Ann Lee"),
    ("Published 25 June 2024, last updated on 26 June 2024 at 10:00", ""), ("25 June 2024 | World", "World"),
])  # fmt: skip
def test_what_stands_beside_a_date(line: str, beside: str) -> None:
    assert strip_dates(line, found(line)) == beside


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))
def test_every_moment_is_read_back(moment: datetime) -> None:
    minute = moment.replace(second=0, microsecond=0)
    for form in ("%d %B %Y - %H:%M", "%Y-%m-%d %H:%M", "%b %d, %Y %I:%M %p", "%H:%M %d.%m.%Y"):
        assert found(minute.strftime(form)).at == minute


@pytest.mark.parametrize(("text", "at"), [
    ("2024-06-25", DAY), (" 2024-06-25T17:40:11+04:00", MOMENT), ("2024-06-25 17:40", MOMENT), ("2024-13-25", None),
    ("25.06.2024", None), ("", None),
])  # fmt: skip
def test_iso_dates(text: str, at: datetime | None) -> None:
    assert read_iso_date(text) == at


@pytest.mark.parametrize(("text", "at", "note"), [
    ("2024-06-25T17:40:00Z", MOMENT, None), ("25 June 2024", DAY, None), ("1850-03-04", datetime(1850, 3, 4), None),
    ("2019", datetime(2019, 1, 1), "date “2019” names no day: taken for its first"),
    ("2019-06", datetime(2019, 6, 1), "date “2019-06” names no day: taken for its first"),
    ("2019-13", None, "date “2019-13” cannot be read"), ("03/04/2024", None, "date “03/04/2024” cannot be read"),
])  # fmt: skip
def test_dates_that_a_table_gives(text: str, at: datetime | None, note: str | None) -> None:
    assert read_date(text) == (at, note)


@given(st.text())
def test_any_text_is_searched_without_error(text: str) -> None:
    stamp = find_date(text)
    assert stamp is None or 0 <= stamp.start < stamp.end <= len(text)


@pytest.mark.parametrize("line", [
    "25 de junho de 2024 às 17:40", "25. Juni 2024, 17:40", "25 juin 2024 à 17:40", "25 de junio de 2024, 17:40",
    "25 июня 2024, 17:40", "25 червня 2024 17:40", "25 Haziran 2024 saat 17:40", "25 iyun 2024 - 17:40",
    "Tue, 25 Jun 2024 17:40:00 GMT", "Tue, Jun 25 20245:40 PM EST", "17:40 25.06.2024Get short URL",
])  # fmt: skip
def test_months_of_other_languages_and_times_run_into_the_year(line: str) -> None:
    assert found(line).at == MOMENT
