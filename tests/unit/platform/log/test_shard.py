"""A shard is a partition by name, and its epoch is when it began."""

import pytest
from aiokafka.structs import TopicPartition

from beaconfire_platform.log.kafka.shard import (
    BEGAN_FROM_MS,
    EPOCH_MAX,
    epoch_at,
    partition_of,
    shard_of,
    source_of,
)


def test_a_shard_is_named_by_topic_and_number() -> None:
    partition = TopicPartition("test-7.geo.v1", 11)

    assert shard_of(partition) == "test-7.geo.v1/11"
    assert partition_of(shard_of(partition)) == partition
    assert source_of(partition.topic) == "geo"


@pytest.mark.parametrize(
    ("began_ms", "epoch"),
    [(BEGAN_FROM_MS + 7_999, 7), (BEGAN_FROM_MS + 999, 1), (0, 1), (-1, 1), (2**63 - 1, EPOCH_MAX)],
)
def test_an_epoch_fits_its_column_whatever_a_record_says(began_ms: int, epoch: int) -> None:
    assert epoch_at(began_ms) == epoch


def test_a_shard_that_began_later_has_a_higher_epoch() -> None:
    assert epoch_at(BEGAN_FROM_MS + 60_000) > epoch_at(BEGAN_FROM_MS + 59_000)
