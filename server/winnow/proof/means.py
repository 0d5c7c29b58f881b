"""By what means a folder's tests run: for ``winnow doctor`` and the log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """``ok`` says whether tests can run at all, ``says`` how or why not, ``notes`` what else is worth knowing."""

    ok: bool
    says: str
    notes: tuple[str, ...] = ()
    interpreter: str = ""
    python: str = ""
    runner: str = ""
    tests: int = 0
    sandbox: tuple[str, ...] = ()
    fast: bool = False
    slower_because: str = ""
