"""Every service that tells facts has a topic, and every name is what Kafka takes."""

import re

from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.topics import POSITION, SHARED, TOPICS


def test_every_service_that_tells_facts_has_a_topic_of_its_own() -> None:
    names = [topic.name for topic in (*TOPICS.values(), POSITION)]

    assert set(TOPICS) == {spec.service for spec in FACTS.values()}
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9.-]{1,249}", name) for name in names)


def test_what_is_shared_travels_on_no_internal_topic() -> None:
    for agency in (*TOPICS, "position", "fire-auckland"):
        assert SHARED.format(agency=agency) not in {
            one.name for one in (*TOPICS.values(), POSITION)
        }
