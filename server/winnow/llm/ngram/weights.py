"""Fitted numbers, made by ``benchmarks/fit_embedded.py --n 400 --write``, as is ``confidence.json``.

Training projects, as published on the Python Package Index in November 2026, with the standard library of
Python 3.11 and the packages in ``library.py`` as the library:
aiohttp-3.14.5, alembic-1.20.1, black-26.10.1, bottle-0.13.4, cachetools-8.0.0, click-8.5.1, fastapi-0.165.0,
jinja2-3.1.6, jsonschema-4.26.0, markdown-3.11.3, more_itertools-11.2.1, paramiko-5.1.0, pluggy-1.7.0, praw-8.0.3,
pyramid-2.1, pytest-9.2.0, python_dateutil-4.0.0, requests-2.34.2, sqlparse-0.6.1, tomlkit-0.15.2, tornado-6.6.1,
tqdm-4.70.1, trio-0.35.0, werkzeug-3.1.9, apscheduler-3.11.3, ariadne-1.1.1, astroid-4.3.4, authlib-1.9.10,
babel-2.19.0, cherrypy-18.10.0, coverage-7.17.5, dask-2026.8.0, django-filter-26.2, djangorestframework-3.18.3,
docutils-0.23, dramatiq-2.2.1, fabric-3.2.3, factory_boy-3.3.3, faker-40.63.0, falcon-4.4.0, flake8-7.5.0,
fsspec-2026.9.0, graphene-3.4.3, gunicorn-27.0.1, h11-0.16.0, h2-4.4.1, hatchling-1.33.0, httpcore-1.0.9, huey-3.5.4,
ipython-9.18.1, isort-9.0.2, jupyter_client-8.10.0, kombu-5.7.0, lark-1.3.1, markdown-it-py-4.3.0, mistune-3.4.0,
mkdocs-1.6.1, mongoengine-0.29.3, nbconvert-7.17.2, nbformat-5.11.1, nox-2026.10.20, oauthlib-4.0.1, parso-0.8.7,
passlib-1.7.4, pexpect-4.9.0, pint-0.25.3, plumbum-2.0.2, poetry-core-2.5.0, pony-0.7.20, prompt_toolkit-3.0.53,
pylint-4.1.4, pyparsing-3.3.3, pyyaml-6.0.4, redis-8.1.0, responses-0.26.3, rope-1.15.2, rq-3.0.0, sanic-25.12.1,
seaborn-0.13.2, sh-2.4.0, sqlmodel-0.0.50, textual-8.2.8, tinydb-4.9.0, toolz-1.2.0, tox-4.67.15, traitlets-5.16.1,
twisted-26.10.0, urwid-5.1.0, vcrpy-9.4.2, virtualenv-21.15.11, websockets-17.4, yapf-0.43.0, zarr-3.1.6,
zope.interface-8.7.
"""

from __future__ import annotations

GATES: tuple[tuple[float, ...], ...] = (
    (-1.23, 0.963, 0.423, 0.368, 0.351, -0.151, 0.754, -0.168, -0.038),  # file
    (-0.815, 0.282, 0.349, 0.382, 0.2, -0.22, 0.3, 0.084, 0.088),  # file names
    (-0.499, 0.621, 0.289, 0.429, 0.237, -0.143, 0.779, -0.138, -0.068),  # project
    (0.243, 0.465, 0.256, 0.166, 0.154, -0.106, 0.122, -0.01, -0.398),  # project names
    (-0.191, 0.404, 0.363, 0.191, 0.2, -0.188, 0.837, -0.414, 0.34),  # library
    (0.645, 0.576, 0.267, 0.101, 0.178, -0.188, 0.043, 0.016, -0.957),  # library names
    (-0.518, 1.065, 0.365, 0.186, 0.2, 0.075, 0.022, -0.374, -0.335),  # recent
    (1.293, 0.0, 0.0, 0.0, 0.113, -0.016, 0.602, 0.51, 0.249),  # file words
    (1.073, 0.0, 0.0, 0.0, -0.075, 0.042, -0.006, 0.495, 1.118),  # project words
)
"""How far each source is believed: a row a source, a column a feature of ``mixture``."""

NEARLY_CERTAIN = 0.75
"""The confidence in all its lines that a block needs for each further line; chosen, not fitted."""
