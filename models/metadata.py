"""What all tables share: their schema, how their constraints are named, and the types they are made of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, MetaData, SmallInteger

metadata = MetaData(
    schema="news",
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

Instant = DateTime(timezone=True)


def key(name: str = "id", kind: type[BigInteger | Integer | SmallInteger] = BigInteger) -> Column[int]:
    """A number that the database gives."""
    return Column(name, kind, Identity(always=True), primary_key=True)
