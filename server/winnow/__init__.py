"""Winnow: your editor shows only the AI code that survives your tests."""

__version__ = "0.1.0"
