"""Where an OpenAI-compatible endpoint is, and with which key and model, by the settings and the environment."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from winnow.llm.provider import EndpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.settings import Settings

OPENAI = "https://api.openai.com/v1"
NO_KEY = "no-key-needed"
_SHORTEST_TIMEOUT = 1.0
_OLLAMA_PORT = 11434


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint. The key is in no representation of it, so that it ends in no log."""

    url: str
    key: str = field(repr=False)
    key_variable: str
    model: str
    timeout: float
    repair_timeout: float

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str]) -> Endpoint:
        """The endpoint that the settings name, else the environment, else OpenAI's own."""
        url = (settings.base_url or environment.get("OPENAI_BASE_URL", "")).strip().rstrip("/") or OPENAI
        if not _is_address(url):
            raise EndpointError(
                f"{_shown(url)} is no address of an endpoint: set winnow.openai.baseUrl to one such as "
                "http://127.0.0.1:11434/v1."
            )
        return cls(
            url=url,
            key=environment.get(settings.api_key_variable, "").strip(),
            key_variable=settings.api_key_variable,
            model=(settings.model or environment.get("OPENAI_MODEL", "")).strip(),
            timeout=settings.request_timeout or _SHORTEST_TIMEOUT,
            repair_timeout=max(settings.request_timeout or _SHORTEST_TIMEOUT, settings.repair_seconds),
        )

    @property
    def shown(self) -> str:
        """The address as a person may see it: without a user or a password in it."""
        return _shown(self.url)

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own, which needs a key and a model's name."""
        return urlsplit(self.url).hostname == "api.openai.com"

    @property
    def is_ollama(self) -> bool:
        """Whether it is Ollama, which puts a raw prompt into a template of its own but takes a suffix."""
        return urlsplit(self.url).port == _OLLAMA_PORT

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where proxies have no place."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def root(self) -> str:
        """The address without its version, where llama.cpp has ``/infill``."""
        return self.url.removesuffix("/v1")


def _is_address(url: str) -> bool:
    """Whether a request could be sent there: an example's ``:PORT``, copied as it stands, is no port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _shown(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
