"""The project folder: progress on a terminal."""

import pytest

from rhetoscope.project import Progress


def test_the_line_tells_rate_and_time_left() -> None:
    """40 of 100 in 8 s: 5 a second, so the other 60 take 12 s."""
    progress = Progress("embedding texts", 100)
    progress.add(40)
    assert progress.format_line(8.0) == "embedding texts: 40 of 100, 5 a second, 12 s left "


def test_nothing_is_written_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Progress("embedding texts", 1).add(1)
    assert capsys.readouterr() == ("", "")
