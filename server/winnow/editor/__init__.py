"""Speak LSP: one thin file per feature of the protocol. Only this room imports pygls and lsprotocol."""

from winnow.editor.server import serve_stdio, serve_tcp

__all__ = ["serve_stdio", "serve_tcp"]
