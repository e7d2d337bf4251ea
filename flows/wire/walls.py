"""Pages that stand where an article should be: walls, shells and apologies."""

from __future__ import annotations

from html import escape

END = b"<!-- end of text -->"
"""Where templates end the text of an article."""


def teaser(page: bytes) -> bytes:
    """A page whose text breaks off with an invitation."""
    return page.replace(END, b'<p class="more">Continue reading in the Courier app.</p>', 1)


def paywall(page: bytes) -> bytes:
    """A page that gives away one sentence and asks for money, and says so to machines too."""
    marked = page.replace(b'"isAccessibleForFree": true', b'"isAccessibleForFree": false')
    prompt = (
        b'<div class="offer"><h2>Subscribe now to read the whole article</h2>'
        b"<p>Subscribe now for one dollar a month. You can cancel at any time.</p>"
        b"<p>Already a subscriber? Sign in to continue reading.</p></div>"
    )
    return marked.replace(END, prompt, 1)


def consent(title: str) -> bytes:
    """A German page that wants to know about cookies first."""
    return f"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>{escape(title)}: Ihre Einwilligung</title></head>
<body><main><h1>Ihre Einwilligung, bitte</h1>
<p>Wir und 214 Partner speichern Cookies auf Ihrem Gerät und lesen sie aus, um Werbung zu messen. Dafür brauchen wir
Ihre Einwilligung.</p>
<p>Mit einem Klick auf „Zustimmen“ erlauben Sie Cookies und die Verarbeitung Ihrer Daten nach unserer Erklärung zum
Datenschutz. Ihre Einwilligung können Sie jederzeit widerrufen.</p>
<p>Lesen Sie ohne Cookies: mit dem Pur-Abo für vier Euro im Monat, Datenschutz inbegriffen.</p>
<button>Zustimmen</button> <button>Einstellungen</button></main></body></html>
""".encode()


def robot_check() -> bytes:
    """A page that wants to see a browser at work."""
    return b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Just a moment...</title></head>
<body><h1>Just a moment...</h1><p>We are checking that your connection is secure. This takes a few seconds.</p>
<noscript>Enable JavaScript and cookies to continue.</noscript><p>Ray ID: 7d4e1c90ab</p></body></html>
"""


def soft_404() -> bytes:
    """A page that is not there, with the status of one that is."""
    return b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Page not found - Harbor Post</title></head>
<body><h1>Page not found</h1>
<p>Sorry, the page you asked for has sailed. Try the search, or go back to the front page.</p>
</body></html>
"""


def empty_shell(title: str) -> bytes:
    """A page that a script would fill in a browser."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>
<body><div id="root"></div><noscript>Please enable JavaScript to read this page.</noscript>
<script src="/static/app.js"></script></body></html>
""".encode()
