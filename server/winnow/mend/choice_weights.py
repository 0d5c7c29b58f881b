"""The numbers by which one of several programs is chosen; written by ``benchmarks/fit_choice.py``.

Fitted on 379 tasks of HumanEval, MBPP and MultiPL-E with recorded programs of some fifteen models, 5 draws each.
"""

from __future__ import annotations

INTERCEPT = 0.093
WEIGHTS = {
    "alike": 0.875,
    "several": 0.238,
    "failing": -0.677,
    "rivals": -1.230,
    "largest rival": -1.589,
    "differing": -0.986,
    "few inputs": -2.557,
    "checks kept": 2.227,
    "variety": 0.289,
    "constant": -0.585,
    "raising": 0.457,
    "slow": 0.708,
}
THRESHOLD = 0.808
