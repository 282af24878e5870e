"""What an HTML page says of itself in its head: title, author, date, address, site.

Read by trafilatura from meta elements and JSON-LD; date and time as they stand there, without time zone.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rhetoscope.clean.dates import read_iso_date

_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{10,40})"')
_META_DATES = (
    "article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date", "publication_date",
    "dc.date", "dc.date.issued", "dcterms.created", "sailthru.date", "parsely-pub-date", "article.published",
    "og:published_time", "og:article:published_time", "rnews:datepublished", "cxenseparse:recs:publishtime",
)  # fmt: skip
_SITE = re.compile(r"\s+[|–—»·-]\s+")
_LONGEST_SECTION = 40
_FIRST_YEAR = 1900
"""Systems write year 1 where they have no date."""
_TYPES = frozenset(("article", "articles", "post", "posts", "page", "website", "story"))
"""Kinds of pages, which some sites give for the section."""


@dataclass(frozen=True)
class Facts:
    """What the head of a page says; null where it does not."""

    title: str | None = None
    author: str | None = None
    section: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    outlet: str | None = None


def facts(tree: Any) -> Facts:
    """What a page says of itself; the tree is left as it is."""
    from trafilatura.metadata import examine_meta, extract_meta_json, extract_title, extract_url

    found = examine_meta(tree)
    with suppress(Exception):  # JSON of any shape: what it breaks on is not said by the page
        found = extract_meta_json(tree, found)
    section = next(iter(found.categories or ()), None)
    url = found.url or extract_url(tree)
    return Facts(
        _clean(found.title or extract_title(tree)),
        _clean(re.sub(r"\s*;\s*", ", ", found.author)) if found.author and " " in found.author.strip() else None,
        _clean(section) if section and len(section) <= _LONGEST_SECTION and section.lower() not in _TYPES else None,
        _published(tree),
        _clean(url),
        _clean(found.sitename and found.sitename.lstrip("@")) or _host(url),
    )


def without_site(title: str) -> list[str]:
    """A title as it may be printed: whole, and without the site's name behind or before it."""
    parts = _SITE.split(title)
    return [title, *(part for part in sorted(parts, key=len, reverse=True) if part != title)]


def without_outlet(title: str, outlet: str | None) -> str:
    """A title without the outlet's name at its end."""
    *parts, last = _SITE.split(title)
    return (
        title[: title.rindex(last)].rstrip(" |–—»·-") if parts and outlet and last.lower() == outlet.lower() else title
    )


def _published(tree: Any) -> datetime | None:
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        if (match := _JSON_DATE.search(script.text or "")) and (at := _read(match[1])):
            return at
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        metas.setdefault(name, meta.get("content") or "")
    for name in _META_DATES:
        if at := _read(metas.get(name, "")):
            return at
    for node in tree.xpath('.//*[@itemprop="datePublished"]'):
        if at := _read(node.get("datetime") or node.get("content") or ""):
            return at
    return None


def _read(text: str) -> datetime | None:
    at = read_iso_date(text)
    return at if at and at.year >= _FIRST_YEAR else None


def _clean(text: str | None) -> str | None:
    return (" ".join(text.split()) or None) if text else None


def _host(url: str | None) -> str | None:
    match = re.match(r"https?://(?:www\.)?([^/:?#]+)", url or "")
    return match[1].lower() if match else None
