"""Clauses go together as one statement, each with its own parameters and its own answer."""

import pytest

from beaconfire_platform.clauses import Clause, in_one, row_alone

FIRST, SECOND = row_alone("insert into a values ($1, $2)"), row_alone("insert into b ($2, $1)")
FIRST_OF_ALL = Clause((), first="open($1, $2)")
ASKING = Clause((("c", "select $1 as n"),), "(select n + $2 from c)")


@pytest.mark.parametrize(
    ("clauses", "statement"),
    [
        ((FIRST,), "insert into a values ($1, $2)"),
        (
            (FIRST, SECOND),
            (
                "with written_0 as (insert into a values ($1, $2)), "
                "written_1 as (insert into b ($4, $3)) select 1"
            ),
        ),
        ((FIRST_OF_ALL,), "select 1 from open($1, $2)"),
        (
            (FIRST_OF_ALL, FIRST),
            "with written_0 as (insert into a values ($3, $4)) select 1 from open($1, $2)",
        ),
        (
            (FIRST, FIRST_OF_ALL, ASKING),
            (
                "with written_0 as (insert into a values ($1, $2)), c as (select $5 as n) "
                "select (select n + $6 from c) from open($3, $4)"
            ),
        ),
        (
            (FIRST, ASKING, Clause((), "f($1, $11)"), SECOND),
            (
                "with written_0 as (insert into a values ($1, $2)), c as (select $3 as n), "
                "written_2 as (insert into b ($17, $16)) "
                "select (select n + $4 from c), f($5, $15)"
            ),
        ),
    ],
)
def test_each_has_its_own_parameters_after_those_of_the_one_before(
    clauses: tuple[Clause, ...], statement: str
) -> None:
    assert in_one(clauses) == statement
