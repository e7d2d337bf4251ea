"""Logins and tokens in addresses: kept out of feeds.toml, the database, messages and logs, and put in when we ask.

An address names a secret in braces, `https://{courier}@feeds.example/rss` or `…/rss?token={courier}`; what it stands
for is in the setting WIREWATCH_SECRETS alone, on each machine that polls. So nothing that is stored, shown or backed up
holds it, and there is nothing to encrypt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from extractors import urls
from extractors.errors import Forbidden

_NAMED = re.compile(r"\{([a-z][a-z0-9_-]{0,39})\}")
_QUOTED = re.compile(r"%7B([a-z][a-z0-9_-]{0,39})%7D", re.IGNORECASE)
_SECRET = re.compile(
    r"(?:.*[_.-])?(?:(?:access|auth|api|private)[_.-]?)?(?:token|passw(?:or)?d|passwd|pwd|secret|apikey|api[_-]?key)",
    re.IGNORECASE,
)
"""Names of parameters that are secret whatever they hold."""
_PERHAPS = re.compile(r".*(?:key|sig|signature|auth|session|hash|code)", re.IGNORECASE)
"""… and that are when what they hold looks drawn by lot."""
_DRAWN = re.compile(r"(?=.*[0-9])(?=.*[a-zA-Z])[\w.+/=~-]{16,}", re.ASCII)


def without_login(url: str) -> str:
    """An address without what stands before its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def in_clear(url: str) -> str | None:
    """What of an address is a secret written out: "a login", "the parameter token"; None when nothing is."""
    parts = urlsplit(url)
    if "@" in parts.netloc and not _NAMED.fullmatch(unquote(parts.netloc.rpartition("@")[0])):
        return "a login"
    for parameter in parts.query.split("&"):
        name, _, value = parameter.partition("=")
        value = unquote(value)
        named = _NAMED.search(value)
        if value and not named and (_SECRET.fullmatch(name) or (_PERHAPS.fullmatch(name) and _DRAWN.fullmatch(value))):
            return f"the parameter {name}"
    return None


def address(written: str) -> str | None:
    """An address as a list of feeds has it: cleaned, its braces plain; None when it is no web address."""
    cleaned = urls.clean(written)
    return None if cleaned is None else readable(cleaned)


def readable(url: str) -> str:
    """A cleaned address with its braces plain again: as it is stored and shown."""
    return _QUOTED.sub(lambda found: f"{{{found[1].lower()}}}", url)


def fill(url: str, secrets: Mapping[str, str]) -> str:
    """The address to ask: each `{name}` replaced by its secret, percent-encoded.

    Raises `Forbidden` for a name that `secrets` does not hold; braces that are no name stay.
    """
    url = readable(url)
    login_ends = url.find("@") if "@" in urlsplit(url).netloc else -1

    def value(found: re.Match[str]) -> str:
        if found[1] not in secrets:
            raise Forbidden(f"{url} names the secret {found[1]!r}, which WIREWATCH_SECRETS does not hold.")
        return quote(secrets[found[1]], safe=":" if found.start() < login_ends else "")

    return _NAMED.sub(value, url)


def hide(text: str, secrets: Mapping[str, str]) -> str:
    """A message or an address with every secret in it, as it is or encoded, replaced by its name in braces."""
    for name, value in secrets.items():
        parts = {value, value.rpartition(":")[2]}
        forms = {form for part in parts for form in (part, quote(part, safe=":"), quote(part, safe=""))}
        for form in sorted(forms, key=len, reverse=True):
            if len(form) >= 3:  # shorter ones would be found in every word
                text = text.replace(form, f"{{{name}}}")
    return text
