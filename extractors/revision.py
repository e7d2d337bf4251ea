"""Whether an article says something else than before: sentences and headlines compared, trifles left out.

Sites touch their pages all the time without an editor's hand: spaces and quotation marks, "updated 5 minutes ago",
counters of comments, headlines of other articles between the paragraphs. None of these is a change. What is compared
are sentences, each by its letters and digits alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from extractors.text import weight

_LETTERS = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"""\S.*?(?:[.!?…؟।]["'”’»)\]]*(?=\s)|[。！？](?![”’」』）)])|$)""")
_ENDS = re.compile(r"""[.!?。！？…؟।:：]["'”’»」』）)\]]*\s*$""")
_LABEL = 120
"""Weight up to which a line that is no sentence is a label: a subheading, a caption, another article's headline."""
_AGO = re.compile(
    r"""\b(?:just[ ]now|an?[ ](?:minute|hour|day)[ ]ago
        |\d+[ ]?(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week)s?\.?[ ]ago)\b
    | \b(?:vor[ ]\d+|il[ ]y[ ]a[ ]\d+|hace[ ]\d+|há[ ]\d+)[ ]\w+ | \b\d+[ ]\w+[ ](?:назад|тому|fa)\b
    | \d+[ ]?(?:초|분|시간|일)[ ]?전 | \d+[ ]?(?:秒|分(?:钟|鐘)?|小时|小時|時間|天|日)前 | قبل[ ]\d+[ ]\w+""",
    re.IGNORECASE | re.VERBOSE,
)
_STAMP = re.compile(
    r"""[\W_]*(?:(?:last[ ])?updated?|(?:first[ ])?published|posted|modified|as[ ]of|time[ ]of[ ]publication
    | stand|aktualisiert|veröffentlicht|zuletzt | mis[ ]à[ ]jour|publié|modifié | actualizad[oa]|publicad[oa]
    | atualizad[oa] | aggiornat[oa]|pubblicat[oa] | обновлен[оа]|опубликован[оа] | оновлен[оа]
    | 입력|수정|업데이트|송고 | 更新|发布|發布|发表|最終更新|公開 | آخر[ ]تحديث)""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTER = re.compile(
    r"""[\W_]*\d[\d.,]*[ ]?[kKmM]?[ ]?(?:comments?|shares?|views?|likes?|reads?
    | min(?:ute)?s?[ ](?:read|reading|de[ ]\w+)
    | kommentare? | min(?:uten)?[ ]lesezeit | commentaires? | comentarios? | комментари\w* | просмотр\w* | 댓글 | 条评论
    | 次阅读 | 回閲覧)[\W_]*$""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """How one text differs from an earlier one; all nought is no change."""

    headline: bool = False
    added: int = 0
    """Sentences that the earlier one has not."""
    removed: int = 0
    kept: int = 0

    def __bool__(self) -> bool:
        """Whether there is any."""
        return self.headline or self.added > 0 or self.removed > 0

    @property
    def share(self) -> float:
        """How much of both texts differs, 0..1: sentences added and removed / all sentences of both."""
        changed = self.added + self.removed
        return changed / (changed + 2 * self.kept) if changed else 0.0


def compare(title: str, text: str, new_title: str, new_text: str) -> Change:
    """How a title and text differ from what they were."""
    before, after = Counter(_essence(text)), Counter(_essence(new_text))
    return Change(
        headline=_key(title) != _key(new_title),
        added=(after - before).total(),
        removed=(before - after).total(),
        kept=(before & after).total(),
    )


def difference(text: str, new_text: str) -> list[tuple[str, str]]:
    """Both texts in one, sentence by sentence in reading order: (`-` went, `+` came, ` ` stayed; the sentence).

    Trifles are left out, as `compare` leaves them out.
    """
    before, after = list(_sentences(text)), list(_sentences(new_text))
    matcher = SequenceMatcher(a=list(map(_key, before)), b=list(map(_key, after)), autojunk=False)
    lines: list[tuple[str, str]] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            lines += [(" ", sentence) for sentence in after[new_start:new_end]]
            continue
        lines += [("-", sentence) for sentence in before[start:end]]
        lines += [("+", sentence) for sentence in after[new_start:new_end]]
    return lines


def _essence(text: str) -> list[str]:
    return [_key(sentence) for sentence in _sentences(text)]


def _sentences(text: str) -> Iterator[str]:
    """The sentences that an editor answers for."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    prose = [line for line in lines if _is_prose(line)]
    if 2 * sum(map(weight, prose)) < sum(map(weight, lines)):
        prose = lines  # a list, or a writing that ends its sentences in other ways
    for line in prose:
        if _is_trifle(line):
            continue
        for sentence in _SENTENCE.findall(line):
            if _key(sentence) and not _is_trifle(sentence):
                yield sentence


def _is_prose(line: str) -> bool:
    return weight(line) > _LABEL or _ENDS.search(line) is not None


def _is_trifle(sentence: str) -> bool:
    short = weight(sentence) <= _LABEL
    if short and _COUNTER.match(sentence):
        return True
    if short and _STAMP.match(sentence) and (any(map(str.isdigit, sentence)) or _AGO.search(sentence)):
        return True
    rest = _AGO.sub(" ", sentence)
    return not any(map(str.isalpha, rest))


def _key(sentence: str) -> str:
    """A sentence by its letters and digits."""
    plain = sentence if sentence.isascii() else unicodedata.normalize("NFKC", sentence)
    return "".join(_LETTERS.findall(_AGO.sub(" ", plain).casefold()))
