"""Ask a model, and make its answer a candidate. A provider is one file that keeps the ``Provider`` protocol."""

from winnow.llm.embedded import EmbeddedProvider
from winnow.llm.gguf import choose_model, chosen_model, forget_model
from winnow.llm.opening import open_provider
from winnow.llm.overlaps import may_become
from winnow.llm.prompts import repair_length
from winnow.llm.provider import (
    SURE,
    Answer,
    Attempt,
    Brief,
    EndpointError,
    Health,
    Hear,
    Meter,
    Patch,
    Provider,
    unheard,
)
from winnow.llm.secrets import is_secret_file, redact
from winnow.llm.tidy import tidy
from winnow.llm.together import Together

__all__ = [
    "SURE",
    "Answer",
    "Attempt",
    "Brief",
    "EmbeddedProvider",
    "EndpointError",
    "Health",
    "Hear",
    "Meter",
    "Patch",
    "Provider",
    "Together",
    "choose_model",
    "chosen_model",
    "forget_model",
    "is_secret_file",
    "may_become",
    "open_provider",
    "redact",
    "repair_length",
    "tidy",
    "unheard",
]
