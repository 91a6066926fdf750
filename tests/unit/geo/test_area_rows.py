"""Areas as rows of bytes come back as they went, batch by batch."""

from io import BytesIO

import shapely

from beaconfire_geo.adapters.area_rows import ROWS_AT_ONCE, AreaRow, read_batches, write_rows
from beaconfire_geo.domain.layers import Area

CELL = Area("c1", "cell", "akl.c1", "一区", "Cell 1", shapely.box(174.7, -36.9, 174.71, -36.89), 7)
SHAPELESS = Area("13", "province", "13", "河北", "Hebei", None)


def test_rows_come_back_as_they_went_and_no_batch_is_larger_than_it_may_be() -> None:
    file = BytesIO()
    rows = [AreaRow.of(CELL), AreaRow.of(SHAPELESS)] * ROWS_AT_ONCE

    write_rows(file, rows)
    file.seek(0)
    batches = list(read_batches(file))

    assert [len(one) for one in batches] == [ROWS_AT_ONCE, ROWS_AT_ONCE]
    assert [row.area() for row in batches[1][-2:]] == [CELL, SHAPELESS]


def test_no_rows_are_no_bytes() -> None:
    file = BytesIO()
    write_rows(file, [])

    assert file.getvalue() == b""
    assert list(read_batches(file)) == []
