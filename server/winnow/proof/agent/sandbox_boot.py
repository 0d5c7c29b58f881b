"""Confine the collection of the tests: conftest, plugins and test files may write, but not to the user's tree.

What a candidate changes runs in children alone, each confined by ``sandbox.confine``; the process that collects is
held less tightly, as it forks them and they need the right to step aside once more. While the tests are collected a
layer lies over the project, the home and the temporary folders; then it is taken off, so that what changes on the disk
is seen, and lies under the layers of the children, so that they find what was written. A process that waits beside
takes it off: the one that collects has given up the right to.
"""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

from . import sandbox_kernel as kernel
from . import sandbox_limits as limits
from . import sandbox_mounts as mounts
from . import sandbox_seccomp as seccomp
from .process import die_with_parent
from .sandbox import Unconfined, keep_to, required, step_aside
from .sandbox_scratch import own


class Boot:
    """One collection, confined from ``enter`` to ``leave``. Without namespaces the process stays confined."""

    def __init__(self, confinement: dict[str, Any]) -> None:
        self._confinement = confinement
        self._apart = False
        self._layers: mounts.Layers = {}
        self._word, self._answer = -1, -1
        self._bounds: list[Any] = []

    def enter(self) -> None:
        """Confine this process; with namespaces it is another one afterwards. Raises Unconfined."""
        wanted = self._confinement
        found = required(wanted)
        try:
            self._apart = found["namespaces"]
            if not self._apart:
                wanted = self._confinement = {**wanted, "scratch": own(wanted["scratch"])}
            if self._apart:
                self._layers = step_aside(wanted, overlay=found["overlay"], again=True)
                self._leave_behind(self._layers)
                kernel.drop_capabilities(kernel.KEPT_CAPABILITIES | kernel.MAP_ROOT)
            elif found["landlock"]:
                keep_to([wanted["scratch"]], wanted["hide"])
            if found["seccomp"]:
                self._filter(wanted)
        except OSError as error:
            raise Unconfined("The tests could not be collected in a sandbox: %s." % error) from error
        os.environ["WINNOW_SCRATCH"] = wanted["scratch"]
        if found["landlock"] and not self._layers:
            os.environ["TMPDIR"] = tempfile.tempdir = wanted["scratch"]
        self._bounds = limits.bound(wanted)

    def leave(self) -> dict[str, Any]:
        """See the disk as it is again; how children are to be confined from now on. Raises OSError."""
        limits.unbound(self._bounds)
        if not self._apart:
            return self._confinement
        here = os.getcwd()
        os.close(self._word)
        with open(self._answer, encoding="utf-8") as answer:
            under = answer.read()
        os.chdir(here)
        if not under:
            raise OSError("what was written while the tests were collected could not be set aside")
        return {**self._confinement, "under": json.loads(under)}

    def leaves_files(self) -> str:
        """Why forks would not find what was written by now as it is, or not for themselves alone; to be asked inside.

        Without layers the children share it, or it goes with this process's own scratch folder.
        """
        scratch = self._confinement["scratch"]
        written = not self._layers and os.path.isdir(scratch) and os.listdir(scratch)
        return "importing the tests leaves temporary files" if written else ""

    def _filter(self, wanted: dict[str, Any]) -> None:
        """Keep to the sockets of this process's own; children still have to make namespaces where there are any."""
        if not self._apart:
            seccomp.filter_calls(network=wanted["network"], local=False)
        elif not mounts.hides_sockets(self._layers, wanted["home"]):
            seccomp.refuse_local_sockets()

    def _leave_behind(self, layers: mounts.Layers) -> None:
        """Fork who will take the layers off when it hears that the other end of a pipe was closed."""
        hearing, self._word = os.pipe()
        self._answer, saying = os.pipe()
        if os.fork():
            os.close(hearing)
            os.close(saying)
            return
        try:
            die_with_parent()
            os.close(self._word)
            os.read(hearing, 1)
            hidden = self._confinement["hide"]
            os.write(saying, json.dumps(mounts.uncover(self._confinement["scratch"], layers, hidden)).encode())
        finally:
            os._exit(0)
