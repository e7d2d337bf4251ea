"""Recognising copies: hashes and signatures of texts, and how alike two texts are."""

from __future__ import annotations

import struct
from hashlib import blake2b

from rensa import RMinHash

from extractors.credits import agency
from extractors.records import CopyKind, Fingerprint, Likeness
from extractors.shingles import Shingled, cut, unquoted

__all__ = ["COARSE", "agency", "bands", "fine_bands", "fingerprint", "likeness"]

_PERMUTATIONS = 128
_SEED = 42
COARSE = 32
"""How many `bands` a text has."""
_TOO_SHORT = 30
"""Words below which a text says too little to tell a copy from a coincidence."""

# Read off real pairs: one agency text on two sites .89 of Jaccard, its early and final version .64, thesaurus spinning
# .36, round-trip translation .24 to .33, light rewording .23, two reports of one event 0 to .03.
_EXACT = 0.8
_EDITED = 0.3
_SPUN = 0.13
_CONTAINED = 0.6
"""The part of the shorter text from which it is a cut, or a page with junk around the text."""
_SHARED = 0.3
"""The part of the shorter text from which a copy may have been cut and reworded."""


def fingerprint(text: str) -> Fingerprint:
    """What is needed to recognise copies of `text`; the signature is empty when the text is too short to judge."""
    shingled = cut(text)
    minhash: tuple[int, ...] = ()
    if shingled.words >= _TOO_SHORT:
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update(shingled.pieces)
        minhash = tuple(sketch.digest())
    content_hash = blake2b(shingled.letters.encode("utf-8", "replace"), digest_size=16).digest()
    return Fingerprint(content_hash=content_hash, minhash=minhash, words=shingled.words)


def bands(minhash: tuple[int, ...]) -> tuple[int, ...]:
    """32 hashes over 4 values each, as signed 64-bit numbers: two texts that share one are worth comparing.

    Finds nearly every pair whose Jaccard similarity is .5 or more. Empty for an empty signature.
    """
    return _banded(minhash, rows=_PERMUTATIONS // COARSE)


def fine_bands(minhash: tuple[int, ...]) -> tuple[int, ...]:
    """64 hashes over 2 values each: finds pairs down to .15, at the price of many vain candidates; for few texts."""
    return _banded(minhash, rows=2)


def likeness(a: str, b: str) -> Likeness:
    """How alike two texts are, by exact comparison of their shingles, and what kind of copy that makes.

    `jaccard` and `containment` (the part of the shorter text found in the longer one) are of the whole texts. The kind
    is decided outside of long quotations: two reports of one speech share those and are no copies.
    """
    one, two = cut(a), cut(b)
    jaccard, containment = _overlap(one, two)
    return Likeness(kind=_kind(a, b, one, two, jaccard), jaccard=jaccard, containment=containment)


def _kind(a: str, b: str, one: Shingled, two: Shingled, jaccard: float) -> CopyKind | None:
    if min(one.words, two.words) < _TOO_SHORT:
        return None
    if jaccard >= _EXACT:
        return CopyKind.EXACT
    if jaccard < _SPUN / 3:
        return _contained(one, two)
    bare_one, bare_two = cut(unquoted(a)), cut(unquoted(b))
    if min(bare_one.words, bare_two.words) >= _TOO_SHORT:
        one, two = bare_one, bare_two
    jaccard, containment = _overlap(one, two)
    even = _evenly(one, two)
    if jaccard >= _EDITED and (even or containment >= _CONTAINED):
        return CopyKind.EDITED
    if containment >= _CONTAINED:
        return CopyKind.EDITED
    if (jaccard >= _SPUN or containment >= _SHARED) and even and _same_numbers(one, two):
        return CopyKind.SPUN
    return None


def _contained(one: Shingled, two: Shingled) -> CopyKind | None:
    """A short cut of a very long text has hardly any Jaccard similarity with it."""
    return CopyKind.EDITED if _overlap(one, two)[1] >= _CONTAINED else None


def _overlap(one: Shingled, two: Shingled) -> tuple[float, float]:
    if one.unspaced != two.unspaced:
        return 0.0, 0.0
    first, second = set(one.pieces), set(two.pieces)
    if not first or not second:
        return 0.0, 0.0
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared), shared / min(len(first), len(second))


def _evenly(one: Shingled, two: Shingled) -> bool:
    """Whether what they share lies all over the shorter text, as in a reworded copy, and not in one or two passages."""
    shorter, longer = sorted((one.pieces, two.pieces), key=len)
    known = set(longer)
    shared = [piece in known for piece in shorter]
    parts = max(4, min(8, len(shared) // 12))
    width = len(shared) / parts
    shares = [sum(shared[round(at * width) : round((at + 1) * width)]) for at in range(parts)]
    least = sum(shares) / parts / 2
    return 4 * sum(share >= least and share > 0 for share in shares) >= 3 * parts


def _same_numbers(one: Shingled, two: Shingled) -> bool:
    """Rewording keeps figures; texts made after one pattern (sports results, openings, visits) differ in them."""
    fewer = min(len(one.numbers), len(two.numbers))
    return fewer < 3 or 2 * len(one.numbers & two.numbers) >= fewer


def _banded(minhash: tuple[int, ...], *, rows: int) -> tuple[int, ...]:
    packed = struct.pack(f"<{len(minhash)}I", *minhash)
    width = 4 * rows
    return tuple(
        int.from_bytes(
            blake2b(packed[at : at + width], digest_size=8, salt=struct.pack("<HH", rows, at // width)).digest(),
            "little",
            signed=True,
        )
        for at in range(0, len(packed), width)
    )
