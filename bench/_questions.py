"""What the trends bench asks: every view of schema trends, as it is asked about 90 days, and the base tables the same.

Most views are asked about one topic, bloc or source, as `docs/analysts.md` asks them; some also about all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

DAYS = "trends.today() - 90"
_STORIES = (
    f"story_id = ANY(ARRAY(SELECT story_id FROM trends.story_topic_counts WHERE topic_id = 1 AND started_on > {DAYS}))"
)
_SOURCE = f"SELECT article_id FROM trends.article_facts WHERE source_id = 1 AND day > {DAYS}"
_TOPIC, _ACTOR = "topic = 'topic-1'", "actor = 'actor-1'"
_VERSION = "taxonomy_id = (SELECT trends.version())"
_ROLLING, _WEEKS = "grain = '90 days'", f"grain = 'week' AND starts_on > {DAYS}"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: which view, which rows; `base` asks the base tables for the same, where that is short."""

    view: str
    where: str = ""
    asked: str = ""
    base: str = ""
    columns: str = "*"

    @property
    def name(self) -> str:
        return f"{self.view}, {self.asked}" if self.asked else self.view

    @property
    def sql(self) -> str:
        return f"SELECT {self.columns} FROM trends.{self.view}" + (f" WHERE {self.where}" if self.where else "")


_FOUR = "count(*), count(DISTINCT source_id), count(DISTINCT family), count(DISTINCT coalesce(origin_id, articles.id))"
_ARTICLES = "news.articles JOIN news.sources ON sources.id = source_id"
_TAGS = f"news.tags JOIN {_ARTICLES} ON articles.id = article_id"
_STORED = f"state = 'stored' AND day > {DAYS}"


def _by(what: str, *, topic: str = "", since: bool = True) -> str:
    """Four counts from the base tables, by these columns: of all articles, or of those that have a tag."""
    tables = _TAGS if topic or "topic_id" in what else _ARTICLES
    where = " AND ".join(filter(None, (topic and f"topic_id = {topic}", _STORED if since else "state = 'stored'")))
    return f"SELECT {what}, {_FOUR} FROM {tables} WHERE {where} GROUP BY {what}"


def _topic_days(kind: str) -> list[Question]:
    """A view of topics by day and slice: one topic, and all of them."""
    column = {"country": "country", "language": "articles.language"}.get(kind, kind)
    view = f"topic_{kind}_days"
    return [
        Question(view, f"{_TOPIC} AND day > {DAYS}", "one topic", _by(f"{column}, day", topic="1")),
        Question(view, f"day > {DAYS}", "all topics", _by(f"topic_id, {column}, day")),
    ]


QUESTIONS: tuple[Question, ...] = (
    # The finest: articles, and what is counted of them.
    Question("source_facts"),
    Question("article_facts", f"source_id = 1 AND day > {DAYS}", "one source"),
    Question(
        "tagging_facts",
        f"article_id = ANY(ARRAY({_SOURCE}))",
        "one source",
    ),
    Question("articles", f"source = 'source-1' AND day > {DAYS}", "one source"),
    Question("articles", f"'topic-1' = ANY(topics) AND day > {DAYS}", "one topic"),
    Question("articles", f"'topic-1' = ANY(topics) AND day > {DAYS}", "one topic, counted", columns="count(*)"),
    Question(
        "tag_evidence",
        f"{_TOPIC} AND article_id = ANY(ARRAY({_SOURCE}))",
        "one topic of one source",
    ),
    Question("cells", f"{_VERSION} AND about = 'topic' AND about_id = 1 AND day > {DAYS}", "one topic"),
    Question(
        "counts",
        f"{_VERSION} AND about = 'topic' AND about_id = 1 AND slice_kind = 'bloc' AND grain = 'day'"
        f" AND starts_on > {DAYS}",
        "one topic by bloc",
        _by("bloc, day", topic="1"),
    ),
    Question("origins", f"first_published_at > {DAYS} ORDER BY articles DESC LIMIT 50", "the 50 most copied"),
    # Coverage.
    Question("days", f"day > {DAYS}", "", _by("day")),
    Question("coverage_days", f"source = 'source-1' AND day > {DAYS}", "one source"),
    Question("coverage_days", f"day > {DAYS}", "all sources", _by("slug, articles.language, day")),
    Question("source_days", f"source = 'source-1' AND day > {DAYS}", "one source"),
    Question("source_days", f"day > {DAYS}", "all sources", _by("slug, day")),
    Question("slices"),
    Question("slice_coverage", f"slice_kind = 'bloc' AND day > {DAYS}", "by bloc"),
    Question("slice_days", f"slice_kind = 'bloc' AND day > {DAYS}", "by bloc", _by("bloc, day")),
    Question("periods", f"starts_on > {DAYS}"),
    Question("slice_periods", f"slice_kind = 'bloc' AND grain = 'week' AND starts_on > {DAYS}", "weeks by bloc"),
    Question("openings", f"slice_kind = 'bloc' AND day > {DAYS}", "by bloc"),
    # Topics and actors over time.
    Question("topics"),
    Question("topic_slice_days", f"{_TOPIC} AND slice_kind = 'bloc' AND day > {DAYS}", "one topic by bloc"),
    Question("topic_days", f"{_TOPIC} AND day > {DAYS}", "one topic", _by("day", topic="1")),
    Question("topic_days", _TOPIC, "one topic, all time", _by("day", topic="1", since=False)),
    Question("topic_days", f"day > {DAYS}", "all topics", _by("topic_id, day")),
    Question(
        "topic_source_days", f"{_TOPIC} AND source = 'source-1' AND day > {DAYS}", "one topic and source",
    ),
    Question("topic_source_days", f"{_TOPIC} AND day > {DAYS}", "one topic", _by("slug, day", topic="1")),
    *_topic_days("bloc"),
    *_topic_days("country"),
    *_topic_days("language"),
    *_topic_days("kind"),
    Question("topic_periods", f"{_TOPIC} AND slice_kind = 'bloc' AND {_WEEKS}", "one topic, weeks by bloc"),
    Question("topic_weeks", f"week > {DAYS}", "all topics", _by("topic_id, date_trunc('week', day)")),
    Question("topic_months", "", "all topics, all time"),
    Question("topic_changes", _TOPIC, "one topic"),
    Question("topic_changes", "", "all topics"),
    Question("actors"),
    Question("actor_slice_days", f"{_ACTOR} AND slice_kind = 'bloc' AND day > {DAYS}", "one actor by bloc"),
    Question("actor_days", f"{_ACTOR} AND day > {DAYS}", "one actor"),
    # Stories: who leads, who follows, who is silent.
    Question("story_articles", _STORIES, "one topic"),
    Question("story_counts", f"started_on > {DAYS}"),
    Question("story_slice_counts", f"slice_kind = 'bloc' AND started_on > {DAYS}", "by bloc"),
    Question("story_topic_counts", f"topic_id = 1 AND started_on > {DAYS}", "one topic"),
    Question("stories", f"started_on > {DAYS} ORDER BY articles DESC LIMIT 50", "the 50 largest"),
    Question(
        "stories", f"'topic-1' = ANY(topics) AND started_on > {DAYS} ORDER BY articles DESC LIMIT 5", "5 of one topic",
    ),
    Question("story_slices", f"slice_kind = 'bloc' AND {_STORIES}", "one topic by bloc"),
    Question("story_blocs", _STORIES, "one topic"),
    Question("story_languages", _STORIES, "one topic"),
    Question("first_movers", f"{_TOPIC} AND {_ROLLING}", "one topic"),
    Question("first_movers", f"{_TOPIC} AND {_WEEKS}", "one topic by week"),
    Question("topic_slice_lags", f"{_TOPIC} AND {_ROLLING}", "one topic"),
    Question("topic_bloc_lags", f"{_TOPIC} AND {_ROLLING}", "one topic"),
    Question("topic_bloc_lags", f"{_TOPIC} AND {_WEEKS}", "one topic by week"),
    Question("topic_bloc_lags", _ROLLING, "all topics"),
    Question("topic_language_lags", f"{_TOPIC} AND {_ROLLING}", "one topic"),
    Question("habits", "topic_id = 1", "one topic"),
    Question("silences", _TOPIC, "one topic"),
    Question("silences", "silent AND slice_kind = 'bloc' AND days = 14", "silent blocs"),
    Question("silences", "", "all topics"),
    Question("attention", f"{_TOPIC} AND {_ROLLING}", "one topic"),
    Question("attention", f"{_TOPIC} AND {_WEEKS}", "one topic by week"),
    Question("attention", _ROLLING, "all topics"),
    # What goes together, and what stands out.
    Question("pair_counts", f"{_VERSION} AND left_about = 'topic' AND left_id = 1 AND day > {DAYS}", "one topic"),
    Question("pair_days", f"left_about = 'topic' AND left_subject = 'topic-1' AND day > {DAYS}", "one topic"),
    Question("pairs", "days = 90 AND left_subject = 'topic-1'", "one topic"),
    Question("pairs", "days = 90", "all topics and actors"),
    Question("tested_days", f"day > {DAYS}"),
    Question("tested", f"topic_id = 1 AND day > {DAYS}", "one topic"),
    Question("tests", f"{_TOPIC} AND slice_kind = 'all' AND day > {DAYS}", "one topic"),
    Question("tests", f"{_TOPIC} AND slice_kind = 'bloc' AND day > {DAYS}", "one topic by bloc"),
    Question("bursts", f"{_TOPIC} AND day > {DAYS}", "one topic"),
    Question("bursts", f"day > {DAYS}", "all topics"),
    Question("drops", f"{_TOPIC} AND day > {DAYS}", "one topic"),
    Question("drops", f"day > {DAYS}", "all topics"),
    Question("burst_hours", _TOPIC, "one topic"),
    Question("burst_hours", "", "all topics"),
    Question("shifts", _TOPIC, "one topic"),
    Question("shifts", "", "all topics"),
    Question("backtest"),
    Question("alerts", f"starts_on > {DAYS}"),
    # What publishers changed.
    Question("revisions", f"source = 'source-1' AND seen_at > {DAYS}", "one source"),
    Question("edit_days", f"source = 'source-1' AND day > {DAYS}", "one source"),
    Question("edit_days", f"day > {DAYS}", "all sources"),
)  # fmt: skip

RECOUNTS: tuple[Question, ...] = (
    Question("counted_cells", f"day > {DAYS} AND about = 'topic' AND about_id = 1", "one topic"),
    Question("counted", f"grain = 'day' AND starts_on > {DAYS} AND about = 'topic' AND about_id = 1", "one topic"),
    Question("counted_habits", "topic_id = 1", "one topic"),
    Question("counted_stories", f"started_on > {DAYS}"),
    Question("counted_story_slices", f"slice_kind = 'bloc' AND started_on > {DAYS}", "by bloc"),
    Question("counted_story_topics", f"topic_id = 1 AND started_on > {DAYS}", "one topic"),
    Question("counted_pairs", f"day > {DAYS} AND left_about = 'topic' AND left_id = 1", "one topic"),
)
"""The views that count anew from every article, for sql/checks: no aim is set for them, they are what others spare."""


def unasked(db: Connection) -> Sequence[str]:
    """The views of schema trends that no question is about."""
    names = db.execute(text("SELECT viewname FROM pg_views WHERE schemaname = 'trends'")).scalars()
    return sorted(set(names) - {question.view for question in (*QUESTIONS, *RECOUNTS)})
