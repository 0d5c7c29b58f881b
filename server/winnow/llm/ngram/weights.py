"""Fitted numbers, made by ``benchmarks/fit_embedded.py --n 250 --write``.

Training projects, as published on the Python Package Index in November 2026, with the standard library of
Python 3.11 and the packages in ``library.py`` as the library:
aiohttp_retry, black, celery, click, fastapi, flask, jinja2, poetry_core, requests, starlette, tornado, urllib3,
werkzeug, networkx, pytest.
"""

from __future__ import annotations

GATES: tuple[tuple[float, ...], ...] = (
    (0.304, 0.715, 0.278, 0.412, 0.66, -0.363, 0.343),  # file
    (-0.271, 0.017, 0.353, 0.495, 0.216, -0.27, -0.145),  # file names
    (0.285, 0.125, 0.547, 0.319, 0.439, -0.32, 0.025),  # project
    (0.076, 0.443, 0.628, 0.073, 0.19, -0.362, -0.028),  # project names
    (-0.469, 0.035, 0.235, 0.525, 0.496, -0.31, -0.004),  # library
    (0.074, 0.377, 0.681, -0.115, 0.274, -0.284, 0.4),  # library names
)
"""How far each source is believed: a row a source, a column a feature of ``mixture``."""

CONFIDENCE: tuple[float, ...] = (
    0.5045,  # logprob
    0.5743,  # least token logprob
    0.0029,  # first token logprob
    0.6988,  # mean logprob
    0.2325,  # lead over the next line
    0.059,  # shortest match
    0.0588,  # mean match
    -2.1159,  # mean agreement
    0.9979,  # least agreement
    1.2451,  # mean favour
    0.7332,  # least favour
    -0.0618,  # tokens
    -0.134,  # letters
    0.1187,  # letters typed of the first token
    0.0049,  # words in it
    0.1106,  # starts the line
    0.0682,  # in brackets
    0.032,  # in a string
    -0.4133,  # leaves a bracket open
    0.4878,  # ends in a comma
    0.5728,  # ends in an opening bracket
    0.2177,  # ends a block's head
    0.2159,  # of an import
    0.0333,  # of a definition
)
CONFIDENCE_BIAS = -0.0388

ENOUGH = 0.71
"""The confidence from which a line is offered unasked: where 88% were right on projects not fitted on."""
NEARLY_CERTAIN = 0.75
"""The confidence in all its lines that a block needs for each further line; chosen, not fitted."""
