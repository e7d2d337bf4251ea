"""Lines on a page that are no part of the article: pointers elsewhere, calls to share, credits of pictures.

Wordings are regular expressions without regard to case, one language a line.
"""

from __future__ import annotations

import re

from extractors.credits import agency
from extractors.text import paragraphs, weight

_BARE = re.compile(r"[\W_]+")
_BYLINE = re.compile(
    r"(?:(?:written |reported |story |text )?by|von|par|por)\s+[^\W\d_]"
    r"|(?:автор[ы]?|текст|作者)\s?[:：]|(?:记者|記者)[:：\s]|文[/／:：]|글\s?[=:]",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:19|20)\d\d ?[-./年년] ?\d{1,2} ?[-./月월] ?\d{1,2}[日일]?|\b\d{1,2}[./ ]\w{1,10}[./ ,]+(?:19|20)\d\d\b"
    r"|\b\w{3,9} \d{1,2}, (?:19|20)\d\d\b"
)
_WORDS = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"""[.!?。！？…؟।:：;"'”’»」』)）\]]\s*$""")
_SHORT = 220
"""Weight up to which a line may be furniture; a longer one is a paragraph whatever it starts with."""
_REPEATED = 40
"""Weight from which a line is not said twice by chance."""


def _any(wordings: str) -> str:
    return "|".join(line.strip() for line in wordings.splitlines() if line.strip())


_POINTERS = _any(
    r"""
    read (?:more|also|next|the full (?:story|article))|also read|see (?:also|more)|more on this|don['’]t miss
    watch(?: also)?
    also on [\w.]+|related(?: (?:articles?|stories|news|topics?|content))?|you (?:may|might) also (?:like|be interested)
    recommended(?: for you)?|most read|trending(?: now)?
    lesen sie (?:auch|mehr|dazu)|mehr zum thema|weiterlesen|auch interessant|das könnte sie auch interessieren
    lire (?:aussi|la suite|également)|à lire(?: aussi)?|voir aussi|sur le même (?:sujet|thème)
    lea? (?:también|más|además)|(?:te|le) puede interesar|vea también|noticias relacionadas
    leia (?:também|mais)|veja (?:também|mais)|saiba mais
    leggi anche|per approfondire|potrebbe interessarti
    читайте (?:также|ещё|еще)|читать (?:также|далее)|смотрите также|(?:ещё )?по теме
    читайте також|дивіться також
    관련 ?(?:기사|뉴스)|많이 본 (?:기사|뉴스)|함께 보면 좋은 기사|주요 ?뉴스
    延伸阅读|延伸閱讀|相关(?:阅读|新闻|链接|报道)|相關(?:新聞|閱讀|報導)|推荐阅读|更多(?:新闻|精彩)
    関連(?:記事|ニュース)|あわせて読みたい
    اقرأ (?:أيضا|أيضًا|المزيد)
    """
)
_CALLS = _any(
    r"""
    click here|sign up (?:for|to|here|now)|subscribe (?:to|now|here)|join (?:our|us on)|thanks for signing up
    follow (?:us\b|@|\w+ on (?:twitter|x|facebook|instagram|telegram)\b)|share (?:this|on|via)\b|tell us what you think
    like (?:us on|this (?:story|article))|download (?:the|our) app|get (?:the|our) (?:latest|app|newsletter)
    story continues below|(?:advertisement|newsletter|(?:print|e-?mail)(?: this)?)$
    (?:leave a |post a |view |\d+ )?comments?(?: \(\d+\))?$
    hier klicken|jetzt abonnieren|folgen sie uns|(?:anzeige|kommentare?|teilen|drucken)$
    abonnez-vous|suivez[- ]nous|inscrivez-vous|(?:partager|publicité|commentaires?)$
    suscríbe?te|síguenos|(?:compartir?|comparte|publicidad|comentarios)$
    inscreva-se|siga-nos|(?:compartilhar?|compartilhe|publicidade)$
    iscriviti (?:a|al|alla)\b|seguici|condividi$
    подпи(?:сывайтесь|шитесь)|следите за (?:нами|новостями)|(?:поделиться|реклама|комментарии)(?: \(\d+\))?$
    기사 ?제보|구독(?:하기|신청|$)|(?:카카오톡|페이스북|트위터)(?:으로|에)? ?(?:공유|제보)|(?:댓글|공유하기|광고)$
    分享(?:到|至)|扫一扫|掃一掃|扫码|打开微信|关注(?:我们|公众号)|责任编辑|責任編輯|编辑[:：]
    (?:シェア|ツイート|広告|フォロー)(?:する)?$
    """
)
_RIGHTS = _any(
    r"""
    copyright|©|ⓒ|\(c\) ?(?:19|20)\d\d|all rights reserved|alle rechte vorbehalten|tous droits réservés
    todos los derechos|todos os direitos|все права защищены|перепечатка|무단 ?(?:전재|복제)|저작권자
    版权(?:所有|声明)|版權所有|未经.{0,10}(?:授权|许可)|無断転載|著作権
    """
)
_PICTURES = _any(
    r"""
    (?:file )?photo(?:graph)?|image|picture|credit|bild|fotos?|photo d'archives|imagen|immagine
    фото(?:графия)?|(?:자료)?사진|图片(?:来源)?|圖片?|图|写真|画像
    """
)
_FURNITURE = re.compile(
    rf"[\W_]{{0,6}}(?:(?P<pointer>{_POINTERS})(?:\s*[:：»>|\-–—…\]】]|$|(?P<loose>\s))|{_CALLS}|{_RIGHTS}"
    rf"|(?:{_PICTURES})(?: (?:by|credit|courtesy|von|de|di))? ?[:：=/©|]"
    r"|\(?(?:photo|image) by\b|\(?(?:ap|afp|reuters|getty|epa) (?:photo|images)\b)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    rf"[^.!?。！？]\s*[(（\[【<][^()（）\[\]【】]{{0,16}}(?:{_PICTURES})\s?[=:：/·©|][^()（）\[\]【】]{{1,40}}[)）\]】>]$",
    re.IGNORECASE,
)
"""A fragment with the credit of a picture behind it."""


def clean(text: str, *, title: str = "") -> str:
    """The paragraphs of `text` without what is not the article.

    Goes: the title at its head, lines said twice, pointers to other articles, calls to share or subscribe, credits of
    pictures, notices of rights (but not the credit of an agency).
    """
    lines = paragraphs(text).split("\n")
    lines = lines[_heading(lines, title) :]
    kept: list[str] = []
    seen: set[str] = set()
    for part in lines:
        bare = _BARE.sub("", part).casefold()
        if not bare or (bare in seen and weight(part) >= _REPEATED) or is_furniture(part):
            continue
        seen.add(bare)
        kept.append(part.removeprefix("- ") if part.startswith("- ") else part)
    return "\n".join(kept[: _end(kept)])


def is_furniture(part: str) -> bool:
    """Whether a line is no sentence of the article: a pointer, a call, a credit."""
    if weight(part) > _SHORT:
        return False
    if _CAPTION.search(part):
        return True
    match = _FURNITURE.match(part)
    if match is None or (match["loose"] and _ENDS.search(part)):
        return False
    return agency(part) is None


def _heading(lines: list[str], title: str) -> int:
    """How many lines at the head are none of the text: the title again, the authors, the date."""
    wanted = _BARE.sub("", title).casefold()
    count = 0
    for at, part in enumerate(lines[:4]):
        if _BARE.sub("", part).casefold() == wanted or _is_byline(part):
            count = at + 1
    return count if count < len(lines) else 0


def _is_byline(part: str) -> bool:
    if weight(part) > 120 or _ENDS.search(part.rstrip(")]】")):
        return False
    return _BYLINE.match(part) is not None or (
        _DATE.search(part) is not None and len(_WORDS.findall(_DATE.sub("", part))) < 5
    )


def _end(lines: list[str]) -> int:
    """Where the text ends: a few fragments after the last sentence are tags, names of sections, buttons."""
    end = next((at + 1 for at in range(len(lines) - 1, -1, -1) if _ENDS.search(lines[at])), 0)
    rest = lines[end:]
    trail = len(rest) <= 6 and all(weight(part) < 40 and agency(part) is None for part in rest)
    return end if end and trail else len(lines)
