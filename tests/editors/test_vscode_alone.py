"""Parts of the VS Code client that need no VS Code, tried by Node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.editors.installation import ROOT

CLIENT = ROOT / "client-vscode"
ALONE = Path(__file__).parent / "vscode" / "alone"


@pytest.mark.parametrize("part", ["turns", "client", "venv"])
def test_a_part_of_the_client_keeps_its_word(tmp_path: Path, part: str) -> None:
    bundler = CLIENT / "node_modules" / ".bin" / "esbuild"
    if not bundler.exists():
        pytest.skip("`npm ci` has not been run in client-vscode")
    bundle = ["--bundle", "--platform=node", "--format=cjs", "--external:vscode", f"--outdir={tmp_path}"]
    subprocess.run([bundler, CLIENT / "src" / f"{part}.ts", "--log-level=warning", *bundle], check=True)
    (tmp_path / "node_modules").mkdir()
    shutil.copy(ALONE / "vscode.cjs", tmp_path / "node_modules" / "vscode.js")
    shutil.copy(ALONE / f"{part}.test.cjs", tmp_path)
    ran = subprocess.run(
        ["node", "--test", f"{part}.test.cjs"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ran.returncode == 0, f"{ran.stdout}{ran.stderr}"
