"""Rows that are wrong are told up to a hundred, and counted beyond."""

from beaconfire.mapfile.rows import ROWS_TOLD_MAX, BadRow, BadRows


def test_a_hundred_rows_are_told_and_all_are_counted() -> None:
    refused = BadRows([BadRow(row, "no_feature", "is no Feature") for row in range(1, 151)])

    assert (len(refused.rows), refused.count, refused.code) == (ROWS_TOLD_MAX, 150, "no_feature")
    assert "150 rows" in str(refused)
