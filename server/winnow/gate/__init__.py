"""Decide what deserves attention, and learn from what people do. No input or output happens here.

The gate is pure: the prior and what was learned of a person come in as parsed JSON, and every change is another gate.
"""

from winnow.gate.gate import Gate
from winnow.gate.table import FEATURES, Feature

__all__ = ["FEATURES", "Feature", "Gate"]
