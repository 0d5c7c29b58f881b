"""A failure becomes a fix worth accepting. Read ``story`` first: it is the whole search, from top to bottom.

``repair`` searches within the person's budget. What is proven and clear is kept with the test (``winnow.findings``);
what is proven and ambiguous is held back and kept there as a question: one input whose outcome the surviving fixes
disagree on, to be put to the person. Asking and keeping the answer as a
test is the editor's part.

``rungs/`` holds the ways to find candidates, cheapest first, a file each; ``trying`` asks the tests, ``choosing``
ranks what survives or finds it too different to choose, ``believing`` says whether enough speaks for it, ``offering``
decides, journals and keeps. What is not proven is shown by ``attempts`` alone, to a person who asks for it. ``remedy``
answers the diagnostics of other servers.
"""

from winnow.repair.attempts import attempts
from winnow.repair.explaining import explain, explain_fixes
from winnow.repair.hinting import hint
from winnow.repair.remedy import Diagnostic, remedy
from winnow.repair.story import repair

__all__ = ["Diagnostic", "attempts", "explain", "explain_fixes", "hint", "remedy", "repair"]
