"""The words by which lines of a news site give themselves away: prompts, notices, credits, names of lists.

It is the vocabulary of English news sites at large; no pattern knows an outlet. White space in patterns is layout:
a space of the page is written `\\s`.
"""

from __future__ import annotations

import re


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


_NETWORK = r"""(?:
    facebook | twitter | x | linkedin | whats\s?app | telegram | instagram | you\s?tube | tik\s?tok | pinterest | reddit
    | flipboard | tumblr | google\s?(?:\+|plus|news) | vk(?:ontakte)? | odnoklassniki | messenger | viber | threads
    | bluesky | pocket | mix | line | skype | e-?mail | mail | print | rss | copy\slink | link
)"""

PROMPT = _pattern(
    rf"""^\W*(?:
    (?:please\s+|now\s+)?(?:
        subscribe | unsubscribe | sign\s?(?:up|in|out) | log\s?(?:in|out) | register | donate
        | advertise | advert(?:isement)?s? | adchoices | sponsored | promoted
    )\b
    | (?:please\s+|you\s+can\s+(?:also\s+)?)?(?:follow|like|join|contact|find|support|email)
        \s+(?:us | me | our | the\s+(?:author|writer) | \S+\s+on)\b
    | (?:share|tweet|re-?tweet|pin|send|save|print|e-?mail|copy|post|bookmark|listen)
        (?:\s+(?:this|on|to|via|with|it|link|article|story|page|by|the|now|in)\b.*)?\W*\d*$
    | {_NETWORK}(?:[\s,|/·•]*{_NETWORK})*\W*$
    | click\s+(?:here|on|to)\b | tap\s+(?:here|to)\b
    | (?:read|see|find\s+out|learn|show|view|load|discover|explore|watch)
        \s+(?:more | all | next | less | the\s+(?:full|latest|original) | full | also\s+our | comments)\b
    | (?:continue|keep)\s+reading\b | (?:story|article)\s+continues\b
    | to\s+(?:read|continue)\s+.{{0,40}}\b(?:full|story|reading)\b
    | (?:get|receive|stay|have|want|never\s+miss|download|try|enable|turn\s+on|allow|install)\b.{{0,60}}\b(?:
        newsletters? | inbox | updates? | updated | alerts? | app | notifications? | javascript | informed | connected
        | delivered | tips?
    )\b
    | skip\s+to\b | (?:back|return)\s+to\s+(?:top|home) | scroll\s+(?:down|up)\b
    | (?:close|menu|search|toggle\s+\w+|navigation|next|previous|prev|loading)\W*$
    | (?:we|(?:this|our)\s+(?:web)?site|by\s+(?:using|continuing))\b.{{0,60}}\b(?:cookies?|consent|browser)\b
    | accept\b.{{0,20}}\b(?:all|cookies)\b
    | (?:manage|cookie)\s+(?:preferences|settings|policy|consent|choices)\b
    | (?:report|spotted|found|notice)\s+(?:an?\s+)?(?:error|typo|mistake)\b
    | if\s+you\s+(?:find|found|notice|spot|see)\s+an?\s+(?:error|mistake|typo)\b
    | (?:this\s+(?:video|content|page|site)|your\s+browser)\b.{{0,40}}\b(?:support|(?:un)?available|javascript|play)\b
    | \#?\s?(?:tags?|topics|filed\s+under|categor(?:y|ies)|labels|keywords)\s*(?:[:\#].*)?$
    | tags\s+\w.*
    )"""
)
"""A line that begins by asking the reader to do something with the site, or is one of its buttons."""

PROMPT_WITHIN = _pattern(
    r"""\b(?:
    subscribe\s(?:to|now|here) | sign\sup\s(?:for|to|now|here) | follow\sus | like\sus\son | join\sus\son
    | our\s(?:\w+\s)?(?:newsletters?|channel) | e-?mail\saddress\swill\snot | required\sfields | may\sbe\sreached\sat
    | all\scomments | your\sinbox | push\snotifications
    )\b"""
)
"""Words that make a short line a prompt wherever they stand in it."""

LEGAL = _pattern(
    r"""© | \(c\)\s*(?:19|20)\d\d | ^\W*copyright\b | \ball\srights?\sreserved\b
    | ^\W*(?:terms\s(?:of|and|&) | privacy\s(?:policy|notice) | cookie\spolicy | disclaimer | imprint)\b
    | \b(?:
        may\snot\sbe\s(?:published|reproduced|copied|distributed)
        | affiliate\s(?:links?|commissions?|partner|program)
        | opinions\sexpressed\s.{0,60}\b(?:authors?|own)\b | the\sviews\sexpressed
    )"""
)
"""Copyright, terms, disclaimers."""

CREDIT = _pattern(
    r"""^\W*(?:
        photos? | pictures? | images? | video | credits? | sources? | caption | illustration | graphics? | file\sphoto
        | photo(?:graph)?\sby | photo\sillustration | getty | reuters | afp | ap\sphoto
    )(?:\s+(?:by|courtesy|credit|from|of)\b.* | \s*[:/|(].* | \s+\d+\s+(?:of|/).* | \W*)$
    | (?:
        getty\simages | shutterstock | via\s(?:ap|afp|getty|reuters) | (?:ap|file|submitted)\sphoto
        | /\s?(?:afp|reuters|ap|getty|epa|tass|xinhua)
    )\W*$"""
)
"""Captions and credits of pictures, and lines that name a source."""

COUNT = _pattern(
    r"""^(?:
    [\W\d_]*[km]?\W*
    | \W*(?:[\d.,]+\s*[km]?\W*)?(?:shares?|views?|likes?|retweets?|followers?|fans?|votes?|replies)
        \W*(?:follow\w*|like)?
    | \W*\d+\W*(?:min(?:ute)?s?|sec(?:ond)?s?)(?:\s+(?:read|listen|watch))?\W*
    | \W*\d+\s+of\W+\d+\W*
    )$"""
)
"""Numbers and signs alone, and counts of shares, views or minutes to read."""

LIST = _pattern(
    r"""^\W*(?:
    read\s+(?:also|next|now) | see\s+also | also\s+(?:read|on|in|see)
    | related | recommended | latest | popular | trending
    | most\s+(?:read|popular|viewed|shared|watched|recent|commented|discussed)
    | top\s+(?:stories|news|headlines|posts|articles|videos)
    | more\s+(?:from|on|in|news|stories|articles|like|to|about|top|coverage) | more:?$
    | other\s+(?:news|stories|articles) | recent\s+(?:posts|news|articles|stories|comments)
    | news\s*(?:feed|line|ticker) | headlines | breaking\s+news | editor'?s?’?s?\s+(?:picks?|choice)
    | you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested) | don[’']t\s+miss | what\s+to\s+read
    | (?:next|previous|prev)\s+(?:article|post|story) | up\s+next | around\s+the\s+web | from\s+(?:the|around)\s+web
    | on\s+our\s+radar | in\s+other\s+news | today[’']s\s+(?:news|headlines) | best\s+of | must\s+reads?
    | in\s+case\s+you\s+missed | sponsored\s+(?:content|stories)
    )\b"""
)
"""Names of lists of links."""

COMMENTS = _pattern(
    r"""^\W*(?:
    (?:\d+\s+)?(?:reader\s+)?(?:comments?|responses|discussion)\s*(?:\(?\d+\)?|are\s+closed.*)?
    | (?:leave|post|write|add|make)\s+a?\s*(?:comment|reply|response|review)\b.*
    | join\s+the\s+(?:conversation|discussion) | \d+\s+(?:responses?|thoughts?|replies)\b.*
    | about\s+the\s+author | have\s+your\s+say\b.*
    )\W*$"""
)
"""What stands above a reader discussion or a note on the author, both of which read like prose."""

END = _pattern(
    r"""^\W*(?:all|more|(?:view|see|show)\s+(?:all|more)|(?:load|read)\s+more)(?:\s+(?:the|our|latest|top|related))?
    (?:\s+(?:news|articles?|stories|posts?|headlines|videos|items|publications|materials))?\W*$"""
)
"""What leads from a list to its rest."""

BYLINE = _pattern(r"^\W*(?:written\s+|reported\s+|story\s+|text\s+)?(?:by|authors?)\b\s*:?\s*(?P<name>\S.*)?$")
"""A line that begins with “By” or “Author”."""

SECTION = _pattern(
    r"""analy(?:tics|sis) | opinions? | editorials? | comment(?:ary)? | interviews? | features? | reports? | exclusive
    | investigations? | politics | diplomacy | defen[cs]e | security | conflict | war | peace | world(?:\snews)? | news
    | international | national | local | region | europe | asia | africa | (?:latin\s)?america | americas | middle\seast
    | (?:south\s)?caucasus | business | economy | economics | energy | society | culture | science | tech(?:nology)?
    | health | environment | media | law | sports? | blogs? | lifestyle | entertainment"""
)
"""Names of sections and kickers; to be matched against a whole line."""
