"""Settings as the editor sends them: with ``initialize``, when asked, or when they change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from winnow import opening
from winnow.editor import rehearsal

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer

SECTION = "winnow"


def register(server: WinnowServer) -> None:
    """Follow changes of the settings while the server runs."""

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(parameters: types.DidChangeConfigurationParams) -> None:
        given = sent(parameters.settings)
        if given:
            await apply(server, given)
        else:
            await pull(server)


async def pull(server: WinnowServer) -> None:
    """Ask the editor for the settings, where it can be asked."""
    capabilities = server.client_capabilities.workspace
    if not (capabilities and capabilities.configuration):
        return
    item = types.ConfigurationItem(section=SECTION)
    answers = await server.workspace_configuration_async(types.ConfigurationParams(items=[item]))
    if answers:
        await apply(server, sent(answers[0]))


async def apply(server: WinnowServer, given: Mapping[str, object]) -> None:
    """Lay what the editor sent over what holds now; what is wrong with it is told, and left as it was."""
    settings, problems = server.session.settings.merge(given)
    for problem in problems:
        server.client.say(problem)
    await opening.reconfigure(server.session, settings)
    server.client.status()
    for uri in server.session.workspace.snapshot.documents:
        rehearsal.schedule(server, uri)


def sent(value: Any) -> Mapping[str, object]:
    """What an editor sent, as a mapping of our keys: some wrap it in ``winnow`` or ``settings``, some do not."""
    plain = _plain(value)
    if not isinstance(plain, Mapping):
        return {}
    for wrapper in ("settings", SECTION):
        inner = plain.get(wrapper)
        if isinstance(inner, Mapping):
            plain = inner
    return cast("Mapping[str, object]", plain)


def _plain(value: Any) -> Any:
    """Free-form JSON reaches us as named tuples; make dictionaries of them again."""
    if hasattr(value, "_asdict"):
        return {key: _plain(each) for key, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
