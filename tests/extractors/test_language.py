from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The ministry said on Monday that the talks had ended without agreement and would go on next month."),
        ("de", "Das Ministerium erklärte am Montag, die Gespräche seien ohne Einigung beendet worden."),
        ("fr", "Le ministère a déclaré lundi que les négociations étaient terminées sans accord."),
        ("es", "El ministerio dijo el lunes que las conversaciones terminaron sin acuerdo alguno."),
        ("pt", "O ministério disse na segunda-feira que as negociações terminaram sem acordo."),
        ("it", "Il ministero ha detto lunedì che i colloqui si sono conclusi senza alcun accordo."),
        ("pl", "Ministerstwo poinformowało w poniedziałek, że rozmowy zakończyły się bez porozumienia."),
        ("tr", "Bakanlık pazartesi günü görüşmelerin anlaşma olmadan sona erdiğini açıkladı."),
        ("vi", "Bộ cho biết hôm thứ Hai rằng các cuộc đàm phán kết thúc mà không đạt thỏa thuận."),
        ("id", "Kementerian mengatakan pada Senin bahwa perundingan berakhir tanpa kesepakatan."),
        ("ru", "Министерство сообщило в понедельник, что переговоры завершились без соглашения."),
        ("uk", "Міністерство повідомило у понеділок, що переговори завершилися без угоди."),
        ("bg", "Министерството съобщи в понеделник, че преговорите са приключили без споразумение."),
        ("sr", "Министарство је саопштило у понедељак да су преговори завршени без договора."),
        ("be", "Міністэрства паведаміла ў панядзелак, што перамовы скончыліся без пагаднення."),
        ("kk", "Министрлік дүйсенбіде келіссөздердің келісімсіз аяқталғанын мәлімдеді."),
        ("ar", "قالت الوزارة يوم الاثنين إن المحادثات انتهت دون اتفاق بين الجانبين."),
        ("fa", "وزارتخانه روز دوشنبه اعلام کرد که گفتگوها بدون توافق پایان یافت و پیگیری می‌شود."),
        ("zh", "该部周一表示，谈判在没有达成协议的情况下结束。"),
        ("zh", "俄罗斯Sputnik通讯社报道，NATO表示F-16将于下月交付。"),
        ("ja", "同省は月曜日、協議が合意なしに終わったと発表した。"),
        ("ko", "해당 부처는 월요일 협상이 합의 없이 끝났다고 밝혔다."),
        ("th", "กระทรวงกล่าวเมื่อวันจันทร์ว่าการเจรจาสิ้นสุดลงโดยไม่มีข้อตกลง"),
        ("el", "Το υπουργείο ανακοίνωσε τη Δευτέρα ότι οι συνομιλίες ολοκληρώθηκαν χωρίς συμφωνία."),
        ("he", "המשרד הודיע ביום שני כי השיחות הסתיימו ללא הסכם."),
    ],
)
def test_a_sentence_is_enough_without_any_declaration(code: str, text: str) -> None:
    assert language.detect(text) == code


@pytest.mark.parametrize("declared", ["en", "en-US", "de", "zh", ""])
def test_a_template_that_declares_another_script_or_a_long_text_in_another_language_is_not_believed(
    declared: str,
) -> None:
    russian = "Министерство сообщило в понедельник, что переговоры завершились."
    spanish = "El ministerio dijo el lunes que las conversaciones terminaron sin acuerdo entre las dos partes. " * 3

    assert language.detect(russian, page=declared) == "ru"
    assert language.detect(spanish, page=declared) == "es"


@pytest.mark.parametrize(
    ("text", "page", "source", "expected"),
    [
        ("Putin, Kim", "fr-FR", "en", "fr"),
        ("Putin, Kim", "", "es", "es"),
        ("Путин", "en", "bg", "bg"),
        ("2026", "ja", "", "ja"),
        ("", "", "ko", "ko"),
        ("", "", "", None),
        ("1 2 3", "xx-invalid-", "", "xx"),
    ],
)
def test_a_short_text_is_in_the_language_that_page_or_source_declare(
    text: str, page: str, source: str, expected: str | None
) -> None:
    assert language.detect(text, page=page, source=source) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [("en-GB", "en"), ("zh_Hant_TW", "zh"), ("PT", "pt"), ("nb-NO", "no"), ("iw", "he"), ("cmn-Hans", "zh"),
     ("english", ""), ("", ""), ("ko, en", "ko"), ("x-default", ""), ("kab", "")],
)  # fmt: skip
def test_declarations_come_in_many_spellings(written: str, code: str) -> None:
    assert language.declaration(written) == code


@given(st.text(max_size=300), st.text(max_size=12), st.text(max_size=12))
def test_the_answer_is_two_letters_or_none(text: str, page: str, source: str) -> None:
    found = language.detect(text, page=page, source=source)

    assert found is None or (len(found) == 2 and found.isascii() and found.islower())
