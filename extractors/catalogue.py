"""The sources and feeds people list in `feeds.toml`, checked word by word."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from extractors import logins
from extractors.answers import shown
from extractors.errors import Misconfigured
from extractors.records import Catalogue, FeedSpec, Source, SourceKind
from extractors.toml_lines import line_of

_COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU UN XK
    """.split()  # noqa: SIM905 -- quoted, the list would fill two screens
)
_LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905 -- quoted, the list would fill two screens
)
UNKNOWN = {"country": "ZZ", "language": "und", "kind": SourceKind.UNKNOWN.value, "bloc": "unknown"}
"""What a source is told to be while nobody has said it: values that stand out in every view, and need no [blocs]."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load(text: str, *, name: str) -> Catalogue:
    """The catalogue that the TOML `text` of the file `name` describes.

    Raises `Misconfigured` with one sentence that names file, line and key, for the first thing that is wrong.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{name} is no valid TOML: {error}.") from None
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        # A key that is written wrong is both unknown and missing; the unknown one is the one to show.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        if first["loc"] == ("source",) and first["type"] in {"missing", "too_short"}:
            raise Misconfigured(f"{name} lists no source: add a [[source]], as in the bundled feeds.toml.") from None
        raise _wrong(name, text, list(first["loc"]), _sentence(first)) from None
    _check_whole(file, name, text)
    sources = tuple(_record(source) for source in file.source)
    feeds = tuple(
        FeedSpec(source=source.slug, url=feed.url, note=feed.note) for source in file.source for feed in source.feeds
    )
    return Catalogue(sources=sources, feeds=feeds)


def is_country(code: str) -> bool:
    """Whether feeds.toml takes this as a country: ISO 3166-1, `UN` or `EU`."""
    return code in _COUNTRIES


def is_language(code: str) -> bool:
    """Whether feeds.toml takes this as a language: ISO 639-1."""
    return code in _LANGUAGES


# What may be written -------------------------------------------------------------------------------------------------


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError(
            f"{value!r} is no slug: write small letters, digits and single hyphens, such as 'radio-free-asia'"
        )
    return value


def _country(value: str) -> str:
    if value not in _COUNTRIES and value != UNKNOWN["country"]:
        raise ValueError(f"{value!r} is no country: write an ISO 3166-1 code such as 'KR', or 'UN' or 'EU'")
    return value


def _language(value: str) -> str:
    if value not in _LANGUAGES and value != UNKNOWN["language"]:
        raise ValueError(f"{value!r} is no language: write an ISO 639-1 code such as 'ko'")
    return value


def _kind(value: Any) -> Any:
    kinds = [kind.value for kind in SourceKind]
    if value not in kinds:
        raise ValueError(f"{value!r} is no kind of source: write one of {', '.join(kinds)}")
    return value


def _address(value: str) -> str:
    made = logins.address(value)
    if made is None:
        raise ValueError(f"{shown(value)!r} is no web address: write it with http:// or https://")
    if secret := logins.in_clear(made):
        raise ValueError(
            f"{shown(made)} holds {secret}: give that a name in WIREWATCH_SECRETS, and write the name here in braces"
        )
    return made


def _table_of_feed(value: Any) -> Any:
    return {"url": value} if isinstance(value, str) else value


Slug = Annotated[str, AfterValidator(_slug)]
Address = Annotated[str, AfterValidator(_address)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class _Feed(_Strict):
    url: Address
    note: str = ""


class _Source(_Strict):
    slug: Slug
    name: str = Field(min_length=1)
    homepage: Address | None = None
    country: Annotated[str, AfterValidator(_country)]
    language: Annotated[str, AfterValidator(_language)]
    kind: Annotated[str, BeforeValidator(_kind)]
    bloc: Slug
    family: Slug
    feeds: list[Annotated[_Feed, BeforeValidator(_table_of_feed)]] = Field(min_length=1)


class _File(_Strict):
    blocs: dict[str, str] = {}
    source: list[_Source] = Field(min_length=1)


def _record(source: _Source) -> Source:
    return Source(
        slug=source.slug,
        name=source.name,
        homepage=source.homepage,
        country=source.country,
        language=source.language,
        kind=SourceKind(source.kind),
        bloc=source.bloc,
        family=source.family,
    )


# What must hold across sources ---------------------------------------------------------------------------------------


def _check_whole(file: _File, name: str, text: str) -> None:
    slugs: dict[str, str] = {}
    feeds: dict[str, str] = {}
    for place, source in enumerate(file.source):
        if source.slug in slugs:
            raise _wrong(
                name, text, ["source", place, "slug"], f"the slug {source.slug!r} is given to another source already"
            )
        slugs[source.slug] = source.name
        if file.blocs and source.bloc not in file.blocs and source.bloc != UNKNOWN["bloc"]:
            known = ", ".join(file.blocs)
            raise _wrong(name, text, ["source", place, "bloc"], f"{source.bloc!r} is not among [blocs]: {known}")
        for number, feed in enumerate(source.feeds):
            if feed.url in feeds:
                sentence = f"{feed.url} is listed under {feeds[feed.url]!r} already"
                raise _wrong(name, text, ["source", place, "feeds", number, "url"], sentence)
            feeds[feed.url] = source.slug


def _wrong(name: str, text: str, path: list[str | int], sentence: str) -> Misconfigured:
    line = line_of(text, path)
    where = f"{name}, line {line}" if line else name
    return Misconfigured(f"{where}, {_spelled(path, text)}: {sentence}.")


def _spelled(path: list[str | int], text: str) -> str:
    """`source 3 ("tass"), country`: the path as a person would say it, with the slug where it can be read."""
    parts: list[str] = []
    for key in path:
        if isinstance(key, int):
            parts[-1] += f" {key + 1}"
        else:
            parts.append(key)
    if path[0] == "source" and len(path) > 1 and isinstance(path[1], int):
        slug = tomllib.loads(text)["source"][path[1]].get("slug")
        parts[0] += f" ({slug})" if isinstance(slug, str) else ""
    return ", ".join(parts)


def _sentence(error: Any) -> str:
    kind, given = error["type"], error["input"]
    if kind == "missing":
        return "this key is missing"
    if kind == "extra_forbidden":
        return "there is no such key; see the head of feeds.toml for those there are"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind in ("too_short", "string_too_short"):
        return "this must not be empty"
    return f"{error['msg'].lower()}, not {given!r}"
