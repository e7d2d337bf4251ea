"""Whose text it is by its own word: datelines and credits of news agencies.

Only the places where an agency signs count. A sentence that cites one ("told Reuters", "据新华社报道") is no credit.
"""

from __future__ import annotations

import re

_HEAD = 360
"""Characters in which a dateline stands, a headline or an author line before it included."""
_TAIL = 400
_LINES = 4
"""Lines at either end that may be nothing but a credit."""

_NAMES = {
    "reuters": r"Reuters|REUTERS|Thomson Reuters|路透社?|로이터(?:통신)?|ロイター(?:通信)?|Рейтер|РЕЙТЕР|رويترز",
    "ap": r"AP|(?:The )?Associated Press|美联社|美聯社|AP ?通信|AP ?통신",
    "afp": r"AFP|Agence France[- ]Presse|法新社|AFP ?通信|AFP ?통신|AFP[-=](?:Jiji|時事)|أ ?ف ?ب",
    "tass": r"TASS|ITAR-TASS|ИТАР-ТАСС|ТАСС|塔斯社|타스(?:통신)?|タス通信",
    "ria": r"RIA(?: Novosti)?|РИА Новости|РИА НОВОСТИ|俄新社|리아 ?노보스티",
    "interfax": r"Interfax|INTERFAX(?:\.RU)?|Интерфакс|ИНТЕРФАКС|国际文传电讯社",
    "sputnik": r"Sputnik|卫星社|俄罗斯卫星通讯社|스푸트니크",
    "xinhua": r"Xinhua|XINHUA|新华社|新華社|新华网|Синьхуа|신화(?:통신|사)?",
    "cns": r"中新社|中新网|中国新闻社|ECNS",
    "yonhap": r"Yonhap(?: News(?: Agency)?)?|연합뉴스|韩联社|韓聯社|聯合ニュース|Ёнхап|Ренхап",
    "newsis": r"뉴시스|Newsis|NEWSIS",
    "news1": r"뉴스1|News1",
    "kyodo": r"Kyodo(?: News)?|KYODO|共同(?:通信(?:社)?)?|共同社|Киодо",
    "jiji": r"Jiji(?: Press)?|時事(?:通信(?:社)?)?|时事社",
    "kcna": r"KCNA|조선중앙통신|朝鲜中央通讯社|朝中社|朝鮮中央通信(?:社)?|朝鮮通信|ЦТАК",
    "dpa": r"dpa(?:-AFX|/lno|-infocom)?|Deutsche Presse-Agentur",
    "efe": r"EFE|Agencia EFE",
    "ansa": r"ANSA",
    "anadolu": r"AA|Anadolu(?: Agency| Ajansı)?",
    "ukrinform": r"Ukrinform|Укрінформ|Укринформ",
    "cna-tw": r"中央社",
    "upi": r"UPI",
    "pti": r"PTI|Press Trust of India",
    "ani": r"ANI",
    "bernama": r"Bernama|BERNAMA",
    "antara": r"ANTARA",
    "irna": r"IRNA|ایرنا",
    "vna": r"VNA|TTXVN",
    "lusa": r"Lusa|LUSA",
    "apa": r"APA",
}
_ANY = "|".join(f"(?P<{slug.replace('-', '_')}>{names})" for slug, names in _NAMES.items())
_LETTER = r"[^\W\d_]"
_INSIDE = r"[^()（）\[\]［］【】〔〕/<>\n。]"
_BRACKETED = re.compile(
    rf"(?:[(（\[［【〔]\s?{_INSIDE}{{0,32}}?(?<![A-Za-zА-Яа-яЁё])|(?<![^\s.,])/\s?)(?:{_ANY})(?!{_LETTER})"
    rf"(?! ?(?:photo|images|pool|via|file)){_INSIDE}{{0,24}}(?:[)）\]］】〕]|/(?!\w))",
    re.DOTALL,
)
"""SEOUL (Reuters) - · MOSCOW, November 24. /TASS/ · (서울=연합뉴스) · 【ソウル共同】 · BEIJING, Nov. 24 (Xinhua) --"""
_DASHED = re.compile(
    rf"(?:\d{{1,2}}\s?{_LETTER}{{2,9}}\.?|\b[A-Z][a-z]{{2,8}}\.? \d{{1,2}})\s*[.,]?\s*[—–-]?\s*"
    rf"(?:{_ANY})(?!{_LETTER})\s*[.:—–-]"
)
"""МОСКВА, 24 ноя — РИА Новости. · Москва. 24 ноября. INTERFAX.RU -"""
_CHINESE = re.compile(rf"(?:{_ANY})(?:记者|記者)?[^\s，。；:：]{{1,16}}\d{{1,2}}日(?:专?电|專?電|讯|訊)")
"""新华社北京11月24日电"""
_SIGNED = re.compile(
    r"(?:^|\n|[(（<\[])\s*(?:sources?|copyright|©|ⓒ|\(c\)|credit|quelle|fuente|fonte|kaynak|источник|джерело"
    r"|来源|來源|稿源|出典|出処|출처|저작권자)\s*(?:[:：©ⓒ|]|\([cC]\)|(?:19|20)\d\d|by|\s){0,6}"
    rf"(?-i:{_ANY})(?!{_LETTER})",
    re.IGNORECASE,
)
"""Source: Xinhua · © 2026 AFP · 来源：新华社 · <저작권자(c) 연합뉴스"""
_ALONE = re.compile(
    rf"[\W_]*(?:(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or|By:)\s+)?(?:{_ANY})(?:\s+(?:[Ss]taff|[Nn]ews|기자|記者|记者))?[\W_]*"
)
"""A line that is nothing but the name."""
_REUTERS_STAFF = re.compile(
    r"(?:^|\()(?:Additional )?[Rr]eporting by [^()\n]{3,240}[;,] [^()\n]{0,80}[Ee]diting by", re.MULTILINE
)
"""(Reporting by One in Seoul; Editing by Another)"""


def agency(text: str) -> str | None:
    """The slug of the agency that signs `text` in its dateline or its last lines, None when none does."""
    head, tail = text[:_HEAD], text[-_TAIL:]
    for form, place in ((_BRACKETED, head), (_DASHED, head), (_CHINESE, head), (_SIGNED, tail), (_SIGNED, head)):
        match = form.search(place)
        if match is not None:
            return _slug(match)
    lines = [line for line in text.split("\n") if line]
    for line in (*lines[:_LINES], *lines[-_LINES:]):
        match = _ALONE.fullmatch(line) if len(line) < 60 else None
        if match is not None:
            return _slug(match)
    if _REUTERS_STAFF.search(tail):
        return "reuters"
    match = _BRACKETED.search(tail.rpartition("\n")[2][-60:])
    return _slug(match) if match is not None else None


def _slug(match: re.Match[str]) -> str:
    return (match.lastgroup or "").replace("_", "-")
