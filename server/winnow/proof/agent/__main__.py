"""Start the agent: ``python __main__.py FD [cold]``, with the folder under test as the working directory."""

import importlib.util
import os
import sys

PACKAGE = "_winnow_agent"
OLDEST = (3, 8)
TOO_OLD = 38
"""The exit status of an interpreter that cannot run the agent; no message could be sent."""


def start(descriptor: int, *, cold: bool) -> None:
    """Load the files beside this one as a package of a private name, so that no module of the user is shadowed."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[0] = os.getcwd()  # as ``python -m pytest`` has it
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    if spec is None or spec.loader is None:
        raise ImportError(here)
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    if cold:
        importlib.import_module(PACKAGE + ".cold").serve_once(descriptor)
    else:
        importlib.import_module(PACKAGE + ".parent").serve(descriptor)


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(TOO_OLD)
    start(int(sys.argv[1]), cold=sys.argv[2:] == ["cold"])
