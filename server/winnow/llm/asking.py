"""One request to an OpenAI-compatible endpoint: its path and body, and how the pieces that stream back are read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from winnow.facts import Usage
from winnow.llm.answers import block_is_closed, completion_of
from winnow.llm.fim import template_of, trim_markers
from winnow.llm.prompts import (
    BUDGET,
    LOOPBACK_BUDGET,
    LOOPBACK_REPAIR_BUDGET,
    REPAIR_BUDGET,
    around,
    chat_messages,
    fim_prompt,
    repair_messages,
)
from winnow.llm.provider import unheard
from winnow.llm.shape import shape_of, whole
from winnow.text import well_formed

if TYPE_CHECKING:
    from winnow.facts import Context, Origin
    from winnow.llm.endpoint import Endpoint
    from winnow.llm.fim import Template
    from winnow.llm.provider import Brief, Hear

Way = Literal["fim", "infill", "suffix", "chat"]
"""A raw FIM prompt, llama.cpp's ``/infill``, the ``suffix`` of ``/completions``, or a chat."""

_TOKENS = {"statement": 64, "paragraph": 160, "body": 256}
_REPAIR_TOKENS = 700
_THINKING_TOKENS = 2000
_THINKS = re.compile(r"\b(?:o\d|gpt-5|gpt-oss|qwq|magistral)\b|deepseek-?r1|reason|think", re.IGNORECASE)
_TAKES_EFFORT = re.compile(r"\b(?:o\d|gpt-5|gpt-oss)", re.IGNORECASE)
_CHARACTERS_A_TOKEN = 4
_LEAST_BUDGET = 2000
_NO_ROOM = re.compile(
    r"context (?:size|length|window)|too (?:long|many) .{0,20}tokens|prompt is too long", re.IGNORECASE
)
_DROPPABLE = (
    "stream_options",
    "logprobs",
    "top_logprobs",
    "n_probs",
    "temperature",
    "reasoning_effort",
    "stop",
    "cache_prompt",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request. ``read`` makes the answer of the text so far; ``end`` says where that is whole, None: not yet.

    ``hear`` is told the answer so far.
    """

    path: str
    purpose: str
    body: Mapping[str, Any]
    read: Callable[[str], str]
    end: Callable[[str], int | None]
    hear: Hear = unheard


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one event of a stream adds."""

    text: str = ""
    logprobs: tuple[float, ...] = ()
    finished: str = ""
    tokens: tuple[int, int] | None = None
    """Of the prompt and of the answer, where the event tells them."""


@dataclass(slots=True)
class Said:
    """What an endpoint has said so far."""

    text: str = ""
    logprobs: list[float] = field(default_factory=list)
    finished: str = ""
    tokens: tuple[int, int] | None = None
    events: int = 0

    def add(self, piece: Piece) -> None:
        """One event more."""
        self.events += 1
        self.text += piece.text
        self.logprobs += piece.logprobs
        self.finished = piece.finished or self.finished
        self.tokens = piece.tokens or self.tokens

    def usage(self, origin: Origin, ask: Ask, sent: object, seconds: float) -> Usage:
        """What it took; estimated where the endpoint did not come to tell."""
        prompt, answer = self.tokens or (len(str(sent)) // _CHARACTERS_A_TOKEN, len(self.text) // _CHARACTERS_A_TOKEN)
        return Usage(
            at=time.time(),
            origin=origin,
            purpose=ask.purpose,
            prompt=prompt,
            answer=answer,
            seconds=seconds,
            counted=self.tokens is not None,
        )


def prompt_of(body: Mapping[str, Any]) -> str:
    """Everything of a request that a model reads, for a person to look at."""
    said = [f"[{each['role']}]\n{each['content']}" for each in body.get("messages", ())]
    parts = ("input_prefix", "prompt", "suffix", "input_suffix")
    return "\n\n".join([*said, *(f"[{name}]\n{body[name]}" for name in parts if body.get(name))])


def way_of(style: str, endpoint: Endpoint, model: str, owner: str) -> Way:
    """How completions are asked for: by the person's word, else by the model's name and who serves it."""
    if style == "chat":
        return "chat"
    known = template_of(model) is not None
    if known and not endpoint.is_ollama:
        return "fim"
    if owner == "llamacpp":
        return "infill"
    return "suffix" if style == "fim" or (known and endpoint.is_ollama) else "chat"


def completion_ask(  # noqa: PLR0913, PLR0917 - what is asked, of whom, and who hears it
    way: Way, context: Context, endpoint: Endpoint, model: str, temperature: float, hear: Hear = unheard
) -> Ask:
    """The request for one completion."""
    shape = shape_of(context)
    code = around(context, LOOPBACK_BUDGET if endpoint.is_loopback else BUDGET)
    template = template_of(model)
    body: dict[str, Any] = {"model": model, "temperature": temperature, "stream": True}
    read: Callable[[str], str] = _identity
    path = "/completions"
    tokens = _TOKENS[shape.want]
    match way:
        case "chat":
            path = "/chat/completions"
            body |= _chat_options(endpoint, model, tokens)
            body["messages"] = chat_messages(code, context.moment.uri)
            read = _chat_reader(context.before)
        case "infill":
            path = endpoint.root + "/infill"
            body |= {"n_predict": tokens, "n_probs": 1, "prompt": "", "cache_prompt": True}
            body |= {"input_prefix": code.head + code.prefix, "input_suffix": code.suffix}
        case "suffix":
            body |= {"max_tokens": tokens, "prompt": code.head + code.prefix, "suffix": code.suffix}
        case "fim" if template is not None:
            body |= {"max_tokens": tokens, "logprobs": 1, "stop": list(template.stops)}
            body["prompt"] = fim_prompt(code, template)
            read = _marker_reader(template)
    if way != "infill":
        body["stream_options"] = {"include_usage": True}
    return Ask(path=path, purpose="completion", body=body, read=read, end=lambda text: whole(text, shape), hear=hear)


def repair_budget(endpoint: Endpoint) -> int:
    """Characters that a request for a repair may have, before the endpoint complains that they are too many."""
    return LOOPBACK_REPAIR_BUDGET if endpoint.is_loopback else REPAIR_BUDGET


def smaller(budget: int, complaint: str) -> int | None:
    """The characters to ask with after an endpoint complained that its context has no room for more.

    None when it complains about something else, or where less would say nothing any more.
    """
    less = budget * 3 // 4
    return less if less > _LEAST_BUDGET and _NO_ROOM.search(complaint) else None


def repair_ask(brief: Brief, endpoint: Endpoint, model: str, temperature: float, budget: int) -> Ask:
    """The request for one repair: always a chat, as it needs to be explained."""
    body: dict[str, Any] = {"model": model, "temperature": temperature, "stream": True}
    body |= _chat_options(endpoint, model, _REPAIR_TOKENS + len(brief.source) // 2)
    body["messages"] = repair_messages(brief, budget)
    body["stream_options"] = {"include_usage": True}
    return Ask(path="/chat/completions", purpose="fix", body=body, read=_identity, end=_end_of_repair)


def adapted(body: Mapping[str, Any], complaint: str) -> Mapping[str, str] | None:
    """What to change in requests after an endpoint complained about a parameter: its new name, or "" to leave it out.

    None when the complaint is about none that could be spared.
    """
    other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
    for name in sorted(other, key=len, reverse=True):
        if name in body and re.search(rf"\b{name}\b", complaint, re.IGNORECASE):
            return {name: other[name]}
    for name in _DROPPABLE:
        if name in body and re.search(rf"\b{name}\b", complaint, re.IGNORECASE):
            return {name: "", "top_logprobs": ""} if name == "logprobs" else {name: ""}
    return None


def adapt(body: Mapping[str, Any], changes: Mapping[str, str]) -> dict[str, Any]:
    """A body with what was learned of the endpoint."""
    return {changes.get(name, name): value for name, value in body.items() if changes.get(name, name)}


def piece_of(event: object) -> Piece:
    """What an event of any of the kinds of stream adds. Raises ValueError when it is none of them."""
    if not isinstance(event, Mapping):
        raise ValueError("an event is an object")  # noqa: TRY004 - one kind of error for all garbage
    if "content" in event:
        return Piece(
            text=_text(event["content"]),
            logprobs=_numbers(event.get("completion_probabilities")),
            finished="stop" if event.get("stop") is True else "",
            tokens=_tokens(event.get("tokens_evaluated"), event.get("tokens_predicted")),
        )
    choices = event.get("choices")
    if not isinstance(choices, list):
        raise ValueError("an event has choices")  # noqa: TRY004 - the same
    told = event.get("usage")
    tokens = _tokens(told.get("prompt_tokens"), told.get("completion_tokens")) if isinstance(told, Mapping) else None
    if not choices or not isinstance(choices[0], Mapping):
        return Piece(tokens=tokens)
    choice = choices[0]
    delta = choice.get("delta")
    text = delta.get("content") if isinstance(delta, Mapping) else choice.get("text")
    given = choice.get("logprobs")
    given = given if isinstance(given, Mapping) else {}
    return Piece(
        text=_text(text),
        logprobs=_numbers(given.get("content") or given.get("token_logprobs")),
        finished=str(choice.get("finish_reason") or ""),
        tokens=tokens,
    )


def _chat_options(endpoint: Endpoint, model: str, tokens: int) -> dict[str, Any]:
    options: dict[str, Any] = {"logprobs": True}
    if _THINKS.search(model):
        tokens += _THINKING_TOKENS
    if _TAKES_EFFORT.search(model):
        options["reasoning_effort"] = "low"
    options["max_completion_tokens" if endpoint.is_openai else "max_tokens"] = tokens
    return options


def _chat_reader(before: str) -> Callable[[str], str]:
    return lambda text: completion_of(text, before)


def _marker_reader(template: Template) -> Callable[[str], str]:
    return lambda text: trim_markers(text, template)


def _identity(text: str) -> str:
    return text


def _end_of_repair(text: str) -> int | None:
    return len(text) if block_is_closed(text) else None


def _tokens(prompt: object, answer: object) -> tuple[int, int] | None:
    return (prompt, answer) if isinstance(prompt, int) and isinstance(answer, int) and answer else None


def _text(sent: object) -> str:
    """Text that can be sent and kept, unlike some that JSON may hold."""
    return well_formed(sent) if isinstance(sent, str) else ""


def _numbers(sent: object) -> tuple[float, ...]:
    """Log-probabilities, whichever way an endpoint writes them."""
    if not isinstance(sent, list):
        return ()
    values = [each.get("logprob") if isinstance(each, Mapping) else each for each in sent]
    return tuple(float(value) for value in values if isinstance(value, int | float))
