"""What a line of the log may say of an error: its name always, its text only where that is ours.

What PostgreSQL, Kafka or a library says may repeat what it was given, and that may be somebody's
name; the code by which they tell their errors apart never does.
"""

from typing import Any

import asyncpg
from aiokafka.errors import KafkaError


class InOurWords(Exception):  # noqa: N818  (said of an error)
    """Its text holds names of topics, consumers and keys, and nothing that anybody told us."""


class Fenced(InOurWords):
    """The position in the books is not ours to move: somebody else owns it, or it moved already."""


def said_of(error: BaseException) -> dict[str, Any]:
    """`error` for a line, with `why` or `code` where there is one."""
    said: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, InOurWords):
        return said | {"why": str(error)} if str(error) else said
    code = _code_of(error)
    return said if code is None else said | {"code": code}


def _code_of(error: BaseException) -> str | int | None:
    """PostgreSQL's SQLSTATE, Kafka's or the system's number."""
    if isinstance(error, asyncpg.PostgresError):
        return getattr(error, "sqlstate", None)
    if isinstance(error, KafkaError | OSError):
        code: object = getattr(error, "errno", None)
        return code if isinstance(code, int) else None
    return None
