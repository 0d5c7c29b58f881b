"""Find the Python that runs a folder's tests, without running anything of the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.settings import Settings

ENVIRONMENTS = (".venv", "venv", ".env", "env", ".pixi/envs/default")
WORKSPACE = "${workspaceFolder}"
"""How settings of VS Code name the folder."""
POETRY_SECONDS = 5.0


class NoTestsError(Exception):
    """Tests cannot run here; the message says why and what to do."""


def find_interpreter(folder: str, settings: Settings) -> str:
    """The path of the interpreter: the setting, the folder's environment, the active one, else PATH's ``python3``.

    Raises NoTestsError when the setting names nothing that can be started, or there is none at all.
    """
    if settings.interpreter:
        return _named(settings.interpreter, folder)
    active = [os.environ[name] for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    for environment in (*ENVIRONMENTS, *active):
        python = Path(folder, environment, "bin", "python")
        if python.is_file():
            return str(python)
    python3 = _poetry(folder) or shutil.which("python3") or shutil.which("python")
    if python3 is None:
        raise NoTestsError("No Python was found: set winnow.tests.interpreter to the one that runs your tests.")
    return python3


def _named(setting: str, folder: str) -> str:
    """The program that the setting names: a path, below the folder or absolute, or a command of PATH."""
    written = os.path.expandvars(setting.replace(WORKSPACE, folder))
    try:
        wanted = Path(folder, Path(written).expanduser())
        named = str(wanted) if wanted.is_file() else shutil.which(written)
    except (RuntimeError, ValueError):  # "~nobody", or what cannot be the name of a file
        named = None
    if named is None:
        raise NoTestsError(f"winnow.tests.interpreter names {setting}, which is no program here.")
    return named


def unstarted(python: str, error: OSError) -> str:
    """What to say where an interpreter that was found cannot be started."""
    return f"{python} cannot be started: {error}."


def _poetry(folder: str) -> str | None:
    """The environment that poetry keeps outside the folder."""
    poetry = shutil.which("poetry")
    if poetry is None or not Path(folder, "poetry.lock").is_file():
        return None
    command = [poetry, "env", "info", "--executable"]
    try:
        found = subprocess.run(  # noqa: S603 - the person's own poetry, with fixed words
            command, cwd=folder, capture_output=True, text=True, timeout=POETRY_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
