from __future__ import annotations

import pytest

from extractors import grade
from extractors.grade import Signs
from extractors.records import Grade, Reason

SENTENCES = [
    "The council of Little Harrow voted on Monday to rebuild the footbridge that the flood carried away in spring.",
    "Work is to begin in March and to take five months, and until then a ferry will cross the river.",
    "The bridge will cost two million crowns, of which the county pays three quarters and the town the rest.",
    "Shopkeepers had asked for a road bridge instead, but engineers said that the ground was too soft.",
    "The old bridge was built in the year of the great fair, and postcards of it still sell well.",
    "Asked whether the new one would be as handsome, the mayor said that it would be higher.",
    "Schoolchildren have been asked to name it, and the shortlist is to hang in the library until Friday.",
    "Three firms have offered to build it, and the council will choose one of them before Christmas.",
]
ARTICLE = "\n".join(SENTENCES)
SHORT = "\n".join(SENTENCES[:3])
LONG = "\n".join(SENTENCES * 3)

BOTS = [
    ("Just a moment...", "Checking your browser before accessing echo.example. Ray ID: 84a1b2c3d4e5f607"),
    ("Access Denied", "You don't have permission to access this page on this server."),
    ("Attention Required! | Cloudflare", "Please complete the captcha."),
    ("echo.example", "We have detected unusual traffic from your network. Please verify you are a human."),
    ("安全验证", "请完成下方验证后继续访问"),
    ("Проверка браузера", "Подтвердите, что вы не робот"),
    ("접근이 차단되었습니다", "로봇이 아닙니다"),
]
MISSING = [
    ("404 - Page not found", "Sorry, the page you were looking for could not be found."),
    ("Harrow Echo", "Oh dear. This article has been removed or never was."),
    ("Seite nicht gefunden", "Die gesuchte Seite existiert nicht mehr."),
    ("Страница не найдена", "Запрашиваемая страница не найдена."),
    ("안내", "요청하신 페이지를 찾을 수 없습니다. 주소를 확인해 주세요."),
    ("提示", "您访问的页面不存在或已删除"),
    ("お知らせ", "お探しのページは見つかりませんでした。"),
    ("Page introuvable", "La page que vous cherchez n'existe plus."),
]
CONSENT = [
    "We value your privacy. We and our 842 partners store and access cookies on a device. You can accept all or manage options.",
    "Wir benötigen Ihre Zustimmung. Mit Werbung weiterlesen oder ein Abo abschließen. Datenschutz, Einwilligung, Cookies.",
    "Nous et nos partenaires utilisons des cookies. Continuer sans accepter. Tout accepter.",
    "Мы используем файлы cookie. Принять все cookie и продолжить.",
    "이 사이트는 쿠키를 사용합니다. 쿠키 사용에 동의하십니까?",
    "当サイトはクッキーを使用します。クッキーの使用に同意する",
]
PROMPTS = [
    "Subscribe now to continue reading.",
    "Already a subscriber? Sign in.",
    "This article is for subscribers only: it is available only to our members.",
    "Dieser Artikel ist nur für Abonnenten lesbar.",
    "La suite de cet article est réservée aux abonnés.",
    "Contenido exclusivo para suscriptores",
    "Conteúdo exclusivo para assinantes",
    "Contenuto riservato agli abbonati",
    "Материал доступен только подписчикам",
    "이 기사는 구독자 전용 기사입니다.",
    "登录后继续阅读全文",
    "この記事は有料会員限定です。残り1234文字",
]


@pytest.mark.parametrize(
    "text", [ARTICLE, LONG, "\n".join(["市议会周一投票决定，重建春天被洪水冲走的人行桥，工程将于三月开工。"] * 5)]
)
def test_an_article_is_full(text: str) -> None:
    assert grade.judge(text, Signs(title="Footbridge will be rebuilt")).grade == Grade.FULL


@pytest.mark.parametrize(("title", "visible"), BOTS)
def test_a_page_that_asks_whether_we_are_human_is_a_bot_wall(title: str, visible: str) -> None:
    assert grade.judge("", Signs(title=title, visible=visible)).reason == Reason.BOT_WALL
    assert grade.judge(visible, Signs(title=title, visible=visible)).reason == Reason.BOT_WALL


@pytest.mark.parametrize(("title", "visible"), MISSING)
def test_a_page_that_says_there_is_no_page_is_a_soft_404(title: str, visible: str) -> None:
    assert grade.judge(visible, Signs(title=title, visible=visible)).reason == Reason.SOFT_404


@pytest.mark.parametrize("visible", CONSENT)
def test_a_page_that_asks_for_consent_first_is_a_consent_wall(visible: str) -> None:
    assert grade.judge("", Signs(title="Harrow Echo", visible=visible)).reason == Reason.CONSENT_WALL
    assert grade.judge(visible, Signs(title="Harrow Echo", visible=visible)).reason == Reason.CONSENT_WALL


@pytest.mark.parametrize("prompt", PROMPTS)
def test_nothing_but_a_prompt_is_a_paywall(prompt: str) -> None:
    assert grade.judge(prompt, Signs(visible=prompt)).reason == Reason.PAYWALL
    assert grade.judge("", Signs(visible=f"Harrow Echo {prompt}")).reason == Reason.PAYWALL


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_text_cut_by_a_prompt_is_a_teaser_or_a_part_without_it(prompt: str) -> None:
    short = grade.judge(f"{SHORT}\n{prompt}", Signs())
    longer = grade.judge(f"{ARTICLE}\n{prompt}", Signs())

    assert (short.grade, short.text) == (Grade.TEASER, SHORT)
    assert (longer.grade, longer.text) == (Grade.PARTIAL, ARTICLE)


@pytest.mark.parametrize(
    "end", ["…", "...", " [...]", "… Read more", " [+2140 chars]", "\nContinue reading at the Harrow Echo"]
)
def test_a_text_that_breaks_off_is_not_full(end: str) -> None:
    verdict = grade.judge(SHORT.removesuffix(".") + end, Signs())

    assert verdict.grade == Grade.TEASER
    assert verdict.text.rstrip(".") == SHORT.removesuffix(".")


def test_a_page_that_says_it_is_not_free_is_believed_when_its_text_is_short() -> None:
    assert grade.judge(SHORT, Signs(free=False)).grade == Grade.TEASER
    assert grade.judge(ARTICLE, Signs(free=False)).grade == Grade.PARTIAL
    assert grade.judge(LONG, Signs(free=False)).grade == Grade.FULL


@pytest.mark.parametrize(
    "subject",
    [
        "Access denied: how the port shut out a trawler",
        "Just a moment of silence for the old bridge",
        "A cookie factory burns",
        "Why page 404 is missing from the harbour ledger",
        "Captcha inventor visits the town",
    ],
)
def test_an_article_about_walls_is_an_article(subject: str) -> None:
    text = "\n".join([LONG, "The baker said that the cookies were lost. Readers may subscribe to the fund.", LONG])

    assert grade.judge(text, Signs(title=subject)).grade == Grade.FULL


def test_a_full_article_with_a_cookie_notice_in_it_stays_one() -> None:
    text = f"{ARTICLE}\nWe use cookies to improve your experience."

    assert grade.judge(text, Signs(title="Footbridge", visible=text + LONG * 3)).grade == Grade.FULL


def test_headlines_in_a_row_are_no_article() -> None:
    headlines = "\n".join(f"Harbour fees rise for the {number}. time, skippers say" for number in range(12))

    assert grade.judge(headlines, Signs()).reason == Reason.NOT_AN_ARTICLE
    assert grade.judge(headlines, Signs(listing=True)).reason == Reason.NOT_AN_ARTICLE
    assert grade.judge("Sport", Signs(listing=True)).reason == Reason.NOT_AN_ARTICLE


@pytest.mark.parametrize(
    ("text", "visible", "reason"),
    [("", "", Reason.EMPTY), ("Too little.", "Too little.", Reason.TOO_SHORT), ("", "Menu", Reason.TOO_SHORT)],
)
def test_too_little_text_is_told_from_none(text: str, visible: str, reason: Reason) -> None:
    assert grade.judge(text, Signs(visible=visible)).reason == reason
