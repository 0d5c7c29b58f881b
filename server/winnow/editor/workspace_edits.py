"""Edits of the workspace in the form that the editor takes: of versions and of new files, where it knows these."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.editor.server import WinnowServer


def workspace_edit(
    server: WinnowServer,
    changes: Sequence[types.TextDocumentEdit],
    *,
    new: str = "",
    told: Mapping[str, types.ChangeAnnotation] | None = None,
) -> types.WorkspaceEdit:
    """Changes of documents as one edit.

    ``new`` is the editor's URI of a file to be made before; only for an editor that ``creates``. ``told`` are the
    annotations that the changes name; only for one that ``annotates``.
    """
    if not _takes_versions(server):
        plain = {each.text_document.uri: cast("list[types.TextEdit]", each.edits) for each in changes}
        return types.WorkspaceEdit(changes=plain)  # whoever knows no versions knows no annotations either
    made = [types.CreateFile(uri=new, options=types.CreateFileOptions(ignore_if_exists=True))] if new else []
    return types.WorkspaceEdit(document_changes=[*made, *changes], change_annotations=dict(told) if told else None)


def identified(server: WinnowServer, uri: str, version: int | None) -> types.OptionalVersionedTextDocumentIdentifier:
    """A document as the editor spells it; no version where it is closed."""
    return types.OptionalVersionedTextDocumentIdentifier(uri=server.names.outside(uri), version=version)


def annotates(server: WinnowServer) -> bool:
    """Whether the editor can tell what an edit of several files is for, beside its preview."""
    edits = _capabilities(server)
    return bool(edits and edits.document_changes and edits.change_annotation_support)


def creates(server: WinnowServer) -> bool:
    """Whether the editor makes a new file as part of an edit."""
    edits = _capabilities(server)
    known = (edits.resource_operations or ()) if edits and edits.document_changes else ()
    return types.ResourceOperationKind.Create in known


def _takes_versions(server: WinnowServer) -> bool:
    edits = _capabilities(server)
    return bool(edits and edits.document_changes)


def _capabilities(server: WinnowServer) -> types.WorkspaceEditClientCapabilities | None:
    workspace = server.client_capabilities.workspace
    return workspace.workspace_edit if workspace else None
