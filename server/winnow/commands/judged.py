"""What the tests of a judged program also ask: that it behaves as the correct one on inputs like theirs.

The hooks of a ``conftest.py`` in the folder in which ``winnow eval quixbugs`` judges; pytest calls them by name.
"""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from importlib import import_module
from typing import TYPE_CHECKING, Any

from winnow.mend import vary
from winnow.proof.agent.behaviour import outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

PROGRAMS, CORRECT = "python_programs", "correct_python_programs"
"""The packages of the judged program and of the correct one; in both, a module has a function of its own name."""
INPUTS = 60
"""Inputs for each test: its own, and others like them."""
LIMIT, PATIENT = 0.06, 0.6
"""Seconds that the correct program may compute for one of them, and the one that is judged."""

_seen: list[tuple[Any, ...]] = []


def pytest_runtest_setup(item: pytest.Function) -> None:
    """Note what the test gives to the program."""
    _seen.clear()
    for name in _programs(item):
        setattr(item.module, name, _noting(getattr(item.module, name)))


def pytest_runtest_teardown(item: pytest.Function) -> None:
    """Fail the test where the two programs differ on an input for which the correct one works."""
    for name in _programs(item):
        judged, correct = (getattr(import_module(f"{package}.{name}"), name) for package in (PROGRAMS, CORRECT))
        for arguments in vary(_seen, INPUTS):
            wanted = outcome_of(correct, arguments, LIMIT)
            if not wanted.startswith("!") and outcome_of(judged, arguments, PATIENT) != wanted:
                raise AssertionError(f"{name}{arguments} should come to {wanted}")


def _programs(item: pytest.Function) -> list[str]:
    """The names by which a test calls judged programs."""
    modules = {name: str(getattr(value, "__module__", "")) for name, value in vars(item.module).items()}
    return [name for name, module in modules.items() if module == f"{PROGRAMS}.{name}"]


def _noting(function: Callable[..., Any]) -> Callable[..., Any]:
    def noting(*arguments: Any) -> Any:
        with suppress(Exception):  # what cannot be copied is not varied
            _seen.append(deepcopy(arguments))
        return function(*arguments)

    noting.__module__ = function.__module__
    return noting
