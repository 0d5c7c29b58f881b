"""Choose the provider that the settings ask for. Each is imported only when it is chosen: start-up stays fast."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.llm.provider import unmetered
from winnow.llm.replay import ReplayProvider
from winnow.llm.routes import Route, RoutedProvider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.llm.provider import Meter, Provider
    from winnow.settings import Settings


def open_provider(
    settings: Settings, environment: Mapping[str, str], chosen: str = "", *, meter: Meter = unmetered
) -> Provider:
    """The provider of the settings. Nothing is asked of the network, and no model is loaded yet.

    ``auto`` takes what the settings name, an endpoint before a model file; else the model file ``chosen`` by
    ``winnow model use``; else the endpoint of the environment; else the embedded engine.
    Models named for a purpose or a language are asked for that, beside an endpoint or a model file.
    ``meter`` is told what each request took. Raises EndpointError when the settings cannot be followed.
    """
    file = settings.local_model.strip() or chosen
    choice = _by_itself(settings, environment, file) if settings.provider == "auto" else settings.provider
    if choice == "openai":
        from winnow.llm.openai import OpenAIProvider  # noqa: PLC0415 - loaded only when it is chosen

        return _routed(OpenAIProvider(settings, environment, meter=meter), settings, environment, meter)
    if choice == "local":
        from winnow.llm.local import LocalProvider  # noqa: PLC0415 - loaded only when it is chosen

        return _routed(LocalProvider(settings, file, meter=meter), settings, environment, meter)
    if choice == "replay":
        return ReplayProvider(settings.replay_file)
    from winnow.llm.embedded import EmbeddedProvider  # noqa: PLC0415 - loads numpy, only when it is chosen

    return EmbeddedProvider()


def _routed(usual: Provider, settings: Settings, environment: Mapping[str, str], meter: Meter) -> Provider:
    """A provider with the other models that are asked at the endpoint for what the settings say."""
    from winnow.llm.openai import OpenAIProvider  # noqa: PLC0415 - loaded only when it is chosen

    routes = [Route.of(written) for written in settings.models]
    if not routes:
        return usual
    named = dict.fromkeys(route.model for route in routes)
    others = {model: OpenAIProvider(replace(settings, model=model), environment, meter=meter) for model in named}
    return RoutedProvider(usual, routes, others)


def _by_itself(settings: Settings, environment: Mapping[str, str], file: str) -> str:
    """Who is asked when nobody said: a person's own words count more than their environment."""
    if settings.base_url.strip() or settings.model.strip():
        return "openai"
    if file:
        return "local"
    if settings.models:
        return "openai"
    named = (environment.get(name, "") for name in ("OPENAI_BASE_URL", "OPENAI_MODEL", settings.api_key_variable))
    return "openai" if any(each.strip() for each in named) else "embedded"
