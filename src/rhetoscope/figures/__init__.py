"""Figures: for each figure one function, which returns the figure and its alt text.

The alt text begins with the finding and gives the numbers. If there is nothing to draw, the figure is None and the alt
text says so.
"""

from rhetoscope.figures.clean import draw_chrome_effect, draw_page_anatomy
from rhetoscope.figures.comparisons import (
    draw_differences,
    draw_rates_by_unit,
    draw_rates_over_time,
    draw_topics_by_outlet,
)
from rhetoscope.figures.rhetoric import (
    describe_resampling,
    draw_actor_roles,
    draw_device_profile,
    draw_evidentials,
    draw_indicators,
    draw_square,
)
from rhetoscope.figures.style import (
    format_device,
    format_interval,
    format_months,
    format_rate,
    render_svg,
    save_figures,
)
from rhetoscope.figures.topics import (
    draw_stability,
    draw_topic_hierarchy,
    draw_topic_map,
    draw_topic_sizes,
    draw_topic_timeline,
)

__all__ = [
    "describe_resampling", "draw_actor_roles", "draw_chrome_effect", "draw_device_profile", "draw_differences",
    "draw_evidentials", "draw_indicators", "draw_page_anatomy", "draw_rates_by_unit", "draw_rates_over_time",
    "draw_square", "draw_stability", "draw_topic_hierarchy", "draw_topic_map", "draw_topic_sizes",
    "draw_topic_timeline", "draw_topics_by_outlet", "format_device", "format_interval", "format_months", "format_rate",
    "render_svg", "save_figures",
]  # fmt: skip
