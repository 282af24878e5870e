"""Read dates and times as news pages print them, without guessing.

A value that can be read in exactly one way is read; any other is null, with a note that says why:

| printed | read as |
|---|---|
| `25 June 2024`, `June 25th, 2024`, `25 Jun 2024`, `25 de junho de 2024` | the month is a word: no doubt |
| `2024-06-25`, `2024/06/25`, `2024.06.25` | year first: year, month, day (ISO 8601) |
| `25.06.2024`, `03.04.2024` | points: always day first |
| `25/06/2024`, `06/25/2024`, `04-04-2024` | slashes and hyphens: the order that is possible |
| `03/04/2024` | two orders are possible: null |
| `11/19/19` | a year of two digits is in this century; one order is possible: read |
| `25/06/24` | 25 June 2024 or, year first, 24 June 2025: null |
| `31 June 2024`, `25 June 2024 - 25:10` | no such day or time: null |
| `2 hours ago`, `17:40` alone | no date: null |

A time may be before or after the date, with or without am or pm. Time zones are not read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time

# English, German, Dutch, French, Spanish, Portuguese, Italian, Russian, Ukrainian, Turkish, Azerbaijani, Indonesian
_MONTHS = (
    "january jan januar januari janvier janv enero ene janeiro gennaio января січня ocak yanvar",
    "february feb februar februari février févr febrero fevereiro febbraio февраля лютого şubat fevral",
    "march mar märz maart mars marzo março марта березня mart maret",
    "april apr avril avr abril abr aprile апреля квітня nisan aprel",
    "may mai mei mayo maio maggio мая травня mayıs",
    "june jun juni juin junio junho giugno июня червня haziran iyun",
    "july jul juli juillet juil julio julho luglio июля липня temmuz iyul",
    "august aug augustus août agosto августа серпня ağustos avqust agustus",
    "september sept sep septembre septiembre setembro settembre сентября вересня eylül sentyabr",
    "october oct oktober okt octobre octubre outubro ottobre октября жовтня ekim oktyabr",
    "november nov novembre noviembre novembro ноября листопада kasım noyabr",
    "december dec dezember dez décembre déc diciembre dic dezembro dicembre декабря грудня aralık dekabr desember",
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH_NUMBERS |= {name.replace("ı", "i"): number for name, number in _MONTH_NUMBERS.items()}  # “MAYIS” in lower case
_MONTH = rf"(?:{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DATE = re.sub(
    r"\s",
    "",
    rf"""
    (?P<iso_year>(?:19|20)\d\d)[-/.](?P<iso_month>\d\d?)[-/.](?P<iso_day>\d\d?)
  | {_WEEKDAY}(?P<day1>\d\d?)(?:st|nd|rd|th)?(?:\s+(?:of|de))?[\s\-./]+
    (?P<month1>{_MONTH}),?[\s\-./]+(?:de\s+)?(?P<year1>(?:19|20)\d\d)
  | {_WEEKDAY}(?P<month2>{_MONTH})\s*(?P<day2>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)
  | (?P<first>\d\d?)(?P<mark>[./-])(?P<second>\d\d?)(?P=mark)(?P<year3>(?:19|20)\d\d|\d\d)
""",
)
# with am or pm, or in 24 hours; beside a date a point may join its parts too
_CLOCK = (
    r"(?P<{side}hour>\d\d?)(?:[:.](?P<{side}minute>\d\d)(?:[:.]\d\d(?:\.\d+)?)?)?\s*(?P<{side}half>[ap]\.?m\b\.?)"
    r"|(?P<{side}hour24>\d\d?)[{joint}](?P<{side}minute24>\d\d)(?::\d\d(?:\.\d+)?)?"
)
_ZONE = r"(?:\s*(?:Z|UTC|GMT|[A-Z]{2,4}T|[ECMP]T)\b)?(?:\s*\(?(?:UTC|GMT)?\s?[+-]\d\d?:?(?:\d\d)?\)?)?"
# between date and time; nothing in “20245:40 PM”
_JOIN = r"(?:\s*[-–—,|/·•]\s*|,?\s+(?:at|às|a las|à|um|alle|в|о|saat)\s+|\s*T\s*|\s+|(?<=\s(?:19|20)\d\d))"
_STAMP = re.compile(
    rf"(?<![\w./-])(?:(?:{_CLOCK.format(side='a_', joint=':.')}){_ZONE}{_JOIN}(?:on\s+)?)?(?:{_DATE})"
    rf"(?:{_JOIN}(?:{_CLOCK.format(side='b_', joint=':.')}){_ZONE})?(?:(?!\w)|(?=(?-i:[A-Z][a-z])))",  # “2024Updated”
    re.IGNORECASE,
)
_TIME_ALONE = re.compile(rf"(?<![\w./:-])(?:{_CLOCK.format(side='b_', joint=':')}){_ZONE}(?![\w:])", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)\d\d?(?!\d)")
_AGO = re.compile(
    r"\b(?:(?:\d+|an?|one|few)\s*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|months?|years?)\s+ago"
    r"|(?:today|yesterday)(?:,?\s+(?:at\s+)?\d\d?[:.]\d\d(?:\s*[ap]\.?m\b\.?)?)?|just now)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:first\s+|last\s+|originally\s+)?(?:publi(?:shed|cation)(?:\s+date)?|updated?|posted|modified|created|edited|date|time)"
    r"(?:\s+(?:on|at))?\b|\bon\b|\bat\b",
    re.IGNORECASE,
)
_EDGES = " \t\u00a0|·•:;,-–—/()[]*»«"
_ISO = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):(\d\d))?")
_YEAR_OR_MONTH = re.compile(r"\s*((?:18|19|20)\d\d)(?:-(\d\d))?\s*")


@dataclass(frozen=True)
class Stamp:
    """A date or time found in a line.

    Attributes:
        at: its value, without time zone; None if it cannot be read in exactly one way.
        start, end: its first character in the line, and the one after its last.
        note: why `at` is None; "" otherwise.
    """

    at: datetime | None
    start: int
    end: int
    note: str = ""


def find_date(line: str) -> Stamp | None:
    """Find the first date of a line with the time beside it; else a time or a relative date; else None."""
    if _DAY.search(line) and (match := _STAMP.search(line)):  # most lines have no day, and the search is slow
        return _read(match)
    if match := _AGO.search(line) or _TIME_ALONE.search(line):
        return Stamp(None, match.start(), match.end(), f"“{match[0]}” gives no date")
    return None


def strip_dates(line: str, stamp: Stamp) -> str:
    """Strip a line of its dates, the first of them `stamp`, and of words such as “Published” or “Updated on”."""
    before, after = line[: stamp.start], line[stamp.end :]
    while (further := find_date(after)) is not None:
        after = after[: further.start] + " | " + after[further.end :]
    parts = (_LABEL.sub(" ", part).strip(_EDGES) for part in (before, after))
    return " | ".join(part for part in parts if re.search(r"\w", part))


def read_iso_date(text: str) -> datetime | None:
    """Read the ISO 8601 date, with hour and minute if given, that a text begins with; None if there is none."""
    with suppress(ValueError):
        if match := _ISO.match(text):
            return datetime(*(int(part) for part in match.groups() if part))  # type: ignore[arg-type]
    return None


def read_date(text: str) -> tuple[datetime | None, str | None]:
    """Read a date from a table of pages, with a note if it is in doubt; a year or month is taken for its first day."""
    coarse = _YEAR_OR_MONTH.fullmatch(text)
    if coarse and 1 <= int(coarse[2] or 1) <= 12:
        return datetime(int(coarse[1]), int(coarse[2] or 1), 1), f"date “{text}” names no day: taken for its first"
    stamp = find_date(text)
    at = read_iso_date(text) or (stamp.at if stamp else None)
    return at, None if at else f"date “{text}” cannot be read"


def _read(match: re.Match[str]) -> Stamp:
    readings = _list_readings(match)
    hour, minute = _read_time(match, "a_") or _read_time(match, "b_") or (0, 0)
    at, note = None, "is no possible date"
    if len(readings) > 1:
        note = "can be read as " + " or ".join(f"{reading:%Y-%m-%d}" for reading in sorted(readings))
    elif readings:
        with suppress(ValueError):
            at, note = datetime.combine(readings.pop(), time(hour, minute)), ""
    return Stamp(at, match.start(), match.end(), f"“{match[0].strip()}” {note}" if note else "")


def _list_readings(match: re.Match[str]) -> set[date]:
    """List every date a match can mean; three numbers: day first, month first, or, with a short year, year first."""
    if match["iso_year"]:
        orders = [(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))]
    elif match["first"]:
        first, second, third = (int(match[name]) for name in ("first", "second", "year3"))
        short = len(match["year3"]) == 2
        year = 2000 + third if short else third
        orders = [(year, second, first)]
        if match["mark"] != ".":
            orders += [(year, first, second)] + ([(2000 + first, second, third)] if short else [])
    else:
        form = "1" if match["year1"] else "2"
        month = _MONTH_NUMBERS[match[f"month{form}"].lower().rstrip(".")]
        orders = [(int(match[f"year{form}"]), month, int(match[f"day{form}"]))]
    readings = set()
    for order in orders:
        with suppress(ValueError):
            readings.add(date(*order))
    return readings


def _read_time(match: re.Match[str], side: str) -> tuple[int, int] | None:
    if match[f"{side}hour24"]:
        return int(match[f"{side}hour24"]), int(match[f"{side}minute24"])
    if not match[f"{side}hour"]:
        return None
    hour, minute = int(match[f"{side}hour"]), int(match[f"{side}minute"] or 0)
    if not 1 <= hour <= 12:
        return 99, minute  # no such hour: the date becomes null, not midnight
    return hour % 12 + (12 if match[f"{side}half"][0] in "pP" else 0), minute
