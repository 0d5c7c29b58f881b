"""What may have been meant is worked out beside the keyboard, however large the project is."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from winnow.facts import Document
from winnow.mend import Complaint, Kind
from winnow.repair.knowing import known_at
from winnow.session import Folder
from winnow.settings import Settings
from winnow.text import Text
from winnow.uris import uri_of
from winnow.workspace import Index

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ASKING = "from shop.cart import totl\n"


async def test_the_project_s_modules_are_named_beside_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "project" / "shop"
    package.mkdir(parents=True)
    (package / "cart.py").write_text("def total(x):\n    return x\n")
    here: list[bool] = []
    named = Folder.module

    def module(self: Folder, path: str) -> str:
        here.append(threading.current_thread() is threading.main_thread())
        return named(self, path)

    def installed() -> dict[str, str]:
        here.append(threading.current_thread() is threading.main_thread())
        return {"yaml": "PyYAML 6.0"}

    monkeypatch.setattr(Folder, "module", module)
    prover: Any = SimpleNamespace(installed=installed)
    folder = Folder(path=str(package.parent), prover=prover, settings=Settings())
    index = Index(tmp_path / "index")
    await index.build([folder.path], lambda _done, _total: None)
    session: Any = SimpleNamespace(index=index)
    uri = uri_of(str(package.parent / "asking.py"))
    document = Document(uri=uri, language="python", version=1, text=Text.of(ASKING))

    missing = Complaint(kind=Kind.MODULE, name="yml", start=0, end=0)
    assert {"shop.cart", "yaml", "json"} <= set((await known_at(missing, document, folder, session)).modules)
    lacking = Complaint(kind=Kind.MEMBER, name="totl", start=0, end=0)
    assert (await known_at(lacking, document, folder, session)).members == {"total"}
    assert here
    assert not any(here)
