"""What `make demo` plays: it ends with 0 where each of its scenes happened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_scene_of_the_demo_happens() -> None:
    played = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stdout
