"""Winnow: your editor shows only the AI code that survives your tests."""

from importlib.metadata import version

__version__ = version("winnow-ls")
