"""Figures of the stage rhetoric: how often, of whom, where."""

from rhetoscope.figures.rhetoric.actors import actor_roles
from rhetoscope.figures.rhetoric.impersonal import evidentials
from rhetoscope.figures.rhetoric.profile import device_profile, indicators, resampled
from rhetoscope.figures.rhetoric.sides import square

__all__ = ["actor_roles", "device_profile", "evidentials", "indicators", "resampled", "square"]
