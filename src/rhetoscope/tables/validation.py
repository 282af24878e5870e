"""The table of the stage validation."""

from __future__ import annotations

from rhetoscope.tables.schema import BOOL, FLOAT, INT, STRING, Column, Table, optional

TABLES = (
    Table(
        "validation",
        "reliability",
        "One row a device and label set: how far the codings agree with labels.",
        ("device", "set", "seen"),
        {
            "device": Column(STRING, "the device, or `stance`, `negative_evaluation` or `passive`"),
            "set": Column(STRING, "the label set: the name of its file"),
            "n": Column(INT, "units compared: labelled passages, further codings, and texts with neither"),
            "positive": Column(INT, "units that the labels call the device; for stance, other than neutral"),
            "precision": Column(
                FLOAT, "share of the coded units that are labelled so, 0 to 1; for stance the mean over labels"
            ),
            "recall": optional(
                FLOAT, "share of the labelled units that are coded; null where only codings were judged"
            ),
            "f1": optional(FLOAT, "harmonic mean of precision and recall"),
            "low": optional(FLOAT, "lower end of its 95 % bootstrap interval over units"),
            "high": optional(FLOAT, "upper end"),
            "alpha": optional(FLOAT, "Krippendorff's nominal α of labels and codings, -1 to 1"),
            "tier": Column(STRING, "A from an F1 of .8, B from .6, else C"),
            "seen": Column(BOOL, "whether the rules were written with these texts in view: in sample"),
            "date": Column(STRING, "day of the measurement, ISO 8601"),
            "version": Column(STRING, "first 12 hex digits of the SHA-256 of the label file"),
        },
    ),
)
