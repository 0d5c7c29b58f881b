"""Fitted numbers, made by ``benchmarks/fit_embedded.py --n 200 --write``.

Training projects, as published on the Python Package Index in November 2026, with the standard library of
Python 3.11 and the packages in ``library.py`` as the library:
aiohttp-3.14.5, alembic-1.20.1, black-26.10.1, bottle-0.13.4, cachetools-8.0.0, click-8.5.1, fastapi-0.165.0,
jinja2-3.1.6, jsonschema-4.26.0, markdown-3.11.3, more_itertools-11.2.1, paramiko-5.1.0, pluggy-1.7.0, praw-8.0.3,
pyramid-2.1, pytest-9.2.0, python_dateutil-4.0.0, requests-2.34.2, sqlparse-0.6.1, tomlkit-0.15.2, tornado-6.6.1,
tqdm-4.70.1, trio-0.35.0, werkzeug-3.1.9.
"""

from __future__ import annotations

GATES: tuple[tuple[float, ...], ...] = (
    (-1.151, 0.908, 0.326, 0.34, 0.429, -0.231, 1.119, -0.124, -0.206),  # file
    (-0.629, 0.268, 0.401, 0.301, 0.204, -0.218, 0.169, 0.148, 0.173),  # file names
    (-0.044, 0.641, 0.287, 0.351, 0.195, -0.158, 0.531, -0.2, 0.021),  # project
    (0.011, 0.525, 0.25, 0.154, 0.094, -0.107, 0.415, 0.132, -0.48),  # project names
    (-0.241, 0.455, 0.314, 0.191, 0.153, -0.09, 0.256, -0.336, 0.495),  # library
    (0.737, 0.722, 0.132, 0.053, 0.064, -0.075, 0.293, -0.153, -1.524),  # library names
    (-0.568, 0.911, 0.423, 0.334, 0.267, -0.015, 0.082, -0.416, 0.553),  # recent
    (1.438, 0.0, 0.0, 0.0, 0.128, -0.025, 0.062, 0.493, 0.123),  # file words
    (0.447, 0.0, 0.0, 0.0, -0.03, 0.023, 0.242, 0.456, 0.845),  # project words
)
"""How far each source is believed: a row a source, a column a feature of ``mixture``."""

CONFIDENCE: tuple[float, ...] = (
    0.6524,  # logprob
    0.7519,  # least token logprob
    0.1078,  # first token logprob
    -0.4676,  # mean logprob
    0.1717,  # lead over the next line
    0.121,  # shortest match
    0.1434,  # mean match
    -0.6639,  # mean agreement
    0.279,  # least agreement
    1.2047,  # mean favour
    0.6582,  # least favour
    -0.1105,  # tokens
    -0.2114,  # letters
    0.027,  # letters typed of the first token
    0.1354,  # words in it
    0.1391,  # starts the line
    0.1621,  # in brackets
    -0.2409,  # in a string
    -0.4372,  # leaves a bracket open
    0.3439,  # ends in a comma
    0.5776,  # ends in an opening bracket
    -0.1345,  # ends a block's head
    0.183,  # of an import
    0.2692,  # of a definition
    0.3382,  # last token logprob
    -0.0198,  # share of all lines found
    0.0058,  # lines found
    0.0555,  # least support
    0.0134,  # first support
    -0.1319,  # longest match of the first token
    -0.4601,  # digits in it
    -0.0755,  # quotes in it
    -0.0213,  # letters before it
    -0.3552,  # repeats the typed line
    -0.1412,  # ends in a closing bracket
    -0.3119,  # only punctuation
    0.1654,  # calls in it
    -0.5042,  # words new to it
    0.2532,  # names that can hardly be meant
    -1.3518,  # any such name
    0.0934,  # whole line above
    -2.988,  # as the line above
    -1.6585,  # definition above
    0.3651,  # import above
    0.051,  # whole line above, in brackets
)
CONFIDENCE_BIAS = 0.0174

NEARLY_CERTAIN = 0.75
"""The confidence in all its lines that a block needs for each further line; chosen, not fitted."""
