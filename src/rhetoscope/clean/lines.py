"""One line of a page: its shape, and the kind of line that shape and a small vocabulary make it.

The vocabulary is that of news sites at large (prompts, list headings, legal notices); no rule knows an outlet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rhetoscope.clean import dates

BLANK, TEXT, DATE, BYLINE, PROMPT, COUNT, LEGAL, CREDIT, LIST, COMMENTS = (
    "blank", "text", "date", "byline", "prompt", "count", "legal", "credit", "list", "comments",
)  # fmt: skip
"""The kinds. `list` is the heading of a list of links, `comments` that of a reader discussion."""

_NETWORK = r"(?:facebook|twitter|x|linkedin|whats\s?app|telegram|instagram|you\s?tube|tik\s?tok|pinterest|reddit|flipboard|tumblr|google\s?(?:\+|plus|news)|vk(?:ontakte)?|odnoklassniki|messenger|viber|email|e-mail|mail|print|rss|copy link|link|threads|bluesky|pocket|mix|line|skype)"
_PROMPT = re.compile(
    rf"""^\W*(?:
      (?:please\s+|now\s+)?(?:subscribe|sign\s?(?:up|in|out)|log\s?(?:in|out)|register|unsubscribe|donate|advertise|advert(?:isement)?s?|adchoices|sponsored|promoted)\b
    | (?:please\s+|you\s+can\s+(?:also\s+)?)?(?:follow|like|join|contact|find|support|email)\s+(?:us|me|our|the\s+(?:author|writer)|\S+\s+on)\b
    | (?:share|tweet|re-?tweet|pin|send|save|print|e-?mail|copy|post|bookmark|listen)(?:\s+(?:this|on|to|via|with|it|link|article|story|page|by|the|now|in)\b.*)?\W*\d*$
    | {_NETWORK}(?:[\s,|/·•]*{_NETWORK})*\W*$
    | click\s+(?:here|on|to)\b | tap\s+(?:here|to)\b
    | (?:read|see|find\s+out|learn|show|view|load|discover|explore|watch)\s+(?:more|all|next|less|the\s+(?:full|latest|original)|full|also\s+our|comments)\b
    | continue\s+reading\b | keep\s+reading\b | (?:story|article)\s+continues\b | to\s+(?:read|continue)\s+.{{0,40}}\b(?:full|story|reading)\b
    | (?:get|receive|stay|have|want|never\s+miss|download|try|enable|turn\s+on|allow|install)\b.{{0,60}}\b(?:newsletters?|inbox|updates?|alerts?|app|notifications?|javascript|updated|informed|connected|delivered|tips?)\b
    | skip\s+to\b | (?:back|return)\s+to\s+(?:top|home) | scroll\s+(?:down|up)\b | (?:close|menu|search|toggle\s+\w+|navigation|next|previous|prev|loading)\W*$
    | (?:we|this\s+(?:web)?site|our\s+(?:web)?site|by\s+(?:using|continuing))\b.{{0,60}}\b(?:cookies?|consent|browser)\b
    | accept\b.{{0,20}}\b(?:all|cookies)\b | (?:manage|cookie)\s+(?:preferences|settings|policy|consent|choices)\b
    | (?:report|spotted|found|notice)\s+(?:an?\s+)?(?:error|typo|mistake)\b | if\s+you\s+(?:find|found|notice|spot|see)\s+an?\s+(?:error|mistake|typo)\b
    | (?:this\s+(?:video|content|page|site)|your\s+browser)\b.{{0,40}}\b(?:support|unavailable|available|javascript|play)\b
    | \#?\s?(?:tags?|topics|filed\s+under|categor(?:y|ies)|labels|keywords)\s*(?:[:#].*)?$ | tags\s+[A-Z].*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ANYWHERE = re.compile(
    r"\b(?:subscribe (?:to|now|here)|sign up (?:for|to|now|here)|follow us|like us on|join us on|our (?:\w+ )?(?:newsletters?|channel)"
    r"|e-?mail address will not|required fields|may be reached at|all comments|your inbox|push notifications)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"©|\(c\)\s*(?:19|20)\d\d|^\W*copyright\b|\ball rights? reserved\b|^\W*(?:terms (?:of|and|&)|privacy (?:policy|notice)|cookie policy|disclaimer|imprint)\b"
    r"|\b(?:may not be (?:published|reproduced|copied|distributed)|affiliate (?:links?|commissions?|partner|program)|opinions expressed .{0,60}\b(?:authors?|own)\b"
    r"|the views expressed)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^\W*(?:photos?|pictures?|images?|video|credits?|source|sources|caption|illustration|graphics?|file photo|photo(?:graph)? by|photo illustration|getty|reuters|afp|ap photo)"
    r"(?:\s+(?:by|courtesy|credit|from|of)\b.*|\s*[:/|(].*|\s+\d+\s+(?:of|/).*|\W*)$"
    r"|(?:getty images|shutterstock|via (?:ap|afp|getty|reuters)|ap photo|file photo|submitted photo|/\s?(?:afp|reuters|ap|getty|epa|tass|xinhua))\W*$",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"^(?:[\W\d_]*[km]?\W*"
    r"|\W*(?:[\d.,]+\s*[km]?\W*)?(?:shares?|views?|likes?|retweets?|followers?|fans?|votes?|replies)\W*(?:follow\w*|like)?"
    r"|\W*\d+\W*(?:min(?:ute)?s?|sec(?:ond)?s?)(?:\s+(?:read|listen|watch))?\W*"
    r"|\W*\d+\s+of\W+\d+\W*)$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^\W*(?:read\s+(?:also|next|now)|see\s+also|also\s+(?:read|on|in|see)|related|recommended|most\s+(?:read|popular|viewed|shared|watched|recent|commented|discussed)"
    r"|latest|popular|trending|top\s+(?:stories|news|headlines|posts|articles|videos)|more\s+(?:from|on|in|news|stories|articles|like|to|about|top|coverage)|more:?$"
    r"|other\s+(?:news|stories|articles)|recent\s+(?:posts|news|articles|stories|comments)|news\s*(?:feed|line|ticker)|headlines|breaking\s+news|editor'?s?’?s?\s+(?:picks?|choice)"
    r"|you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested)|don[’']t\s+miss|what\s+to\s+read|(?:next|previous|prev)\s+(?:article|post|story)|up\s+next"
    r"|around\s+the\s+web|from\s+(?:the|around)\s+web|on\s+our\s+radar|in\s+other\s+news|today[’']s\s+(?:news|headlines)|best\s+of|must\s+reads?|in\s+case\s+you\s+missed|sponsored\s+(?:content|stories))\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"^\W*(?:(?:\d+\s+)?comments?\s*(?:\(?\d+\)?)?|(?:leave|post|write|add|make)\s+a?\s*(?:comment|reply|response|review)\b.*|join\s+the\s+(?:conversation|discussion)"
    r"|(?:reader\s+)?(?:comments|responses|discussion)\s*(?:\(?\d+\)?|are\s+closed.*)?|\d+\s+(?:responses?|thoughts?|replies)\b.*|about\s+the\s+author|have\s+your\s+say\b.*)\W*$",
    re.IGNORECASE,
)
_END = re.compile(
    r"^\W*(?:all|more|view\s+all|see\s+all|show\s+all|view\s+more|see\s+more|show\s+more|load\s+more|read\s+more)(?:\s+(?:the|our|latest|top|related))?"
    r"(?:\s+(?:news|articles?|stories|posts?|headlines|videos|items|publications|materials))?\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^\W*(?:written\s+|reported\s+|story\s+|text\s+)?(?:by|authors?)\b\s*:?\s*(?P<name>\S.*)?$", re.IGNORECASE
)
_TERMINAL = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?:\s*\[\d+\])?$")
LIST_HEADING_WORDS = 6
"""A longer line that begins like a list heading is a sentence or a headline."""


@dataclass(frozen=True)
class Line:
    """A line of a page.

    Attributes:
        number: its place on the page, from 1.
        raw: the line, unchanged.
    """

    number: int
    raw: str

    @cached_property
    def text(self) -> str:
        """The line without the white space around it."""
        return self.raw.strip()

    @cached_property
    def words(self) -> int:
        """Groups of characters between white space."""
        return len(self.text.split())

    @cached_property
    def ends_sentence(self) -> bool:
        """True where the line ends in a sentence's punctuation, quotes and brackets aside."""
        return bool(_TERMINAL.search(self.text))

    @cached_property
    def capitals(self) -> bool:
        """True where the line holds letters and none is small."""
        return self.text.isupper()

    @cached_property
    def stamp(self) -> dates.Stamp | None:
        """Its first date or time; not looked for in long lines, where a date is part of the prose."""
        return dates.find(self.text) if self.text and len(self.text) <= 200 else None

    @cached_property
    def rest(self) -> str:
        """What stands beside the stamps, words such as “Updated” aside."""
        return dates.rest(self.text, self.stamp) if self.stamp else self.text

    @cached_property
    def kind(self) -> str:
        """One of the kinds above; `text` is what no rule took for something else."""
        return _kind(self)


def read(page: str) -> list[Line]:
    """The lines of a page; joined by newlines their raw texts are the page."""
    return [Line(number, raw) for number, raw in enumerate(page.split("\n"), 1)]


def ends_list(line: Line) -> bool:
    """True for lines such as “All news” or “Show more” that lead from a list to its rest."""
    return line.words <= 4 and bool(_END.match(line.text))


def byline(text: str) -> str | None:
    """The name in a line that begins with “By” or “Author”; None for other lines, empty where the name is missing."""
    match = _BYLINE.match(text)
    return (match["name"] or "").strip(" :-–—|·•") if match else None


def _kind(line: Line) -> str:
    text, words = line.text, line.words
    if not text:
        return BLANK
    if _COUNT.match(text) and not line.stamp:
        return COUNT
    if words <= 12 and _COMMENTS.match(text):
        return COMMENTS
    if words <= LIST_HEADING_WORDS and _LIST.match(text) and not line.ends_sentence:
        return LIST
    if line.stamp and len(line.rest.split()) <= 8 and not (line.ends_sentence and len(line.rest.split()) > 3):
        return DATE
    if len(text) <= 600 and _LEGAL.search(text):
        return LEGAL
    if (words <= 25 and _PROMPT.match(text)) or (words <= 40 and _ANYWHERE.search(text)) or ends_list(line):
        return PROMPT
    if words <= 40 and _CREDIT.search(text):
        return CREDIT
    if words <= 15 and byline(text) is not None and not line.ends_sentence:
        return BYLINE
    return TEXT
