"""What a person can set, its default, and what it means: the one place where settings are declared.

Each field's metadata carries its key as an editor writes it (below ``winnow``) and its description.
``parse`` reads what the editor sends; the README's table is made from the same fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

EAGERNESS = ("quiet", "balanced", "eager")


def _setting(default: Any, key: str, says: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"key": key, "says": says, "choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a person can set. Durations are seconds."""

    trusted: bool = _setting(
        False, "trusted", "Whether Winnow may run this workspace's tests and code. Untrusted: nothing of it runs."
    )
    paused: bool = _setting(False, "paused", "Stay silent until this is false again; explicit requests are answered.")
    paused_languages: tuple[str, ...] = _setting(
        (), "pausedLanguages", "Languages to stay silent in, such as `python`; explicit requests are answered."
    )
    paused_folders: tuple[str, ...] = _setting(
        (), "pausedFolders", "Folders, by their whole path, to stay silent in; explicit requests are answered."
    )
    provider: str = _setting(
        "auto",
        "provider",
        "Who is asked: `auto` takes the endpoint or the model file that you named, else the embedded engine.",
        ("auto", "openai", "local", "embedded", "replay"),
    )
    base_url: str = _setting(
        "",
        "openai.baseUrl",
        "The endpoint, such as `http://127.0.0.1:11434/v1`. Empty: `OPENAI_BASE_URL`, else OpenAI.",
    )
    model: str = _setting(
        "",
        "openai.model",
        "The model for completions and fixes. "
        "Empty: `OPENAI_MODEL`, else the endpoint's first; of OpenAI's, a small one.",
    )
    models: tuple[str, ...] = _setting(
        (),
        "openai.models",
        "Other models at the endpoint, each with what it is for: a purpose (`fix=gpt-5`, `completion=...`), a language "
        "(`rust=...`) or both (`rust/fix=...`). The most particular is asked, a language before a purpose.",
    )
    api_key_variable: str = _setting(
        "OPENAI_API_KEY",
        "openai.apiKeyVariable",
        "The environment variable that holds the key; the key itself is never a setting.",
    )
    prompt_style: str = _setting(
        "auto",
        "openai.promptStyle",
        "How completions are asked for: `fim` (fill in the middle), `chat`, or `auto` by the model's name.",
        ("auto", "fim", "chat"),
    )
    request_timeout: float = _setting(
        20.0,
        "openai.timeout",
        "Seconds until a request to the endpoint is given up; one for a fix has as long as its search may take.",
    )
    prices: tuple[str, ...] = _setting(
        (),
        "openai.prices",
        "What a million tokens cost, as `MODEL=PROMPT/ANSWER` (such as `gpt-5-mini=0.25/2.00`), for the editor's "
        "Usage; `winnow usage` takes `--price`.",
    )
    local_model: str = _setting(
        "",
        "local.model",
        "A model file (GGUF) that Winnow serves itself. Empty: the one that `winnow model use FILE` chose.",
    )
    replay_file: str = _setting(
        "", "replay.file", "The recorded answers (JSON lines) that the `replay` provider gives."
    )
    eagerness: str = _setting(
        "balanced",
        "eagerness",
        "How readily suggestions appear by themselves. A request of yours is always answered.",
        EAGERNESS,
    )
    look_ahead: str = _setting(
        "free",
        "lookAhead",
        "Whether to ask for what comes next while a suggestion is on the screen: `free` where nobody pays for it.",
        ("free", "always", "never"),
    )
    cost_ratio: float = _setting(
        0.0,
        "gate.costRatio",
        "What a suggestion that you reject costs you, as a multiple of what `balanced` takes it to cost: above 1 fewer "
        "appear, below 1 more. 0: as `winnow.eagerness` says.",
    )
    sample: float = _setting(
        0.02,
        "gate.sample",
        "The share of unlikely suggestions that appears all the same, so that `winnow report` can tell what hiding "
        "them costs. 0: none.",
    )
    interpreter: str = _setting(
        "",
        "tests.interpreter",
        "The Python that runs your tests: a path, which may begin with `~` or the folder's own `${workspaceFolder}`, "
        "or a program's name. Empty: the workspace's own environment, found by itself.",
    )
    tests_in_background: bool = _setting(
        True, "tests.background", "Run the affected tests after every edit, on the text in the editor, saved or not."
    )
    test_arguments: tuple[str, ...] = _setting((), "tests.arguments", "Extra arguments for the test runner.")
    test_seconds: float = _setting(10.0, "tests.timeout", "Seconds after which a single test counts as unfinished.")
    patience: float = _setting(
        0.6,
        "tests.patience",
        "Seconds that a completion may wait for its tests before it is judged on what is known. Their first collection "
        "is waited for beside that.",
    )
    sandbox: str = _setting(
        "available",
        "sandbox.require",
        "`available`: the strongest confinement of this machine. `strong`: no namespaces or Landlock, no run.",
        ("available", "strong"),
    )
    repair_in_background: bool = _setting(
        True, "repair.background", "Look for a fix by itself when a failure has stood for a moment."
    )
    repair_seconds: float = _setting(
        20.0, "repair.seconds", "Seconds that one search for a fix may take, beside comparing what it found."
    )
    repair_rounds: int = _setting(
        2,
        "repair.rounds",
        "How often a model is asked about the likeliest function, told each time what it tried in vain; then about "
        "others. 0: never.",
    )
    repair_tokens: int = _setting(
        0, "repair.tokens", "Tokens that one search for a fix may spend on a model, as estimated. 0: any number."
    )
    syntax_precision: str = _setting(
        "high",
        "repair.syntaxPrecision",
        "How sure a repair of text that does not parse has to be before it is offered.",
        ("high", "medium", "any"),
    )
    repair_puts_back: bool = _setting(
        True,
        "repair.putBack",
        "Offer to put back what was changed since a test passed or since the last commit, listed after any other fix.",
    )
    freeze_tests: bool = _setting(
        True,
        "repair.freezeTests",
        "Never offer a fix that edits a test file. Off: its helpers and fixtures may be mended, a test itself never.",
    )

    def silent_in(self, language: str, path: str) -> bool:
        """Whether the person wants no suggestions by themselves in a file."""
        inside = any(Path(path).is_relative_to(folder) for folder in self.paused_folders)
        return self.paused or language in self.paused_languages or inside

    def merge(self, sent: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
        """These settings with what the editor sent laid over them, and a sentence for each thing wrong with it.

        ``sent`` may be nested (``{"openai": {"model": ...}}``) or dotted (``{"openai.model": ...}``).
        A value of the wrong kind is left as it was; an unknown key is named.
        """
        flat = dotted(sent)
        changed: dict[str, object] = {}
        problems: list[str] = []
        for each in fields(self):
            key = str(each.metadata["key"])
            if key not in flat:
                continue
            value = flat.pop(key)
            if value is None:
                continue
            fitting = _fit(value, getattr(self, each.name), each.metadata["choices"])
            if fitting is None:
                problems.append(
                    f"winnow.{key} cannot be {value!r}: {_wanted(getattr(self, each.name), each.metadata['choices'])}."
                )
            else:
                changed[each.name] = fitting
        problems += [f"winnow.{key} is not a setting of Winnow." for key in flat]
        return replace(self, **cast("dict[str, Any]", changed)), tuple(problems)


def dotted(tree: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """A tree of settings as one level of dotted keys."""
    flat: dict[str, object] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= dotted(cast("Mapping[str, object]", value), f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _fit(value: object, current: object, choices: tuple[str, ...]) -> object | None:
    """The value as the setting's type, or None when it does not fit."""
    match current:
        case bool():
            return value if isinstance(value, bool) else None
        case int() | float():
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                return None
            fitting = type(current)(value)
            return fitting if fitting == value else None  # half a round is none
        case tuple():
            words = isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)
            return tuple(cast("list[str]", value)) if words else None
        case _:
            return value if isinstance(value, str) and (not choices or value in choices) else None


def _wanted(current: object, choices: tuple[str, ...]) -> str:
    if choices:
        return "it is one of " + ", ".join(choices)
    kinds = {
        bool: "true or false",
        int: "a whole number of at least 0",
        float: "a number of at least 0",
        tuple: "a list of words",
        str: "text",
    }
    return "it is " + kinds[type(current)]
