from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import encoding

SENTENCES = {
    "ru": "Министерство сообщило в понедельник, что переговоры завершились без соглашения. Стороны вернутся к ним в мае.",
    "uk": "Міністерство повідомило у понеділок, що переговори завершилися без угоди. Сторони повернуться до них у травні.",
    "ko": "국방부는 월요일 협상이 합의 없이 끝났다고 밝혔다. 양측은 다음 달 협의를 이어가기로 했다고 대변인이 말했다.",
    "zh": "国防部周一表示，谈判在没有达成协议的情况下结束。双方同意下个月继续磋商，发言人在北京的发布会上说。",
    "zh-TW": "國防部週一表示，談判在沒有達成協議的情況下結束。雙方同意下個月繼續磋商，發言人在台北的記者會上說。",
    "ja": "防衛省は月曜日、協議が合意なしに終わったと発表した。双方は来月も協議を続けることで一致したと報道官が述べた。",
    "de": "Das Ministerium erklärte am Montag, die Gespräche seien ohne Einigung zu Ende gegangen – für alle überraschend.",
    "fr": "Le ministère a déclaré lundi que les négociations s’étaient achevées sans accord, où qu’elles aient été menées.",
    "pl": "Ministerstwo poinformowało w poniedziałek, że rozmowy zakończyły się bez porozumienia. Więcej w środę.",
    "ar": "قالت الوزارة يوم الاثنين إن المحادثات انتهت دون اتفاق. واتفق الجانبان على مواصلة المشاورات الشهر المقبل.",
    "el": "Το υπουργείο ανακοίνωσε τη Δευτέρα ότι οι συνομιλίες ολοκληρώθηκαν χωρίς συμφωνία. Θα συνεχιστούν τον Μάιο.",
}
ENCODINGS = [
    ("ru", "windows-1251"),
    ("ru", "koi8-r"),
    ("ru", "iso-8859-5"),
    ("uk", "windows-1251"),
    ("ko", "euc-kr"),
    ("ko", "cp949"),
    ("zh", "gb2312"),
    ("zh", "gb18030"),
    ("zh-TW", "big5"),
    ("ja", "shift_jis"),
    ("ja", "euc-jp"),
    ("ja", "iso-2022-jp"),
    ("de", "windows-1252"),
    ("fr", "windows-1252"),
    ("pl", "iso-8859-2"),
    ("pl", "windows-1250"),
    ("ar", "windows-1256"),
    ("el", "iso-8859-7"),
]


def page(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("language", "name"), ENCODINGS)
@pytest.mark.parametrize("declared", ["", "iso-8859-1", "utf-8", "the right one"])
def test_a_page_is_read_whatever_it_says_of_its_encoding(language: str, name: str, declared: str) -> None:
    html = page(SENTENCES[language], name if declared == "the right one" else declared)

    assert encoding.decode(html.encode(name)) == html


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "euc-kr", "no-such-thing", "unicode_escape"])
def test_valid_utf_8_beats_any_declaration(declared: str) -> None:
    html = page(SENTENCES["ko"] + SENTENCES["de"], declared)

    assert encoding.decode(html.encode(), f"text/html; charset={declared}") == html


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_marks_and_wide_encodings_are_recognised(name: str) -> None:
    html = page(SENTENCES["ja"])

    assert encoding.decode(html.encode(name), "text/html; charset=iso-8859-1") == html


def test_the_header_is_believed_where_the_bytes_alone_cannot_tell() -> None:
    body = page("Größe").encode("windows-1252")

    assert encoding.decode(body, "text/html; charset=ISO-8859-1") == page("Größe")


def test_utf_8_cut_in_the_middle_of_a_character_loses_only_that() -> None:
    html = page(SENTENCES["ko"])

    assert encoding.decode(html.encode()[: html.encode().index("끝".encode()) + 1])[:-1] == html[: html.index("끝")]


def test_one_foreign_snippet_does_not_turn_a_utf_8_page_into_another_encoding() -> None:
    body = page(SENTENCES["ru"] + "@" + SENTENCES["ru"]).encode().replace(b"@", b"caf\xe9")

    assert encoding.decode(body) == page(SENTENCES["ru"] + "caf\ufffd" + SENTENCES["ru"])


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00", True),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00" * 20, True),
        (page(SENTENCES["ja"]).encode("shift_jis"), False),
        (page(SENTENCES["ja"]).encode("utf-16"), False),
        (b"", False),
    ],
)
def test_binary_data_is_told_from_text(body: bytes, binary: bool) -> None:
    assert encoding.is_binary(body) is binary


@given(
    st.binary(max_size=400), st.sampled_from(["", "utf-8", "gb2312", "idna", "zlib", "utf-16", "punycode", "\udc80"])
)
def test_no_bytes_and_no_declaration_make_it_fail(noise: bytes, declared: str) -> None:
    assert isinstance(encoding.decode(noise, f"text/html; charset={declared}"), str)
    assert isinstance(encoding.decode(page("x", "big5").encode() + noise, ""), str)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_utf_8_comes_back_to_the_letter(text: str) -> None:
    html = page(text)

    assert encoding.decode(html.encode()) == html


def test_french_with_quotation_marks_is_no_czech() -> None:
    text = "«\u00a0La criminalité liée à l'ennui\u00a0», une étude très complexe : « l'élève » préfère « la forêt »"

    assert encoding.decode(text.encode("iso8859-1")) == text


def test_polish_without_a_declaration_is_no_french() -> None:
    text = "Rząd ogłosił, że umowa została podpisana w środę; strony będą współpracować, gdyby doszło do napaści"

    assert encoding.decode(text.encode("iso8859-2")) == text
