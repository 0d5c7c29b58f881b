"""Which model file was chosen for this machine, and whether a file is one that can be served."""

from __future__ import annotations

import importlib.util
from contextlib import suppress
from pathlib import Path

from winnow.llm.provider import EndpointError

_CHOICE = "model"
_MAGIC = b"GGUF"
_INSTALL = "pip install 'winnow-ls[local]'"


def check_model(file: str) -> Path:
    """The model file, made absolute. Raises EndpointError when it cannot be served, with what to do about it."""
    try:
        path = Path(file).expanduser().absolute()
        with path.open("rb") as opened:
            magic = opened.read(len(_MAGIC))
    except (OSError, RuntimeError, ValueError) as error:  # the last two: no such person's home, or no name of a file
        why = getattr(error, "strerror", None) or error
        raise EndpointError(f"{file} cannot be read ({why}): choose a model with `winnow model use FILE`.") from error
    if magic != _MAGIC:
        raise EndpointError(f"{path} is no GGUF model: choose one that llama.cpp can read.")
    if importlib.util.find_spec("xllamacpp") is None:
        raise EndpointError(f"A local model needs llama.cpp beside Winnow: {_INSTALL}")
    return path


def chosen_model(state: Path) -> str:
    """The file that ``winnow model use`` chose, empty when there is none."""
    try:
        return (state / _CHOICE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def choose_model(state: Path, file: str) -> None:
    """Remember a model file, wherever it is named from. Raises OSError when that cannot be written."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    (state / _CHOICE).write_text(f"{Path(file).expanduser().absolute()}\n", encoding="utf-8")


def forget_model(state: Path) -> None:
    """Choose no model any more."""
    with suppress(FileNotFoundError):
        (state / _CHOICE).unlink()
