"""A row that is changed by one who began earlier stands from when it was changed before, so that no moment has it twice.

What a version of the taxonomy says of an article ends when something else is said, whoever's clock that is by.
"""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# now() is when a transaction began, and it may have waited for one that began later.
TURN = "greatest(news.clock(), OLD.facts_since)"


def _date_facts(moment: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION news.date_facts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.facts_since := {moment};
        RETURN NEW;
    END
    $$
    """


def _keep_article(moment: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION news.keep_article() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.articles_past (
            article_id, source_id, language, title, url, published_at, first_seen_at, day, origin_id, story_id, words,
            since, until
        ) VALUES (
            OLD.id, OLD.source_id, OLD.language, OLD.title, OLD.url, OLD.published_at, OLD.first_seen_at, OLD.day,
            coalesce(OLD.origin_id, OLD.id), OLD.story_id, OLD.words, OLD.facts_since, {moment}
        );
        RETURN NULL;
    END
    $$
    """  # noqa: S608 - the words of this file


def _keep_source(moment: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION news.keep_source() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.sources_past (source_id, country, language, kind, bloc, family, since, until)
        VALUES (OLD.id, OLD.country, OLD.language, OLD.kind, OLD.bloc, OLD.family, OLD.facts_since, {moment});
        INSERT INTO news.dirty_days (day, source_id, is_moved)
        SELECT DISTINCT day, source_id, true FROM news.cube
        WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND source_id = NEW.id;
        IF NOT FOUND THEN  -- its grades are added up in other slices all the same
            INSERT INTO news.dirty_days (day, source_id, is_moved)
            SELECT max(day), NEW.id, true FROM news.source_days WHERE source_id = NEW.id HAVING max(day) IS NOT NULL;
        END IF;
        RETURN NULL;
    END
    $$
    """  # noqa: S608 - the words of this file


def _keep_tagging(moment: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION news.keep_tagging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.taggings_past (taxonomy_id, article_id, related, actor_ids, topic_ids, since, until)
        SELECT OLD.taxonomy_id, OLD.article_id, OLD.related, OLD.actor_ids, OLD.topic_ids, OLD.tagged_at, {moment}
        WHERE EXISTS (SELECT FROM news.taxonomies WHERE id = OLD.taxonomy_id AND is_current)
            OR (
                EXISTS (SELECT FROM news.taxonomy_uses WHERE taxonomy_id = OLD.taxonomy_id)
                AND NOT EXISTS (SELECT FROM news.articles WHERE id = OLD.article_id)
            );
        RETURN NULL;
    END
    $$
    """  # noqa: S608 - the words of this file


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for keep in (_date_facts, _keep_article, _keep_source):
        op.execute(keep(TURN))
    op.execute(_keep_tagging("coalesce(NEW.tagged_at, news.clock())"))  # NEW is null when a row goes


def downgrade() -> None:
    for keep in (_date_facts, _keep_article, _keep_source, _keep_tagging):
        op.execute(keep("news.clock()"))
