"""The pages of memory that a run writes to, copied ahead of the next run.

A forked process shares its memory until it writes to it, a page at a time, and each first write stops it for some
microseconds; pytest's own objects are some hundred pages, and a verdict of a few milliseconds feels that. Which they
are is seen in one run, and the children that wait copy them while nobody waits for them (Linux 5.14; elsewhere: not).
"""

from __future__ import annotations

import ctypes
import resource
import struct
import sys
from typing import Any, List, Tuple

Range = Tuple[int, int]
"""Where some pages begin, and how many bytes they are."""
_POPULATE_WRITE = 23
_PRESENT, _FILE, _OWN = 1 << 63, 1 << 61, 1 << 56
_MOST_BYTES = 64 << 20
_KNOWN = sys.platform == "linux" and sys.maxsize > 2**32


def written() -> List[Range]:
    """The pages that this process has for itself: what it has written to since it was forked."""
    if not _KNOWN:
        return []
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            places = [line.split(None, 2)[:2] for line in maps if "[stack" not in line]
        with open("/proc/self/pagemap", "rb") as pages:
            return [each for place, rights in places if rights == "rw-p" for each in _own(pages, place)]
    except OSError:
        return []


def _own(pagemap: Any, place: str) -> List[Range]:
    size = resource.getpagesize()
    start, end = (int(each, 16) for each in place.split("-"))
    count = (end - start) // size
    pagemap.seek(start // size * 8)
    data = pagemap.read(count * 8)
    found: List[Range] = []
    for number, (bits,) in enumerate(struct.iter_unpack("<Q", data)):
        if bits & _PRESENT and bits & _OWN and not bits & _FILE:
            address = start + number * size
            if found and sum(found[-1]) == address:
                found[-1] = (found[-1][0], found[-1][1] + size)
            else:
                found.append((address, size))
    return found


def copy(ranges: List[Range]) -> None:
    """Make these pages this process's own now; what is not there, or not allowed, is simply left."""
    if not _KNOWN or sum(length for _, length in ranges) > _MOST_BYTES:
        return
    madvise = ctypes.CDLL(None).madvise
    for address, length in ranges:
        madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), _POPULATE_WRITE)
