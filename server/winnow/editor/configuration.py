"""Settings as the editor sends them: with ``initialize``, when asked, or when they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from winnow import opening
from winnow.editor import rehearsal
from winnow.settings import Settings, dotted

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


async def choose(server: WinnowServer, key: str, value: object) -> None:
    """What the person chose by a command: it holds until the editor's own setting of that key changes."""
    server.chosen = {**server.chosen, key: value}
    await settle(server)


async def apply(server: WinnowServer, given: Mapping[str, object]) -> None:
    """Take in what the editor sent; what is wrong with it is told, and left as it was."""
    sent_now = dotted(given)
    before = server.configured
    server.chosen = {
        key: value for key, value in server.chosen.items() if sent_now.get(key, before.get(key)) == before.get(key)
    }
    server.configured = {**before, **sent_now}
    await settle(server)


def merged(server: WinnowServer) -> tuple[Settings, tuple[str, ...]]:
    """The defaults, with what the editor sent over them, and what the person chose over that."""
    configured, problems = Settings().merge(server.configured)
    chosen, more = configured.merge(server.chosen)
    paused = tuple(map(server.names.inside_path, chosen.paused_folders))
    return replace(chosen, paused_folders=paused), (*problems, *more)


async def settle(server: WinnowServer) -> None:
    """Work with the settings as they are now."""
    settings, problems = merged(server)
    for problem in set(problems) - server.told:
        server.client.say(problem)
    server.told = frozenset(problems)
    await opening.reconfigure(server.session, settings)
    server.client.quiet = ""  # why there was silence until now, as in a pause that is over
    server.client.status()
    for uri in server.session.workspace.snapshot.documents:
        rehearsal.schedule(server, uri)


def sent(value: Any) -> Mapping[str, object]:
    """What an editor sent, as a mapping of our keys: some wrap it in ``winnow`` or ``settings``, some do not."""
    plain = _plain(value)
    if not isinstance(plain, Mapping):
        return {}
    plain = {key: each for key, each in plain.items() if key != "showsAnswers"}
    for wrapper in ("settings", SECTION):
        inner = plain.get(wrapper)
        if isinstance(inner, Mapping):
            plain = inner
        elif inner == []:
            plain = {}  # an editor written in Lua sends an empty table as a list
    return cast("Mapping[str, object]", plain)


def shows_answers(value: Any) -> bool:
    """Whether an editor said (``showsAnswers``) that it shows what a command answers; most drop it."""
    plain = _plain(value)
    return isinstance(plain, Mapping) and plain.get("showsAnswers") is True


def _plain(value: Any) -> Any:
    """Free-form JSON reaches us as named tuples; make dictionaries of them again."""
    if hasattr(value, "_asdict"):
        return {key: _plain(each) for key, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
