from __future__ import annotations

import random
import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.fingerprint import bands, fine_bands, fingerprint, likeness
from extractors.records import CopyKind

SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "hu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
    "dra",
    "fle",
    "gri",
    "plo",
    "stu",
]
HAN = (
    "国部周表示谈判结束双方同意下个月继续磋商发言人京新闻会持了三小时春河桥市长工程师收获隧道学校预算条约信号港口冬天船"
)


def report(seed: int, sentences: int = 16) -> str:
    """A text of its own for every seed, in invented words: 12 words a sentence, one of them a figure."""
    draw = random.Random(seed)

    def word() -> str:
        return "".join(draw.choices(SYLLABLES, k=draw.randint(1, 3)))

    return "\n".join(
        " ".join([word().title(), *(word() for _ in range(9)), str(draw.randint(2, 99)), word()]) + "."
        for _ in range(sentences)
    )


def han(seed: int, characters: int = 300) -> str:
    draw = random.Random(seed)
    return "".join(draw.choice(HAN) for _ in range(characters))


def respell(text: str, share: float, seed: int = 1) -> str:
    """A copy with this share of its words replaced, figures kept."""
    draw = random.Random(seed)
    words = text.split(" ")
    return " ".join(
        word if word.isdigit() or draw.random() > share else f"{word}{draw.choice('xyz')}" for word in words
    )


A, B = report(1), report(2)
SPEECH = " ".join(report(99, 6).split())


# Signatures ----------------------------------------------------------------------------------------------------------


def test_the_same_words_in_other_clothes_have_the_same_fingerprint() -> None:
    dressed = A.upper().replace(" ", "\u00a0 ").replace(".", " — ").replace("\n", "<br />\n")

    assert fingerprint(dressed) == fingerprint(A)


def test_another_text_has_another_fingerprint() -> None:
    one, two = fingerprint(A), fingerprint(B)

    assert one.content_hash != two.content_hash
    assert sum(x == y for x, y in zip(one.minhash, two.minhash, strict=True)) < 20


def test_a_fingerprint_has_its_sizes() -> None:
    found = fingerprint(A)

    assert (len(found.content_hash), len(found.minhash), found.words) == (16, 128, len(A.split()))
    assert all(0 <= value < 2**32 for value in found.minhash)
    assert fingerprint(han(1)).words == 150


def test_a_text_too_short_to_judge_has_no_signature_and_no_bands() -> None:
    found = fingerprint("Eight words are not enough to judge by.")

    assert (found.minhash, bands(found.minhash), fine_bands(found.minhash)) == ((), (), ())


def test_signatures_stay_what_they_were() -> None:
    """Stored signatures are compared with new ones: a new version of the library must not change them unnoticed."""
    found = fingerprint(A)

    assert (
        sha256(repr((found, bands(found.minhash), fine_bands(found.minhash))).encode()).hexdigest()[:16]
        == "a6151881da1e7b27"
    )


@pytest.mark.parametrize(("banded", "count"), [(bands, 32), (fine_bands, 64)])
def test_bands_are_signed_and_differ_by_place(banded: object, count: int) -> None:
    found = banded((7,) * 128)  # type: ignore[operator]

    assert len(set(found)) == count
    assert all(-(2**63) <= value < 2**63 for value in found)


def test_an_edited_copy_shares_a_band_and_a_spun_one_a_fine_band() -> None:
    original = fingerprint(A).minhash
    edited, spun, other = (fingerprint(text).minhash for text in (respell(A, 0.08), respell(A, 0.25), B))

    assert set(bands(original)) & set(bands(edited))
    assert set(fine_bands(original)) & set(fine_bands(spun))
    assert not set(bands(original)) & set(bands(other))


@given(st.text(max_size=400))
def test_no_text_makes_it_fail(text: str) -> None:
    found = fingerprint(text)

    assert len(found.content_hash) == 16
    assert len(found.minhash) in {0, 128}
    assert likeness(text, text).jaccard in {0.0, 1.0}


# Likeness ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [report, han])
@pytest.mark.parametrize("seed", range(5))
def test_a_copy_is_exact_and_a_stranger_is_none(make: object, seed: int) -> None:
    one, two = make(seed), make(seed + 50)  # type: ignore[operator]

    assert likeness(one, one).kind == CopyKind.EXACT
    assert likeness(one, two).kind is None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("share", "kind"), [(0.02, CopyKind.EXACT), (0.10, CopyKind.EDITED), (0.40, CopyKind.SPUN), (0.85, None)]
)
def test_the_share_of_changed_words_decides_the_kind(seed: int, share: float, kind: CopyKind | None) -> None:
    text = report(seed, 30)

    assert likeness(text, respell(text, share, seed)).kind == kind


@pytest.mark.parametrize("part", [3, 5, 8, 12])
def test_a_shortened_copy_is_edited(part: int) -> None:
    found = likeness(A, "\n".join(A.split("\n")[:part]))

    assert (found.kind, found.containment) == (CopyKind.EDITED, 1.0)


def test_a_copy_with_junk_around_it_is_edited() -> None:
    found = likeness(A, f"{report(7, 12)}\n{A}\n{report(8, 12)}")

    assert (found.kind, found.containment) == (CopyKind.EDITED, 1.0)


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "«{}»", "„{}“", "{}"])
@pytest.mark.parametrize("sentences", [10, 20])
def test_two_reports_that_share_a_long_quotation_are_no_copies(marks: str, sentences: int) -> None:
    quoted = marks.format(SPEECH)
    one, two = (report(seed, sentences).split("\n") for seed in (11, 12))

    found = likeness("\n".join([*one[:5], quoted, *one[5:]]), "\n".join([*two[:2], quoted, *two[2:]]))

    assert found.containment > 0.2
    assert found.kind is None


def test_reports_made_after_one_pattern_with_other_figures_are_no_copies() -> None:
    text = report(1, 30)
    reworded = respell(text, 0.32)
    with_other_figures = re.sub(r"\d+", lambda figure: str(int(figure.group()) + 500), reworded)

    assert likeness(text, reworded).kind == CopyKind.SPUN
    assert likeness(text, with_other_figures).jaccard > 0.13
    assert likeness(text, with_other_figures).kind is None


def test_texts_too_short_to_judge_are_no_copies_even_if_equal() -> None:
    assert likeness("Seven words are too few to tell.", "Seven words are too few to tell.").kind is None
    assert likeness("", A).kind is None


def test_pinyin_and_look_alike_letters_do_not_hide_a_copy() -> None:
    chinese = han(5)
    russian = "\n".join(
        f"Министр номер {at} осмотрел мост через реку и сказал, что {at * 7} рабочих трудятся без отдыха."
        for at in range(9)
    )

    assert likeness(chinese, chinese.replace("国", "国(guó)").replace("河", "河（hé）")).kind == CopyKind.EXACT
    assert likeness(russian, russian.replace("о", "ο").replace("а", "a")).kind == CopyKind.EXACT


def test_scripts_are_never_compared_with_each_other() -> None:
    assert likeness(A, han(1)).jaccard == 0.0


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_likeness_is_the_same_both_ways(seed: int, share: float) -> None:
    one, two = report(seed, 6), respell(report(seed, 9), share, seed)

    assert likeness(one, two) == likeness(two, one)
