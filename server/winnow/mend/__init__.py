"""Mend: say where a fault may be, propose small edits that may repair it, tell a fix from a trick.

Pure computation on texts and test results; whoever asks runs the tests. ``locate`` gives suspects, ``propose``
walks small syntax-tree edits likeliest first, ``objections`` names what speaks against a change that passes,
``doubts`` what does where only few tests speak for it,
``rank`` and ``alike`` put survivors in order, ``is_clear`` finds them too different, ``vary`` makes the inputs
to compare them on, ``choose`` says which of several programs that nobody wrote by hand is most probably right,
``syntax_fixes`` repairs text that does not parse, ``read`` and ``remedies`` answer what another tool complains of.
A kind of edit is one file in ``edits/``.
"""

from winnow.mend.choose import Behaviour, Choice, Specification, choose, specify
from winnow.mend.complaints import Complaint, Kind, read
from winnow.mend.doubts import doubts
from winnow.mend.locate import Suspect, function_at, locate
from winnow.mend.objections import objections
from winnow.mend.proposal import Proposal
from winnow.mend.rank import alike, belief, is_clear, rank
from winnow.mend.remedies import Known, remedies
from winnow.mend.search import propose
from winnow.mend.syntax import syntax_error, syntax_fixes
from winnow.mend.unit import brief
from winnow.mend.vary import vary

__all__ = [
    "Behaviour",
    "Choice",
    "Complaint",
    "Kind",
    "Known",
    "Proposal",
    "Specification",
    "Suspect",
    "alike",
    "belief",
    "brief",
    "choose",
    "doubts",
    "function_at",
    "is_clear",
    "locate",
    "objections",
    "propose",
    "rank",
    "read",
    "remedies",
    "specify",
    "syntax_error",
    "syntax_fixes",
    "vary",
]
