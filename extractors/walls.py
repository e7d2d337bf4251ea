"""What walls say: before an article, or in its place, in the languages of our sources.

One wording a line, as a regular expression in lower case; `…` stands for up to 60 characters of the same sentence.
"""

from __future__ import annotations

import re


class Wordings:
    """Ways to say one thing.

    Each is searched alone and in lower case: that way `re` jumps from one first letter to the next, and a page of 6,000
    characters takes a tenth of the time of one long alternative without regard to case.
    """

    def __init__(self, lines: str) -> None:
        self._patterns = [
            re.compile(line.strip().replace("…", r"[^.。\n]{0,60}"), re.MULTILINE)
            for line in lines.splitlines()
            if line.strip()
        ]

    def search(self, text: str) -> str:
        """The first wording found in `text` as it stands there, in lower case; empty when there is none."""
        lower = text.lower()
        matches = (pattern.search(lower) for pattern in self._patterns)
        return next((match.group() for match in matches if match is not None), "")


PAYWALL = Wordings(
    r"""
    (?:subscribe|subscription|log ?in|sign ?in|sign ?up|register|account)…to (?:continue|keep) reading
    (?:subscribe|subscription|log ?in|sign ?in|register)…to (?:read|access|unlock|view) (?:the|this|all|full|more)
    (?:continue|keep) reading…(?:subscri|free (?:trial|account)|with a)
    (?:article|story|content) is (?:only |available |reserved |exclusive(?:ly)? ){0,3}(?:to|for)…(?:subscribers|members)
    (?:subscribers?|members?)[- ]only (?:article|content|story)
    exclusive(?:ly)? (?:to|for) (?:our )?subscribers
    already a (?:subscriber|member)\b
    you have (?:reached|used) (?:your|all)…(?:free )?articles
    (?:dieser|der) (?:artikel|beitrag|text)…(?:abonnent|abonnement|\babo\b)
    jetzt weiterlesen mit
    weiterlesen mit…abo
    mit (?:\w+[+-]?(?:plus)?[- ])?abo (?:weiter)?lesen
    nur für abonnent
    (?:sind sie|sie sind) (?:schon|bereits) (?:abonnent|kunde|registriert)
    (?:cet article|la suite)…(?:réservée?s?|abonné)
    il vous reste [\d.,]+ ?% de cet article
    déjà abonné
    (?:contenido|artículo) exclusivo para (?:suscriptores|los suscriptores)
    (?:suscríb[ae]te|regístrate) para (?:seguir|continuar) leyendo
    (?:conteúdo|matéria|reportagem) exclusiv[ao] para assinantes
    assine para continuar lendo
    já é assinante
    contenuto riservato agli abbonati
    articolo riservato
    abbonati per continuare
    sei già abbonato
    (?:материал|статья|текст)…(?:доступ\w+|только)…подписчик
    оформите подписку…(?:чтобы|читать|дочитать)
    (?:матеріал|стаття)…передплатник
    оформіть (?:перед)?плату
    (?:유료|구독자|회원|독자) ?전용 ?(?:기사|콘텐츠)
    (?:로그인|구독|회원 ?가입)…(?:후|하시면|하면)…(?:전문|기사|계속)
    (?:订阅|訂閱|登录|登入|付费|付費|会员|會員)…(?:阅读全文|閱讀全文|继续阅读|繼續閱讀|查看全文|解锁|解鎖|专享|專享|專屬)
    (?:この|本)(?:記事|コンテンツ)は(?:有料|会員)
    (?:会員|読者)(?:限定|専用)(?:記事|の)
    残り[\d０-９,]+文字
    ログインして続き
    会員登録(?:して|すると)
    هذا المحتوى (?:متاح|مخصص) للمشتركين
    """
)
"""Only those who pay or sign in read on."""

COOKIES = Wordings(
    r"""
    \bcookies?\b
    (?:privacy|data protection) (?:policy|settings|preferences)
    personal data
    legitimate interest
    our \d* ?partners
    datenschutz
    einwilligung
    personenbezogene
    nos partenaires
    données personnelles
    vie privée
    protección de datos
    privacidad
    файл\w* cookie
    куки
    персональн\w+ данн
    쿠키
    개인정보
    クッキー
    個人情報
    隐私(?:政策|权)
    隱私
    ملفات تعريف الارتباط
    """
)
"""Words of notices on cookies and data, not of news."""

CONSENT = Wordings(
    r"""
    (?:accept|agree to|allow|reject|manage) (?:all )?(?:the use of )?(?:cookies|all)
    before you continue to
    we (?:value|care about) your privacy
    we and our (?:\d+ )?(?:partners|vendors)…(?:store|cookies|process)
    consent to (?:the|our) (?:use|processing)
    alle akzeptieren
    (?:cookies|allem) zustimmen
    wir benötigen ihre zustimmung
    mit werbung weiterlesen
    werbefrei(?:es)? (?:lesen|abo)
    tout accepter
    accepter et (?:continuer|fermer)
    continuer sans accepter
    nous et nos (?:\d+ )?partenaires
    aceptar (?:todas?|y continuar|cookies)
    rechazar (?:todas?|y suscribirse)
    aceitar (?:todos|cookies)
    accetta (?:tutti|e continua)
    accetta i cookie
    (?:принять|согласен с)…(?:cookie|куки)
    (?:쿠키|개인정보)…동의
    クッキー…同意
    (?:接受|同意)…(?:cookie|隐私)
    """
)
"""The buttons and questions of a consent wall."""

BOT_TITLE = Wordings(
    r"""
    ^just a moment\b
    attention required!?
    ^access denied
    access to this page has been denied
    ^(?:are you|you are not) (?:a )?(?:robot|human)
    security (?:check|verification)
    ^captcha
    pardon our interruption
    ^bot (?:check|verification)
    ddos[- ]guard
    verify(?:ing)? you are (?:a )?human
    ^(?:403|401|429|503)\b
    ^forbidden$
    too many requests
    访问(?:验证|受限)
    安全验证
    проверка (?:браузера|безопасности)
    доступ (?:запрещ|ограничен)
    접근(?:이 |)(?:차단|거부)
    アクセスが(?:拒否|制限)
    """
)
"""Titles of pages that want to know whether we are human."""

BOT = Wordings(
    r"""
    checking your browser before
    (?:enable|turn on) javascript and cookies to continue
    needs to review the security of your connection
    verify(?:ing)? (?:that )?you are (?:a |not a )?(?:human|robot)
    please (?:complete|solve)…captcha
    are you a robot\?
    you don['’]t have permission to access
    you have been blocked
    unusual (?:traffic|activity) from your
    ray id:? [0-9a-f]{12}
    automated (?:access|requests?)…(?:detected|denied|blocked)
    请(?:完成|进行)…验证
    拖动滑块
    滑动验证
    подтвердите,? что вы не робот
    вы не робот
    로봇이 아닙니다
    自動入力防止
    ロボットではない
    bestätigen sie,? dass sie (?:kein|ein)
    vérifi\w+ que vous (?:êtes|n['’]êtes) (?:pas )?(?:un )?(?:humain|robot)
    no (?:soy|eres) un robot
    não sou um robô
    """
)
"""And what they say."""

MISSING_TITLE = Wordings(
    r"""
    \b404\b
    (?:page|article|story|content|file) (?:was )?(?:not found|no longer (?:available|exists))
    ^not found$
    ^oops[!.… ]
    (?:seite|artikel)…nicht (?:gefunden|verfügbar)
    (?:page|article) (?:introuvable|non trouvée?)
    página no (?:encontrada|existe)
    página não encontrada
    pagina non trovata
    (?:страница|материал)…не (?:найден|существует)
    сторінк\w+ не знайдено
    페이지를 찾을 수 없
    존재하지 않는 (?:페이지|기사)
    삭제된 기사
    页面(?:不存在|未找到|找不到)
    頁面(?:不存在|找不到)
    找不到(?:页面|頁面|网页|您)
    ページ(?:が|は)…(?:見つかりません|存在しません|ありません)
    الصفحة غير موجودة
    """
)
"""Titles of pages that say that there is no page."""

MISSING = Wordings(
    r"""
    (?:page|article|story) (?:that )?you…(?:looking for|requested)…(?:not|n['’]t|no longer|moved|removed|unavailable)
    (?:could|can) ?(?:not|n['’]t) (?:be found|find (?:the|that|this) (?:page|article|story))
    this (?:page|article) (?:has been (?:removed|deleted)|does(?: not|n['’]t) exist)
    (?:gesuchte|angeforderte|gewünschte) (?:seite|artikel)…nicht
    (?:page|article) (?:que vous|demandée?)…(?:n['’]existe|introuvable|plus)
    la página (?:que|solicitada)…no (?:existe|se encuentra|está)
    a página que…não (?:existe|foi)
    (?:запрашиваем\w+|запрошенн\w+|такой) страниц\w+…(?:не найден|не существует|нет)
    материал был удал[её]н
    (?:요청하신|찾으시는) (?:페이지|기사)
    삭제(?:되었거나|된) (?:기사|페이지)
    您(?:访问|查找|要查看)的(?:页面|内容|文章)…(?:不存在|已|找不到)
    お探しの(?:ページ|記事)
    指定された(?:ページ|記事|URL)…(?:ありません|見つかり|存在)
    """
)
"""And what they say."""
