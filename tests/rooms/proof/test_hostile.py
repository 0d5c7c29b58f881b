"""Nothing that a candidate does reaches outside, and each attempt comes back with its reason.

The kinds of harm are those of RedCode (Guo et al., 2024): deleting and writing files, reading secrets, sockets,
processes, exhausting the machine; and those against the runner itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import winnow.proof.agent
from winnow.proof.agent import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

AGENT = Path(winnow.proof.agent.__file__).parent
DRIVER = Path(__file__).with_name("hostile.py")
ROOT = os.geteuid() == 0
LEVELS = ["strongest", "landlock", *(["nobody"] if ROOT else [])]


@dataclass(frozen=True)
class Attack:
    """Code, and how it may come back: ``raised`` names the errors that count as a refusal."""

    code: str
    results: tuple[str, ...] = ("raised",)
    why: tuple[str, ...] = ()


CONNECT = "import socket; s = socket.socket(socket.{0}, socket.{1}); s.settimeout(1); "
REFUSED = ("PermissionError", "ConnectionRefusedError", "FileNotFoundError", "OSError", "ProcessLookupError")
ATTACKS = {
    "deletes the project": Attack("import shutil; shutil.rmtree(project)", ("raised", "returned"), REFUSED),
    "overwrites a source": Attack("open('mod.py', 'w').write('x')", ("raised", "returned"), REFUSED),
    "truncates a source": Attack("import os; os.truncate('mod.py', 0)", ("raised", "returned"), REFUSED),
    "writes elsewhere": Attack("open(outside + '/victim', 'w').write('x')", ("raised", "returned"), REFUSED),
    "writes to the system": Attack("open('/etc/winnow-was-here', 'w').write('x')", why=REFUSED),
    "writes by a shell": Attack(
        "import subprocess; subprocess.run(['/bin/sh', '-c', 'echo x > ' + outside + '/victim'], check=True)",
        ("raised", "returned"),
        ("CalledProcessError",),
    ),
    "reads a private key": Attack("raise KeyError(open(home + '/.ssh/id_rsa').read())", why=REFUSED),
    "reads the password file": Attack(
        "import sys; text = open('/etc/shadow').read(); text and sys.exit('LEAK')", ("raised", "returned"), REFUSED
    ),
    "reads the runner's environment": Attack("raise KeyError(open('/proc/%d/environ' % parent).read())", why=REFUSED),
    "opens a disk": Attack("[open('/dev/' + d) for d in ('vda', 'sda', 'nvme0n1', 'mem')]", why=REFUSED),
    "asks the kernel to reboot": Attack("open('/proc/sysrq-trigger', 'w')", why=REFUSED),
    "uncovers what is hidden": Attack(
        "import ctypes; c = ctypes.CDLL(None); assert c.umount2(project.encode(), 2) == 0", why=("AssertionError",)
    ),
    "makes new namespaces": Attack(
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0", why=("AssertionError",)
    ),
    "connects to the host": Attack(CONNECT.format("AF_INET", "SOCK_STREAM") + "s.connect(('127.0.0.1', tcp))"),
    "connects to the world": Attack(CONNECT.format("AF_INET", "SOCK_STREAM") + "s.connect(('192.0.2.1', 80))"),
    "sends a datagram": Attack(
        CONNECT.format("AF_INET", "SOCK_DGRAM") + "s.sendto(b'x', ('127.0.0.1', udp))", ("raised", "returned"), REFUSED
    ),
    "connects to an abstract socket": Attack(CONNECT.format("AF_UNIX", "SOCK_STREAM") + "s.connect(abstract)"),
    "kills the runner": Attack("import os; os.kill(parent, 9)", why=REFUSED),
    "kills its group": Attack("import os; os.kill(0, 9)", ("raised", "unfinished", "returned")),
    "traces the runner": Attack(
        "import ctypes; assert ctypes.CDLL(None).ptrace(16, parent, 0, 0) == 0", why=("AssertionError",)
    ),
    "forks without end": Attack(
        "import os, time\nfor n in range(1500):\n    os.fork() or (time.sleep(3), os._exit(0))",
        why=("BlockingIOError", "OSError"),
    ),
    "takes all memory": Attack("x = bytearray(3 << 30)", why=("MemoryError",)),
    "fills the disk": Attack(
        "import os\nfor n in range(100):\n    open(os.environ['TMPDIR'] + '/%d' % n, 'wb').write(bytes(1 << 20))",
        ("raised", "returned"),
        ("OSError",),
    ),
    "writes one huge file": Attack(
        "import os, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "with open(os.environ['TMPDIR'] + '/big', 'wb') as f:\n    f.truncate(1 << 30)",
        why=("OSError",),
    ),
    "never ends": Attack("while True: pass", ("unfinished",), ("signal 9", "signal 24", "over its time")),
    "sleeps": Attack("import time; time.sleep(60)", ("unfinished",), ("over its time",)),
    "leaves a daemon": Attack(
        "import subprocess\n"
        "subprocess.Popen(['/bin/sh', '-c', 'sleep 60; : ' + token], start_new_session=True)\n"
        "import time; time.sleep(0.1)",
        ("returned", "raised"),
    ),
    "exits as if all were well": Attack("import os; os._exit(0)", ("unfinished",), ("exit 0",)),
    "crashes": Attack("import ctypes; ctypes.string_at(0)", ("unfinished",), ("signal 11",)),
    "writes to another's pipe": Attack("import os; os.write(far_end, b'passed')", why=("OSError",)),
}
SOCKETS = {
    "connects to a socket file": CONNECT.format("AF_UNIX", "SOCK_STREAM") + "s.connect(outside + '/socket')",
    "connects to a name": CONNECT.format("AF_UNIX", "SOCK_STREAM") + "s.connect(abstract)",
    "sends a datagram": CONNECT.format("AF_UNIX", "SOCK_DGRAM") + "s.sendto(b'x', outside + '/log')",
    "sends from a pair": "import socket; s, t = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM);"
    " s.sendto(b'x', outside + '/log')",
    "connects one of a pair": "import socket; s, t = socket.socketpair(socket.AF_UNIX, socket.SOCK_RAW);"
    " s.connect(outside + '/log'); s.send(b'x')",
    "asks the kernel with bits that it drops": "import ctypes, platform, socket\n"
    "number = {'x86_64': 41, 'aarch64': 198}[platform.machine()]\n"
    "made = ctypes.CDLL(None).syscall(number, ctypes.c_long(1 | 1 << 32), ctypes.c_long(1), 0)\n"
    "socket.socket(fileno=made).connect(outside + '/socket')",
    "has a shell's program connect": "import subprocess, sys; subprocess.run([sys.executable, '-c',"
    " 'import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])', outside + '/socket'], check=True)",
    "listens for another program": "import socket; socket.socket(fileno=listening).accept()",
}
LOCAL = """
import asyncio, multiprocessing, socket, subprocess, sys
assert asyncio.run(asyncio.sleep(0, 'slept')) == 'slept'
for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK):
    one, other = socket.socketpair(socket.AF_UNIX, kind)
    one.send(b'x'); assert other.recv(1) == b'x'
one, other = multiprocessing.Pipe()
one.send('x'); assert other.recv() == 'x'
assert subprocess.run(['/bin/echo', 'x'], stdout=subprocess.PIPE, check=True).stdout == b'x\\n'
"""


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that another user can enter, which those that pytest makes do not allow."""
    with tempfile.TemporaryDirectory(prefix="winnow-hostile-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_inside_and_comes_back_with_its_reason(ground: Path, attack: str, level: str) -> None:
    said = play(ground, ATTACKS[attack].code, level)

    assert (ground / "project" / "mod.py").read_text() == "def f(): return 1\n"
    assert (ground / "outside" / "victim").read_text() == "whole"
    assert not Path("/etc/winnow-was-here").exists()
    assert list((ground / "scratch").iterdir()) == []
    assert said["reached"] == []
    assert said["left"] == []
    if attack == "forks without end" and level == "landlock" and ROOT:
        # root is exempt from the limit of processes, as `winnow doctor` says; what was started is ended all the same
        assert said["strays"] or said["result"] == "raised"
        return
    assert said["result"] in ATTACKS[attack].results, said
    why = str(said.get("why", ""))
    assert "SECRET" not in why
    assert "LEAK" not in why
    if said["result"] != "returned" and ATTACKS[attack].why:
        assert any(word in why for word in ATTACKS[attack].why), said


@pytest.mark.parametrize("level", ["landlock", "namespaces", "strongest"])
@pytest.mark.parametrize("way", SOCKETS)
def test_no_socket_of_another_program_is_reached(ground: Path, way: str, level: str) -> None:
    said = play(ground, SOCKETS[way], level)
    assert said["result"] == "raised", said
    assert said["reached"] == []


@pytest.mark.parametrize("level", ["landlock", "namespaces", "strongest"])
def test_what_only_this_process_and_its_own_hear_of_works_everywhere(ground: Path, level: str) -> None:
    said = play(ground, LOCAL, level)
    assert said["result"] == "returned", said


def test_a_socket_file_of_another_program_is_dead_in_the_private_view(ground: Path) -> None:
    code = CONNECT.format("AF_UNIX", "SOCK_STREAM") + "s.connect(outside + '/socket')"
    said = play(ground, code, "strongest")
    assert said["result"] == "raised"
    assert said["reached"] == []


def test_the_private_view_lets_tests_write_to_the_project_and_talk_on_their_own_loopback(ground: Path) -> None:
    code = """
import multiprocessing, os, pathlib, socket, tempfile
pathlib.Path('new').write_text('x'); os.rename('mod.py', 'moved.py'); assert 'return 1' in open('moved.py').read()
pathlib.Path(tempfile.mkdtemp(), 'file').write_text('x')
pathlib.Path(os.path.expanduser('~'), '.cache-of-tests').write_text('x')
server = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(server.getsockname(), 1)
server.accept()[0].sendall(b'hello'); assert client.recv(5) == b'hello'
multiprocessing.Lock().acquire()
os.open('/dev/null', os.O_RDWR); os.urandom(4)
"""
    said = play(ground, code, "strongest")
    assert said["result"] == "returned", said
    assert sorted(p.name for p in (ground / "project").iterdir()) == ["mod.py"]
    assert list((ground / "scratch").iterdir()) == []
    assert not (ground / "home" / ".cache-of-tests").exists()


@pytest.mark.skipif(not sandbox.available()["sockets"], reason="no layer hides the sockets of other programs here")
def test_the_private_view_lets_tests_make_sockets_of_their_own(ground: Path) -> None:
    code = """
import multiprocessing, socket
own = socket.socket(socket.AF_UNIX); own.bind('own'); own.listen()
client = socket.socket(socket.AF_UNIX); client.connect('own')
own.accept()[0].sendall(b'hello'); assert client.recv(5) == b'hello'
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
assert multiprocessing.Manager().list([1])[0] == 1
"""
    said = play(ground, code, "strongest")
    assert said["result"] == "returned", said


def play(folder: Path, code: str, level: str) -> dict[str, object]:
    """Run code as a hostile candidate with a project, a home with a secret, and a victim outside."""
    for name in ("project", "scratch", "outside", "home", "home/.ssh"):
        (folder / name).mkdir()
    (folder / "project" / "mod.py").write_text("def f(): return 1\n")
    (folder / "outside" / "victim").write_text("whole")
    (folder / "home" / ".ssh" / "id_rsa").write_text("SECRET")
    if level == "nobody":
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
    command = [sys.executable, "-S", str(DRIVER), str(AGENT), code, level]
    command += [str(folder / name) for name in ("project", "scratch", "outside")]
    environment = {"HOME": str(folder / "home"), "PATH": os.defpath}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer
