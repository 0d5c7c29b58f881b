"""Choose the provider that the settings ask for. Each is imported only when it is chosen: start-up stays fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.llm.replay import ReplayProvider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.llm.provider import Provider
    from winnow.settings import Settings


def open_provider(settings: Settings, environment: Mapping[str, str]) -> Provider:
    """The provider of the settings; ``auto`` takes the endpoint when anything names one, else the embedded engine.

    Nothing is asked of the network. Raises EndpointError when the settings cannot be followed.
    """
    choice = settings.provider
    if choice == "auto":
        choice = "openai" if _names_an_endpoint(settings, environment) else "embedded"
    if choice == "openai":
        from winnow.llm.openai import OpenAIProvider  # noqa: PLC0415 - loaded only when it is chosen

        return OpenAIProvider(settings, environment)
    if choice == "replay":
        return ReplayProvider(settings.replay_file)
    from winnow.llm.embedded import EmbeddedProvider  # noqa: PLC0415 - loads numpy, only when it is chosen

    return EmbeddedProvider()


def _names_an_endpoint(settings: Settings, environment: Mapping[str, str]) -> bool:
    named = (
        settings.base_url,
        settings.model,
        environment.get("OPENAI_BASE_URL"),
        environment.get("OPENAI_MODEL"),
        environment.get(settings.api_key_variable),
    )
    return any(each and each.strip() for each in named)
