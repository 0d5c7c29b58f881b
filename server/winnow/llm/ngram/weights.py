"""Fitted numbers, made by ``benchmarks/fit_embedded.py --n 300 --write``.

Training projects, as published on the Python Package Index in November 2026, with the standard library of
Python 3.11 as the library:
aiohttp_retry, attrs, black, celery, click, fastapi, flask, jinja2, poetry_core, pydantic,
pytest, requests, starlette, tornado, urllib3, werkzeug.
"""

from __future__ import annotations

GATES: tuple[tuple[float, ...], ...] = (
    (0.146, 1.029, 0.476, 0.188, 0.562, -0.408, 0.181),  # file
    (-0.236, -0.057, 0.474, 0.365, 0.239, -0.311, -0.122),  # file names
    (0.092, 0.416, 0.223, 0.49, 0.453, -0.361, 0.133),  # project
    (0.05, 0.523, 0.406, 0.18, 0.144, 0.054, -0.093),  # project names
    (-0.183, 0.018, 0.082, 0.63, 0.38, -0.241, -0.068),  # library
    (0.131, 0.447, 0.432, 0.1, 0.374, -0.07, 0.162),  # library names
)
"""How far each source is believed: a row a source, a column a feature of ``mixture``."""

CONFIDENCE: tuple[float, ...] = (1.0, *(0.0,) * 23)
CONFIDENCE_BIAS = 2.0
ENOUGH = 0.7
