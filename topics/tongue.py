"""Which of a few languages a text is written in: those in Latin letters by their smallest words, Chinese by its script.

Terms of all languages lie in one taxonomy, and a stem of one is often a word of another (French `envo*`, English
*envoy*; Japanese 結束, solidarity, is an end in Chinese). To know the language of a text keeps them apart; where
the guess is unsure, all terms count.
"""

from __future__ import annotations

import re

_SMALL = {
    "en": "the of and to that was with for on by has have had is are were it its from at as be not this which who "
    "would will after about his their an they said in",
    "de": "der die und den von zu das mit sich des auf ist im dem nicht ein eine als auch es an werden aus er hat dass "
    "wurde bei nach einer einen wie vor um sind zum zur uber noch war haben",
    "fr": "le les et des du en un une dans est que pour qui au par sur pas plus avec ce il sont ont aux cette mais ses "
    "ou ete leur elle deux entre d l qu",
    "es": "el los y del las un una en que por con su para se al como mas lo es pero sus ha le este esta entre son fue "
    "tras desde hasta sobre segun dos",
    "pt": "o os e do da dos das um uma em no na que por com para ao se mais como nao mas foi sua seu pelo pela entre "
    "sao esta tambem apos ate nos nas",
    "it": "il lo gli di e del della dei delle un una in nel nella che per con non si da al alla come piu sono ha anche "
    "tra dal dalla sul sulla le i questo degli",
}
_OTHERS = {language: frozenset(_SMALL) - {language} for language in _SMALL} | {"zh": frozenset({"ja"})}


def others(language: str | None) -> frozenset[str]:
    """The languages whose terms do not count in a text of this one; none where the language is not known."""
    return _OTHERS[language] if language else frozenset()


_BITS = 32
_WORDS: dict[str, int] = {}
"""By small word, a one in the place of each of its languages, `_BITS` apart: to add these up counts all languages at
once, in 0.6 of the time that it takes to count them one by one."""
for _place, _words in enumerate(_SMALL.values()):
    for _word in _words.split():
        _WORDS[_word] = _WORDS.get(_word, 0) + (1 << _BITS * _place)

_ENOUGH = 3
"""Small words that a guess rests on at least, and by which it leads the next language."""

_LATIN = 0.9
"""The share of plain Latin letters below which a text is in another script (or in two)."""


_HAN = re.compile("[\u3400-\u9fff]")
_SOUNDS = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
"""Kana and Hangul, which no Japanese or Korean prose does without for long."""
_PROSE = 40
"""Ideographs without a sound among them that make a text Chinese: a Japanese headline may have half as many."""


def spoken(folded: str) -> str | None:
    """The language of a folded text (small letters, no accents), or None where nothing tells."""
    if len(folded.encode("ascii", "ignore")) < _LATIN * len(folded):
        return "zh" if len(_HAN.findall(folded, 0, 4 * _PROSE)) >= _PROSE and not _SOUNDS.search(folded) else None
    total = sum([_WORDS[word] for word in folded.split() if word in _WORDS])
    counts = {language: total >> _BITS * place & (1 << _BITS) - 1 for place, language in enumerate(_SMALL)}
    first, second = sorted(counts.values(), reverse=True)[:2]
    if first < _ENOUGH or first - second < min(_ENOUGH, first / 4):
        return None
    return max(counts, key=counts.__getitem__)
