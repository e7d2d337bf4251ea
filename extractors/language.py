"""Which language a text is in."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_PART = 300
"""Characters looked at from the start and again from the middle; more change no answer and cost time."""
_SHORT = 80
"""Letters under which a declaration is believed before the classifier."""
_SURE = 0.9
"""Probability from which the classifier is believed against a declaration."""
_LEAST = 0.3
"""Probability under which it is not believed at all."""

_SCRIPTS = {
    "hangul": re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "kana": re.compile(r"[\u3041-\u30ff\uff66-\uff9f]"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "bn": re.compile(r"[\u0980-\u09ff]"),
    "ta": re.compile(r"[\u0b80-\u0bff]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "km": re.compile(r"[\u1780-\u17ff]"),
    "my": re.compile(r"[\u1000-\u109f]"),
    "lo": re.compile(r"[\u0e80-\u0eff]"),
}
"""Scripts; one written by a single language of our world bears its code."""
_LANGUAGES = {
    script: frozenset(codes.split())
    for script, codes in (
        ("cyrillic", "ru uk be bg sr mk kk ky mn tg"),
        ("arabic", "ar fa ur ps ug"),
        (
            "latin",
            "az ca cs da de en es et eu fi fr gl hr hu id is it lt lv ms nl no pl pt ro sk sl sq sv sw tl tr uz vi",
        ),
    )
}
_TELLTALE = (
    ("cyrillic", "uk", re.compile(r"[іїєґ]", re.IGNORECASE), re.compile(r"[ыэёъў]", re.IGNORECASE)),
    ("cyrillic", "be", re.compile(r"[ў]", re.IGNORECASE), re.compile(r"[иїєщ]", re.IGNORECASE)),
    ("cyrillic", "ru", re.compile(r"[ыэё]", re.IGNORECASE), re.compile(r"[іїєґўәғқңөұһүј]", re.IGNORECASE)),
    ("arabic", "fa", re.compile(r"[پچژگ]"), re.compile(r"[ٹڈڑےښځڅ]")),
)
"""Script, language, letters that it has, letters that it has not: enough for a headline."""
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "sh": "sr", "fil": "tl", "cmn": "zh", "yue": "zh", "kp": "ko"}
_CODE = re.compile(r"[a-z]{2,3}(?=$|[-_\s,;])")


def detect(text: str, *, page: str = "", source: str = "") -> str | None:
    """The ISO 639-1 code of a text's language, None when nothing tells.

    Scripts that one language writes decide alone. Else the words do, unless they are few or the classifier is unsure:
    then what the page declares (`page`), then the language of its source (`source`), if they write that script.
    """
    sample = text if len(text) <= 2 * _PART else f"{text[:_PART]} {text[len(text) // 2 :][:_PART]}"
    script, letters = _script(sample)
    declared = [code for code in (declaration(page), declaration(source)) if code]
    if script is None:
        return next(iter(declared), None)
    candidates = _LANGUAGES.get(script)
    if candidates is None:
        return script
    return _among(
        candidates,
        sample,
        script=script,
        declared=[code for code in declared if code in candidates],
        few=letters < _SHORT,
    )


def declaration(written: str) -> str:
    """The two-letter code in a declaration such as `en-GB`, `zh_Hant` or `ru`; empty when there is none."""
    match = _CODE.match(written.strip().lower())
    code = _SAME.get(match.group(), match.group()) if match else ""
    return code if len(code) == 2 else ""


def _script(sample: str) -> tuple[str | None, int]:
    """The script most letters are in and how many letters that is; Chinese, Japanese and Korean by name."""
    counts = Counter(
        {name: len(letters.findall(sample)) for name, letters in _SCRIPTS.items() if letters.search(sample)}
    )
    if not counts:
        return None, 0
    # An ideograph or a syllable block says as much as two or three letters.
    east_asian = counts["han"] + counts["kana"] + counts["hangul"]
    if 2 * east_asian > counts["latin"] and east_asian >= max(counts.values()) / 2:
        if counts["hangul"] * 3 >= east_asian:
            return "ko", east_asian
        return ("ja" if counts["kana"] * 12 >= east_asian else "zh"), east_asian
    name, letters = counts.most_common(1)[0]
    return name, letters


def _among(candidates: frozenset[str], sample: str, *, script: str, declared: list[str], few: bool) -> str | None:
    if few and declared:
        return declared[0]
    for kind, code, has, lacks in _TELLTALE:
        if kind == script and len(has.findall(sample)) >= (1 if few else 3) and not lacks.search(sample):
            return code
    ranked = [(code, chance) for code, chance in _identifier().rank(sample) if code in candidates]
    code, chance = ranked[0]
    chance /= sum(chance for _, chance in ranked) or 1
    if chance < _SURE and declared:
        return declared[0]
    return str(code) if chance >= _LEAST else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Loaded at first use, half a second once a process."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
