"""Figures of the rhetoric: titles and alt texts tell the numbers of the tables."""

import polars as pl
import pytest

from rhetoscope import tables
from rhetoscope.figures import describe_resampling, draw_actor_roles, draw_device_profile, draw_evidentials

SENTENCES = pl.DataFrame({"doc_id": ["d", "d"], "start": [0, 50], "end": [49, 100]})
MENTIONS = pl.DataFrame(
    [
        ("d", "Georgia", "agent", 0, 1.0),
        ("d", "Georgia", "agent", 10, 0.0),
        ("d", "Georgia", "patient", 60, -1.0),
        ("d", "Serbia", "possessor", 70, 0.0),
    ],
    schema=["doc_id", "actor", "role", "start", "valence"],
    orient="row",
)
CODINGS = pl.DataFrame(
    {
        "doc_id": ["d"],
        "actor": ["Serbia"],
        "start": [75],
        "family": "evidentials",
        "device": "impersonal_evidential",
        "voice": "author",
        "mode": "author",
        "source": None,
    }
)


def rates(*rows: tuple[str, int, float, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            ("corpus", "all", "f", device, n, 1000, rate, rate / 2, rate * 2, enough, "document", 7)
            for device, n, rate, enough in rows
        ],
        schema=tables.make_empty("rates").schema,
        orient="row",
    )


def test_the_profile_names_the_most_frequent_device_and_pales_what_is_too_little() -> None:
    figure, alt = draw_device_profile(
        rates(("hedge", 9, 9.0, True), ("threat", 2, 12.0, False), ("agentless_passive", 4, 4.0, True))
    )
    assert alt.startswith("The device found most often is the hedge: 9.0 per 1,000 words.")
    assert "agentless passive 4.0 (2.0 to 8.0), 4 codings" in alt
    assert "threat 12.0 (6.0 to 24.0), 2 codings: too little to report" in alt
    assert figure.get_supxlabel() == "1,000 words; intervals by bootstrap over 7 documents."
    figure, alt = draw_device_profile(rates(("hedge", 9, 9.0, True), ("slogan", 0, 0.0, False)))
    assert figure.get_supxlabel().endswith("1 device was looked for and not found.")
    assert "slogan" not in alt
    assert (
        describe_resampling(rates(("hedge", 9, 9.0, True))) == "1,000 words; intervals by bootstrap over 7 documents."
    )
    assert describe_resampling(rates()) == "There are no words to find devices in."


def test_roles_and_valence_are_counted() -> None:
    _, alt = draw_actor_roles(MENTIONS)
    assert alt.startswith("Georgia is the agent in 2 of 3 mentions, Serbia in 0 of 1.")
    assert "Georgia 3 mentions: agent 2, patient 1, possessor 0, other 0, 1 speak for it and 1 against" in alt
    figure, _ = draw_actor_roles(MENTIONS, max_actors=1)
    assert figure.get_supxlabel().endswith("1 more actor is not drawn.")


def test_evidentials_name_the_actor_they_spare() -> None:
    _, alt = draw_evidentials(CODINGS, SENTENCES, MENTIONS)
    assert alt == (
        "Impersonal evidentials fall on Serbia (1); none on Georgia, the most mentioned actor. "
        "Serbia 1 on 1 mentions; Georgia none on 3 mentions."
    )


@pytest.mark.parametrize("mentions", [MENTIONS, MENTIONS.head(0)], ids=["mentions", "none"])
def test_nothing_coded_is_said(mentions: pl.DataFrame) -> None:
    assert draw_evidentials(CODINGS.head(0), SENTENCES, mentions)[1].startswith("No impersonal evidential was found.")
    assert draw_device_profile(rates())[1].startswith("There is no text to find devices in.")
    assert draw_actor_roles(mentions.head(0))[1] == "No actor is mentioned."
