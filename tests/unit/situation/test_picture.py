"""The picture in memory: versions only rise, hashes tell contents and versions apart."""

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.feed import Record
from beaconfire_situation.domain.picture import (
    Change,
    FactTold,
    Picture,
    content_hash,
    version_hash,
)
from beaconfire_situation.domain.sight import Sight

HERE = Sight(path="akl.north")
THERE = Sight(path="akl.south")
UNIT = Record("unit", "u1", "dispatch", 2, {"status": "in_service"})
FACT = FactTold("f", "t", "2026-11-24T00:00:00+00:00", "ana", None)


def a_change(record: Record, pos: int = 8, after: Sight = HERE) -> Change:
    """One change."""
    return Change(pos, record, HERE, after, FACT)


def a_picture() -> Picture:
    """One unit in the north."""
    return Picture([UNIT], {("unit", "u1"): HERE}, 7)


def test_a_newer_record_replaces_and_an_older_does_not() -> None:
    picture = a_picture()

    picture.apply(a_change(replace(UNIT, version=1, data={"status": "old"})))
    picture.apply(a_change(replace(UNIT, version=3, data={"status": "en_route"})))

    assert [one.version for one in picture.of(("unit", "u1"))] == [3]
    assert picture.pos == 8


def test_a_moved_thing_is_seen_where_it_is_now() -> None:
    picture = a_picture()

    picture.apply(a_change(replace(UNIT, version=3), after=THERE))

    assert list(picture.visible(lambda sight: sight == HERE)) == []
    assert len(list(picture.visible(lambda sight: sight == THERE))) == 1


def test_what_is_filed_leaves_record_by_record() -> None:
    placed = replace(UNIT, source="geo")
    picture = Picture([UNIT, placed], {("unit", "u1"): HERE}, 7)
    filed = replace(HERE, filed=True)

    picture.apply(a_change(replace(UNIT, data={}), 8, filed))
    assert [one.source for one in picture.of(("unit", "u1"))] == ["geo"]
    picture.apply(a_change(replace(placed, data={}), 9, filed))

    assert (picture.things("unit"), picture.sight(("unit", "u1"))) == ([], Sight())
    assert picture.pos == 9


def test_what_nobody_was_told_of_is_nobodys_to_see() -> None:
    assert Picture([UNIT], {}, 1).sight(("unit", "u1")) == Sight()


def test_the_version_hash_is_what_a_client_computes() -> None:
    other = replace(UNIT, id="u0", version=5)
    lines = "unit:u0:dispatch:5\nunit:u1:dispatch:2\n"

    assert version_hash([UNIT, other]) == hashlib.sha256(lines.encode()).hexdigest()
    assert version_hash([other, UNIT]) == version_hash([UNIT, other])


def test_equal_versions_with_other_contents_have_another_content_hash() -> None:
    wrong = replace(UNIT, data={"status": "en_route"})

    assert version_hash([UNIT]) == version_hash([wrong])
    assert content_hash([UNIT]) != content_hash([wrong])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["u1", "u:2", "u"]),
            st.sampled_from(["dispatch", "geo"]),
            st.integers(1, 9),
            st.sampled_from([HERE, THERE, replace(THERE, filed=True)]),
        ),
        max_size=30,
    )
)
def test_the_hash_of_what_somebody_sees_is_that_of_its_records(
    changes: list[tuple[str, str, int, Sight]],
) -> None:
    picture = a_picture()
    for pos, (name, source, version, after) in enumerate(changes, start=8):
        record = replace(UNIT, id=name, source=source, version=version)
        picture.apply(a_change(record, pos, after))

        for seen in ({HERE}, {THERE}, {HERE, THERE}, set[Sight]()):
            assert picture.version_hash(seen.__contains__) == version_hash(
                picture.visible(seen.__contains__)
            )
