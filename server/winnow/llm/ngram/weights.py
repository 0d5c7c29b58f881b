"""Fitted numbers; benchmarks/fit_embedded.py makes them and says from what."""

from __future__ import annotations

GATES: tuple[tuple[float, ...], ...] = (
    (1.0, 0.5, 0.3, 0.1, 0.0, 0.0, 1.0),
    (-1.0, 0.5, 0.3, 0.1, 0.0, 0.0, 1.0),
    (0.0, 0.5, 0.3, 0.1, 0.0, 0.0, 1.0),
    (-1.0, 0.5, 0.3, 0.1, 0.0, 0.0, 1.0),
    (-1.0, 0.5, 0.3, 0.1, 0.0, 0.0, 1.0),
    (-2.0, 0.5, 0.3, 0.1, 0.0, 0.0, 1.0),
)

CONFIDENCE: tuple[float, ...] = (1.0, *(0.0,) * 14)
CONFIDENCE_BIAS = 1.5
ENOUGH = 0.6
"""The confidence from which a line is offered unasked."""
