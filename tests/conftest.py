"""Settings of the whole suite: the same draws in every run, or (``make explore``) many new ones."""

from __future__ import annotations

import os

from hypothesis import settings

# without a deadline: time says more of the machine than of the code
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
