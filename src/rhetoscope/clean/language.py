"""The language of an article, by py3langid (Lui & Baldwin 2012, “langid.py”; 97 languages, probabilities)."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl

_SURE = 0.8
"""Probability below which a language is only a guess, which a note says."""
_CHARACTERS = 6_000
"""Beginning of an article that is looked at: about a thousand words."""


_DOUBT = "language in doubt"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def identify(text: str) -> tuple[str | None, float]:
    """The language of a text as ISO 639-1 code, and its probability from 0 to 1; (None, 0) for one without letters."""
    if not any(letter.isalpha() for letter in text[:_CHARACTERS]):
        return None, 0.0
    language, probability = _identifier().classify(text[:_CHARACTERS])
    return str(language), round(float(probability), 2)


def judge(text: str, languages: list[str]) -> tuple[str | None, str | None, str | None]:
    """The language of an article, a note where it is in doubt, and the reason to set it aside.

    An article in doubt is kept: setting aside is for texts that surely are of another language.

    Args:
        text: the article.
        languages: ISO 639-1 codes that are wanted; none for all.
    """
    language, probability = identify(text)
    if language is None or probability < _SURE:
        return language, f"{_DOUBT}: {language or 'none'} with probability {probability:.2f}", None
    if languages and language not in languages:
        return language, None, f"its language is {language!r}, and clean.languages is {', '.join(languages)}"
    return language, None, None


def by_language(articles: pl.DataFrame) -> pl.DataFrame:
    """Articles of each language, and how many of them are in doubt: columns `language`, `articles`, `in_doubt`."""
    doubt = pl.col("note").str.contains(_DOUBT, literal=True).fill_null(False)
    counts = articles.group_by("language").agg(articles=pl.len(), in_doubt=doubt.sum())
    return counts.sort("articles", "language", descending=[True, False])
