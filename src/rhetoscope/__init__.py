"""Rhetoscope measures the rhetoric of conflict and peace-process news, reproducibly.

The package is the instrument, the notebooks are the argument. Data flow one way:
pages → clean → topics → rhetoric → findings. Importing this package loads no model.
"""

__version__ = "0.1.0"


class InputError(Exception):
    """Something the analyst gave cannot be used; the message names it and says what would be right."""
