"""The benchmark takes any project: sources below ``src``, options of its own, a suite that is not all green."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "proof.py"
FILES = {
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-x -rA --strict-markers"\n',
    "src/shop/__init__.py": "from shop.price import total\n",
    "src/shop/price.py": (
        "def total(prices, tax):\n    if tax < 0:\n        raise ValueError(tax)\n    return sum(prices) + tax\n"
    ),
    "tests/test_price.py": (
        "import pytest\nfrom shop import total\n\n\n@pytest.mark.parametrize('tax', [0, 1], ids=['a b', 'c::d'])\n"
        "def test_total(tax):\n    assert total([1, 2], tax) == 3 + tax\n\n\n"
        "def test_refused():\n    with pytest.raises(ValueError):\n        total([], -1)\n"
    ),
    "tests/test_broken.py": "import not_installed_anywhere\n",
    "tests/test_red.py": "def test_red():\n    assert False\n",
}


def test_it_agrees_with_cold_pytest_on_a_project_that_is_not_all_green(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    command = [sys.executable, str(BENCHMARK), str(project), "--python", sys.executable, "--edits", "4", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["agreement"], found["missed"]) == (1.0, 0), done.stderr
    assert found["selected_share"] > 0
    assert (project / "src/shop/price.py").read_text() == FILES["src/shop/price.py"]
