"""Texts cut into overlapping pieces, the form in which copies are recognised.

Three words in a row, or five characters in scripts that write no spaces. Before that, what copying changes is undone:
letter forms, case, punctuation, left-over tags, look-alike letters, pinyin in brackets.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_TOKEN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Letters of Thai, Lao, Burmese, Khmer, Japanese and Chinese."""
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>")
_PINYIN = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zü\u00e0-\u01dc ]{1,12}\)")
_MIXED = re.compile(r"\b(?=\w*[а-яёіїє])\w*[a-zα-ω]\w*")
_LOOK_ALIKES = str.maketrans("aceopxyikmhtbαεορυκτχ", "асеорхуікмнтваеоруктх")
_QUOTED = re.compile(
    r"“[^“”]{25,3000}”|\"[^\"\n]{25,1500}\"|«[^«»]{25,3000}»|„[^„“”]{25,3000}[“”]|「[^「」]{12,1500}」"
)


@dataclass(frozen=True)
class Shingled:
    """A text ready to be compared."""

    tokens: tuple[str, ...]
    unspaced: bool
    """Whether it is written without spaces."""

    @cached_property
    def letters(self) -> str:
        """All letters and digits in a row."""
        return "".join(self.tokens)

    @cached_property
    def pieces(self) -> list[str]:
        """The shingles in order."""
        if self.unspaced:
            return [self.letters[at : at + 5] for at in range(len(self.letters) - 4)]
        return list(map(" ".join, zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False)))

    @property
    def words(self) -> int:
        """Words, or half the characters of a text without spaces."""
        return len(self.letters) // 2 if self.unspaced else len(self.tokens)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """All figures in the text."""
        return frozenset(_NUMBER.findall(" ".join(self.tokens)))


def cut(text: str) -> Shingled:
    """The shingles of a text."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if "<" in text:
        text = _TAG.sub(" ", text)
    unspaced_letters = len(_UNSPACED.findall(text))
    if unspaced_letters:
        text = _PINYIN.sub("", text)
    if any(letter in text for letter in "оеиі"):
        text = _MIXED.sub(lambda word: word.group().translate(_LOOK_ALIKES), text)
    tokens = tuple(_TOKEN.findall(text))
    return Shingled(tokens, unspaced=unspaced_letters > 0.3 * sum(map(len, tokens)))


def unquoted(text: str) -> str:
    """The text without what it quotes at length: two reports of one speech share that and nothing else."""
    return _QUOTED.sub(" ", text)
