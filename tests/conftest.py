"""Settings of the whole suite."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # time says more of the machine than of the code
settings.load_profile("untimed")
