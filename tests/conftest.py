"""Drawn examples have no deadline: tests run several at a time, and how long one took then says nothing of the code."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("winnow", deadline=None)
settings.load_profile("winnow")
