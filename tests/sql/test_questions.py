"""The questions by which speed is measured (bench/_questions.py): that none is missing and each can be asked."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from bench._questions import QUESTIONS, RECOUNTS, unasked
from models import cube_store
from tests import factories as make


def test_every_view_of_trends_is_asked_and_gives_an_answer(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "topic-1")
    make.article(db, "source-1", topics=["topic-1"], story_id=None)
    cube_store.roll_up(db)

    asked = [sql for question in (*QUESTIONS, *RECOUNTS) for sql in (question.sql, question.base) if sql]
    answered = [db.execute(sa.text(sql)).returns_rows for sql in asked]

    assert unasked(db) == []
    assert all(answered)


def test_a_view_that_no_question_is_about_is_named(db: Connection) -> None:
    db.execute(sa.text("CREATE VIEW trends.forgotten AS SELECT 1 AS one"))

    assert unasked(db) == ["forgotten"]
