"""A line of a roster under test holds around the clock unless said otherwise."""

from beaconfire_testkit.rosters import a_line


def test_a_line_names_its_part_and_what_is_said_otherwise() -> None:
    line = a_line("desk", None, body="b")

    assert (line["part"], line["body"], "begins" in line) == ("desk", "b", False)
