"""Rhetoscope: measures the rhetoric of conflict and peace-process news, reproducibly.

The package is the instrument, the notebooks are the argument. Data flow one way:
pages → clean → topics → rhetoric → findings. Importing this package loads no model.
"""

import os

__version__ = "0.1.0"

# numpy's threads sleep 2 ** 16 ticks after a product. By themselves they wait 2 ** 26, some hundredths of a second, and
# as busily after numpy was imported, which every notebook paid for.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "16")


class InputError(Exception):
    """Something the analyst gave cannot be used; the message names it and says what would be right."""
