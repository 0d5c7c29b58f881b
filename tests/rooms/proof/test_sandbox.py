from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from winnow.proof.agent import sandbox, sandbox_mounts, sandbox_probe, sandbox_wrap

if TYPE_CHECKING:
    from pathlib import Path

PLAY = """
import os, sys
from winnow.proof.agent import sandbox
{prepare}
child = os.fork()
if child == 0:
    try:
        means = sandbox.confine({{"project": {project!r}, "scratch": {scratch!r}, "keep_fds": (1, 2), **{more!r}}})
        print(means, flush=True)
        {code}
    except sandbox.Unconfined as error:
        print("Unconfined:", error, flush=True)
    os._exit(3)
status = os.waitpid(child, 0)[1]
print("signal", os.WTERMSIG(status)) if os.WIFSIGNALED(status) else print("exit", os.WEXITSTATUS(status))
"""
NOTHING = (
    "found = dict(sandbox.available(), namespaces=False, overlay=False, landlock=0); sandbox.available = lambda: found"
)


def play(folder: Path, code: str = "pass", prepare: str = "", **more: object) -> list[str]:
    """The lines that a process prints whose confined child runs the code."""
    for name in ("project", "scratch"):
        (folder / name).mkdir()
    text = PLAY.format(
        prepare=prepare, project=str(folder / "project"), scratch=str(folder / "scratch"), code=code, more=more
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=30, check=False)
    return (done.stdout + done.stderr).splitlines()


def test_the_means_used_are_those_that_the_machine_was_found_to_have(tmp_path: Path) -> None:
    asked = "import json; from winnow.proof.agent import sandbox; print(json.dumps(sandbox.available()))"
    found = json.loads(subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True).stdout)
    used = play(tmp_path)[0]
    for means in ("namespaces", "overlay", "landlock", "seccomp", "rlimits"):
        assert (means in used) == bool(found[means])
    assert bool(found["missing"]) == any(not found[m] for m in ("namespaces", "sockets", "landlock", "seccomp"))


@pytest.mark.parametrize(
    ("code", "last"), [("os._exit(7)", "exit 7"), ("import ctypes; ctypes.string_at(0)", "signal 11")]
)
def test_the_process_the_caller_waits_for_ends_as_the_confined_one(tmp_path: Path, code: str, last: str) -> None:
    assert play(tmp_path, code)[-1] == last


def test_where_strength_is_required_and_lacking_nothing_runs(tmp_path: Path) -> None:
    lines = play(tmp_path, "print('ran')", prepare=NOTHING, strength="strong")
    assert lines[0].startswith("Unconfined: ")
    assert "ran" not in lines


def test_what_is_available_suffices_unless_more_is_required(tmp_path: Path) -> None:
    assert play(tmp_path, "print('ran', flush=True)", prepare=NOTHING)[1] == "ran"


def test_processes_one_after_the_other_may_be_as_many_as_they_like(tmp_path: Path) -> None:
    code = "[os.waitpid(os.fork() or os._exit(0), 0) for n in range(700)]; print('all', flush=True)"
    assert play(tmp_path, code)[1] == "all"


def test_a_file_open_for_writing_is_written_in_the_private_view_only(tmp_path: Path) -> None:
    log = tmp_path / "project" / "log"
    prepare = f"file = open({str(log)!r}, 'a'); file.write('before'); file.flush()"
    play(tmp_path, "file.write('inside'); file.flush()", prepare=prepare)
    assert log.read_text() == "before"


def test_a_mount_that_fails_is_said_and_stops_the_run(tmp_path: Path) -> None:
    lines = play(tmp_path, "print('ran')", scratch=str(tmp_path / "nowhere"))
    assert lines[0].startswith("Unconfined: The sandbox could not be set up")


def test_a_machine_without_namespaces_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_probe, "_tried", lambda _: False)
    said = sandbox_probe.available.__wrapped__()
    assert said["namespaces"] is False
    assert any("namespaces are not allowed" in sentence for sentence in said["missing"])


def test_sockets_are_hidden_where_a_layer_lies_over_every_folder_that_may_have_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("run", "home", "home/work"):
        (tmp_path / name).mkdir()
    (tmp_path / "var-run").symlink_to(tmp_path / "run")
    monkeypatch.setattr(sandbox_mounts, "_SOCKET_FOLDERS", tuple(f"{tmp_path}/{n}" for n in ("run", "var-run", "none")))
    run, home, work = (str(tmp_path / name) for name in ("run", "home", "home/work"))
    assert sandbox_mounts.hides_sockets([run, home], home)
    assert sandbox_mounts.hides_sockets([str(tmp_path)], home)
    assert sandbox_mounts.hides_sockets([run], "/")  # a user without a home
    for layers in ([], [home], [run, work], [run + "/user"]):
        assert not sandbox_mounts.hides_sockets(layers, home)
    assert sandbox_mounts.would_hide_sockets(home)
    monkeypatch.setattr(sandbox_mounts, "_mount_points", lambda: ["/", work])
    assert not sandbox_mounts.would_hide_sockets(home)


def test_a_cold_command_is_wrapped_by_bubblewrap_where_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(sandbox_wrap, "_works", lambda _: True)
    spec = {"project": str(tmp_path), "scratch": str(tmp_path), "hide": (str(tmp_path),)}
    line = sandbox.wrap(["pytest"], spec)
    assert line[0] == "/usr/bin/bwrap"
    assert "--unshare-all" in line
    assert line[-1] == "pytest"
    monkeypatch.setattr(sandbox_wrap, "_works", lambda _: False)
    assert sandbox.wrap(["pytest"], spec) == ["pytest"]


def test_a_cold_command_on_macos_is_wrapped_with_its_paths_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("sys.platform", "darwin")
    odd = tmp_path / 'a "quoted" folder'
    odd.mkdir()
    line = sandbox.wrap(["pytest"], {"project": str(tmp_path), "scratch": str(odd)})
    assert line[:2] == ["sandbox-exec", "-p"]
    assert 'a \\"quoted\\" folder' in line[2]
