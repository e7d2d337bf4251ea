"""What a taxonomy file may hold: its tables and keys, checked as text from outside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Scope = Literal["sentence", "opening", "lead", "text"]
Weight = Annotated[float, Field(ge=-50, le=50)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Worded(BaseModel):
    """A table whose two-letter keys are languages with their terms; `any` is for all of them."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    __pydantic_extra__: dict[str, list[Phrase]] = Field(init=False)

    @model_validator(mode="before")
    @classmethod
    def _languages(cls, value: Any) -> Any:
        if isinstance(value, dict):
            known = set(cls.model_fields) | {field.alias for field in cls.model_fields.values()}
            for key in value:
                if key not in known and not (isinstance(key, str) and (len(key) == 2 or key == "any")):
                    raise ValueError(f"`{key}` is neither a language (two letters, or any) nor a known key")
        return value

    @property
    def terms(self) -> dict[str, list[str]]:
        """Terms by language, as written."""
        return dict(self.__pydantic_extra__ or {})


class Ambiguous(_Worded):
    """Terms that count only when one of `beside` is in the text too."""

    beside: list[Name] = Field(min_length=1)


class Concept(_Worded):
    """A named list of terms."""

    also: list[Name] = []
    """Concepts that every term of this one stands for as well."""
    not_: list[Phrase] = Field([], alias="not")
    """Phrases inside which a term of this concept does not count."""
    ambiguous: Ambiguous | None = None


class Actor(Concept):
    """A concept that is someone: a person, a state, an institution."""

    name: str
    wikidata: Annotated[str, StringConstraints(pattern=r"^Q[1-9]\d*$")] | None = None
    checked: bool = False
    """Whether somebody looked the identifier up in the registry itself."""


class Compound(_Worded):
    """Terms that stand for several concepts at once."""

    concepts: list[Name] = Field(min_length=2)


class AtLeast(_Strict):
    """So many of a list."""

    n: int = Field(ge=1)
    of: list[str] = Field(min_length=1)


class Rule(_Strict):
    """One way to earn a topic."""

    all: list[str] = []
    any: list[Name] = []
    at_least: AtLeast | None = Field(None, alias="at-least")
    near: list[str] = []
    """Slots that the sentence before, the one after or the title may fill as well."""
    needs: list[str] = []
    """Slots that any place of title and text may fill, or a topic given before (`#slug`)."""
    about: list[str] = []
    """Slots that the title and the first three sentences fill; a rule for sentences then looks at later ones."""
    none: list[Name] = []
    scope: Scope = "sentence"
    within: int | None = Field(None, ge=1, le=200)
    weight: float = Field(1.0, gt=0, le=10)
    where: Literal["title", "lead"] | None = None


class Topic(_Strict):
    """A topic, what earns it, and what it says about relatedness."""

    slug: Name
    title: str = Field(min_length=1)
    description: str = ""
    medtop: Annotated[str, StringConstraints(pattern=r"^medtop:\d{8}$")] | None = None
    medtop_label: str | None = Field(None, alias="medtop-label")
    checked: bool = False
    actors: list[Name] = []
    core: bool = False
    """Whether the topic is the seed document's own subject, or only near it."""
    related: float = Field(0.0, ge=0, le=1)
    threshold: float = Field(0.5, gt=0)
    exclude: list[Phrase] = []
    rules: list[Rule] = Field(min_length=1)


class Fields(_Strict):
    """How much a match counts by where it stands."""

    title: float = Field(2.0, ge=0, le=10)
    lead: float = Field(1.25, ge=0, le=10)
    text: float = Field(1.0, ge=0, le=10)
    deep: float = Field(1.0, ge=0, le=10)
    """Far from the beginning, where a long text touches on much that it is not about."""
    passing: float = Field(1.0, ge=0, le=1)
    """No place: what a whole firing is worth where one of its actors is named in no other sentence of a long text."""


class Together(_Strict):
    """Actors whose (joint) mention says something about relatedness by itself."""

    of: list[Name] = Field(min_length=1)
    weight: float = Field(ge=0, le=1)
    where: Literal["lead"] | None = None
    """`lead`: each of them must be named in the title or the first three sentences."""


class Odds(_Strict):
    """What makes a topic likely that its rules have not earned: logarithms of odds, to be added up."""

    base: float = Field(ge=-50, le=0)
    """Where nothing speaks for it or against it."""
    rules: float = Field(0.0, ge=0, le=50)
    """For each unit of weight that its rules have found."""
    least: float = Field(0.5, gt=0, lt=1)
    """The likelihood from which on it is given."""
    title: dict[Name, Weight] = {}
    lead: dict[Name, Weight] = {}
    """In the title or the first three sentences."""
    text: dict[Name, Weight] = {}
    """Anywhere in title and text."""


class File(_Strict):
    """The whole file."""

    name: Name
    title: str = ""
    fields: Fields = Fields()
    ignore: list[Phrase] = []
    """Phrases that are taken out of every text before anything is looked for."""
    actors: dict[Name, Actor] = {}
    concepts: dict[Name, Concept] = {}
    compounds: list[Compound] = []
    together: list[Together] = []
    topics: list[Topic] = Field(min_length=1)
    odds: dict[Name, Odds] = {}
