"""Where the real editors of the tests come from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "editors"


def neovim(version: str) -> Path:
    """A Neovim of this version: one on the PATH, the package's own, or one installed for the tests.

    Fails where it could be installed and was not; skips where no way to install it is known.
    """
    beside = Path(sys.executable).parent / "nvim"
    known = [Path(found) for found in (shutil.which("nvim"), beside) if found and Path(found).exists()]
    for program in known:
        if _version(program).startswith(f"{version}."):
            return program
    installed = CACHE / f"neovim-{version}" / "nvim"
    if not installed.exists():
        if shutil.which("apt-get") is None:
            pytest.skip(f"Neovim {version} is not on the PATH, and there is no apt-get to get it with")
        made = subprocess.run(
            [ROOT / ".ci" / "editors", "neovim", installed.parent], capture_output=True, text=True, check=False
        )
        assert made.returncode == 0, f"Neovim {version} could not be installed:\n{made.stdout}{made.stderr}"
    assert _version(installed).startswith(f"{version}.")
    return installed


def _version(program: Path) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split(maxsplit=2)[1].removeprefix("v")
