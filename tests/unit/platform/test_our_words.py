"""A line of the log repeats the text of an error only where that text is ours."""

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from beaconfire_platform.log.kafka.publisher import RelayFenced
from beaconfire_platform.log.kafka.refill import HistoryForked
from beaconfire_platform.log.kafka.topics import TopicUnfit
from beaconfire_platform.log.ledger import HoleMet
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.log.postgres import LogEpochChanged
from beaconfire_platform.our_words import Fenced, InOurWords, said_of

SOMEBODY = "Zhang San, 13877700001"


@pytest.mark.parametrize(
    "kind", [Fenced, HistoryForked, LogAway, LogEpochChanged, RelayFenced, TopicUnfit]
)
def test_what_is_in_our_words_is_said_as_it_is(kind: type[InOurWords]) -> None:
    assert said_of(kind("the topic x is not there")) == {
        "error": kind.__name__,
        "why": "the topic x is not there",
    }
    assert said_of(kind()) == {"error": kind.__name__}
    assert issubclass(HoleMet, InOurWords)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            asyncpg.UniqueViolationError(SOMEBODY),
            {"error": "UniqueViolationError", "code": "23505"},
        ),
        (asyncpg.InterfaceError(SOMEBODY), {"error": "InterfaceError"}),
        (
            TopicAuthorizationFailedError(SOMEBODY),
            {"error": "TopicAuthorizationFailedError", "code": 29},
        ),
        (KafkaConnectionError(SOMEBODY), {"error": "KafkaConnectionError"}),
        (ConnectionRefusedError(111, SOMEBODY), {"error": "ConnectionRefusedError", "code": 111}),
        (OSError(SOMEBODY), {"error": "OSError"}),
        (OSError(SOMEBODY, SOMEBODY), {"error": "OSError"}),
        (ValueError(SOMEBODY), {"error": "ValueError"}),
    ],
)
def test_of_what_others_say_the_name_and_the_code_are_kept(
    error: Exception, said: dict[str, object]
) -> None:
    assert said_of(error) == said


def test_what_follows_from_anothers_words_is_still_in_ours() -> None:
    def away() -> None:
        raise LogAway("nobody lets us in") from ValueError(SOMEBODY)

    with pytest.raises(LogAway) as met:
        away()

    assert SOMEBODY not in str(said_of(met.value))
