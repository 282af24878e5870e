"""The chrome effect by hand, its sentence and its figure."""

import re
from collections.abc import Iterator

import polars as pl

from rhetoscope import tables
from rhetoscope.actors import Span
from rhetoscope.clean.ledger import count_mentions, describe_chrome_effect, sum_mentions
from rhetoscope.figures import draw_chrome_effect as draw


def _find(text: str) -> Iterator[Span]:
    return (Span(*match.span(), match[0], demonym=False) for match in re.finditer("Avia|Bela|Cora", text))


KEPT = pl.DataFrame(
    {"text": ["Avia and Bela", "Avia " * 5 + "Bela", "Av\u200bia"], "part": ["title", "body", "heading"]}
)
REMOVED = pl.DataFrame({"text": ["Bela Cora", "Avia"], "kind": ["headline list", "site furniture"]})


EFFECT = sum_mentions([count_mentions(KEPT, REMOVED, _find)])


def test_mentions_are_counted_by_where_they_stand() -> None:
    assert EFFECT.rows() == [
        ("Avia", 6, 1, 0, 1, 8, 1.33),
        ("Bela", 1, 1, 1, 0, 3, 3.0),
        ("Cora", 0, 0, 1, 0, 1, None),
    ]
    tables.check("chrome_effect", EFFECT)


def test_the_finding_and_the_figure_tell_of_an_actor_that_is_named_often() -> None:
    assert describe_chrome_effect(EFFECT) == "Had the whole page been counted, Avia would have 8 mentions instead of 6"
    assert "Bela would have 3 mentions instead of 1" in describe_chrome_effect(EFFECT.filter(pl.col("actor") != "Avia"))
    assert describe_chrome_effect(EFFECT.head(0)) == "No actor is named outside the articles"
    figure, alt = draw(EFFECT)
    assert alt.endswith("Mentions in the articles and on their whole pages: Avia 6 to 8; Bela 1 to 3; Cora 0 to 1.")
    assert describe_chrome_effect(EFFECT) in figure.get_suptitle()
