"""Speak LSP: one thin file per feature of the protocol. Only this room imports pygls and lsprotocol.

The door holds what must be quick; ``server`` behind it takes half a second to import.
"""

from winnow.editor.greeting import Greeting, greet

__all__ = ["Greeting", "greet"]
