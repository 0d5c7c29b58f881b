"""A name that came while the editor was open is no invention: a new file of the project, a package just installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from winnow.proof.installed import site_packages
from winnow.proof.naming import Naming

CODE = "import sys\n"


@pytest.fixture
def python(tmp_path: Path) -> str:
    """The interpreter of an empty environment."""
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    (environment / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (environment / "lib" / version / "site-packages").mkdir(parents=True)
    return str(environment / "bin" / "python")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / "stock.py").write_text(CODE)
    return folder


async def said(naming: Naming, python: str, code: Path, module: str) -> tuple[str, ...]:
    path = str(code)
    return await naming.unknown(python, {path: CODE}, {path: f"import {module}\n{CODE}"})


@pytest.mark.parametrize("new", ["prices.py", "src/prices.py", "prices/__init__.py", "tests/prices.py"])
async def test_a_module_that_was_made_since_is_known(python: str, folder: Path, new: str) -> None:
    naming = Naming(str(folder))
    code = folder / ("tests/test_stock.py" if new.startswith("tests/") else "stock.py")
    (sentence,) = await said(naming, python, code, "prices")
    assert sentence.startswith("module `prices` cannot be found")
    (folder / new).parent.mkdir(exist_ok=True)
    (folder / new).write_text("PRICE = 3\n")
    assert await said(naming, python, code, "prices") == ()
    assert await said(naming, python, code, "prizes")


async def test_a_module_that_was_opened_and_never_saved_is_known(python: str, folder: Path) -> None:
    naming, path = Naming(str(folder)), str(folder / "stock.py")
    unsaved = {str(folder / "deep" / "prices.py"): "PRICE = 3\n", path: f"import prices\n{CODE}"}
    assert await naming.unknown(python, {path: CODE}, {path: f"import sys, os\n{CODE}"}) == ()
    assert await naming.unknown(python, {**unsaved, path: CODE}, unsaved) == ()


async def test_a_package_that_is_installed_later_is_known_then(python: str, folder: Path) -> None:
    naming = Naming(str(folder))
    code = folder / "stock.py"
    assert await said(naming, python, code, "rates") == ("module `rates` cannot be found",)
    (packages,) = site_packages(python)
    (packages / "rates.py").write_text("RATE = 2\n")
    os.utime(packages, ns=(1, 1))  # a clock of whole seconds would not show what came within one
    assert await said(naming, python, code, "rates") == ()
    path = str(code)
    found = await naming.unknown(python, {path: CODE}, {path: f"import rates\nx = rates.RAAT\n{CODE}"})
    assert found == ("`rates` has no member `RAAT` (did you mean `RATE`?)",)
