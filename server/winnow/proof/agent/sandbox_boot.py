"""Confine the collection of the tests: conftest, plugins and test files may write, but not to the user's tree.

This is a guard against accidents, not against an attack: what a candidate changes runs in children alone, each
confined by ``sandbox.confine``, and these need the right to set that up. While the tests are collected a layer lies
over the project, the home and the temporary folders; then it is taken off, so that what changes on the disk is seen,
and lies under the layers of the children, so that they find what was written.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

from . import sandbox_mounts as mounts
from . import sandbox_seccomp as seccomp
from .sandbox import Unconfined, keep_to, required, step_aside


class Boot:
    """One collection, confined from ``enter`` to ``leave``. Without namespaces the process stays confined."""

    def __init__(self, confinement: dict[str, Any]) -> None:
        self._wanted = {**confinement, "hide": ()}
        self._confinement = confinement
        self._layers: mounts.Layers = {}
        self._apart = False

    def enter(self) -> None:
        """Confine this process; with namespaces it is another one afterwards. Raises Unconfined."""
        found = required(self._wanted)
        try:
            self._apart = found["namespaces"]
            if self._apart:
                self._layers = step_aside(self._wanted, overlay=found["overlay"], again=True)
            elif found["landlock"]:
                keep_to([self._wanted["scratch"]], ())
            if not self._apart and found["seccomp"] and not self._wanted["network"]:
                seccomp.filter_calls(network=False)
        except OSError as error:
            raise Unconfined("The tests could not be collected in a sandbox: %s." % error) from error
        if found["landlock"] and not self._layers:
            os.environ["TMPDIR"] = tempfile.tempdir = self._wanted["scratch"]

    def leave(self) -> dict[str, Any]:
        """See the disk as it is again; how children are to be confined from now on. Raises OSError."""
        if not self._apart:
            return self._confinement
        here = os.getcwd()
        under = mounts.uncover(self._wanted["scratch"], self._layers)
        os.chdir(here)
        return {**self._confinement, "under": under}
