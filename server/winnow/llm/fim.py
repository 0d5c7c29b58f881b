"""Fill-in-the-middle prompts: how each family of code models wants to be given what stands around a hole.

The markers are those of the models' own cards (Bavarian et al. 2022 describe the technique); they are sent to
``/v1/completions`` as one raw prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BAR = "\uff5c"
"""DeepSeek's markers are written with full-width bars."""
_ENDS = ("<|endoftext|>", "<|im_end|>", "</s>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A family's prompt, with ``{prefix}`` and ``{suffix}`` to fill, and the markers that end its answer."""

    family: str
    names: str
    prompt: str
    stops: tuple[str, ...]

    def fill(self, prefix: str, suffix: str) -> str:
        """The raw prompt for one hole."""
        return self.prompt.replace("{suffix}", "\0", 1).replace("{prefix}", prefix, 1).replace("\0", suffix, 1)


TEMPLATES: tuple[Template, ...] = (
    Template(
        family="Qwen",
        names=r"qwen[\d.]*-?coder|codegemma",
        prompt="<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        stops=("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|file_sep|>", "<|repo_name|>"),
    ),
    Template(
        family="DeepSeek",
        names=r"deepseek-?coder",
        prompt=f"<{_BAR}fim▁begin{_BAR}>{{prefix}}<{_BAR}fim▁hole{_BAR}>{{suffix}}<{_BAR}fim▁end{_BAR}>",
        stops=(f"<{_BAR}fim▁begin{_BAR}>", f"<{_BAR}end▁of▁sentence{_BAR}>", "<|EOT|>"),
    ),
    Template(
        family="CodeLlama",
        names=r"code-?llama",
        prompt="<PRE> {prefix} <SUF>{suffix} <MID>",
        stops=("<EOT>", "<PRE>", "<SUF>", "<MID>"),
    ),
    Template(
        family="Codestral",
        names=r"codestral",
        prompt="[SUFFIX]{suffix}[PREFIX]{prefix}",
        stops=("[PREFIX]", "[SUFFIX]"),
    ),
    Template(
        family="Granite",
        names=r"granite-?[34]|granite.*\b[34]\.\d",
        prompt="<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        stops=("<|fim_prefix|>", "<|fim_pad|>", "<|end_of_text|>"),
    ),
    Template(
        family="StarCoder",
        names=r"star-?coder|granite-?(?:\d+b-)?code|granite.*code|codeqwen|stable-?code|refact",
        prompt="<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
        stops=("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<file_sep>"),
    ),
)


def template_of(model: str) -> Template | None:
    """The template of a model by its name, None for a model that is not known to fill in the middle."""
    name = re.sub(r"[_\s]+", "-", model.lower())
    return next((template for template in TEMPLATES if re.search(template.names, name)), None)


def trim_markers(text: str, template: Template) -> str:
    """The answer up to the first marker that a server let through."""
    found = [at for stop in (*template.stops, *_ENDS) if (at := text.find(stop)) >= 0]
    return text[: min(found)] if found else text
