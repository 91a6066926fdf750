"""CloudEvents over Kafka as its own conformance kit wants them, and nothing else taken for one.

The kit's scenarios are carried unchanged (../../../contract/standards, see NOTICE). Those of its
HTTP binding begin with "Given HTTP Protocol Binding is supported": it is not, by any route
(docs/subscribing.md, "Over Kafka only"), and its headers (`ce-id`) make no record an event.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.log.cloudevent import (
    ATTRIBUTE_CHARACTERS_MAX,
    HEADERS_MAX,
    NAMES_CHARACTERS_MAX,
    REQUIRED,
    CloudEvent,
    NoCloudEvent,
    attributes_of,
    headers_of,
    parse,
    places_of,
)

FEATURE: Final = (
    Path(__file__).parents[3] / "contract" / "standards" / "kafka-protocol-binding.feature"
)
LEAST: Final = [
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
    ("ce_id", b"1"),
    ("ce_source", b"here"),
    ("ce_type", b"it.happened"),
]
STRUCTURED: Final = [("content-type", b"application/cloudevents+json")]
TEXT: Final = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80)
SCALAR: Final = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
JSON: Final = SCALAR | st.lists(SCALAR, max_size=2)
NAME: Final = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True)
QUOTES: Final = '"""'


@dataclass
class Step:
    """One line of a scenario with the table or the text below it."""

    says: str
    rows: list[list[str]] = field(default_factory=list)
    text: str = ""

    @property
    def table(self) -> list[dict[str, str]]:
        """Its rows by the names in the first."""
        head, *rows = self.rows
        return [dict(zip(head, row, strict=True)) for row in rows]


@dataclass
class Scenario:
    """Its name, and what is given, done and then true."""

    name: str
    steps: list[Step] = field(default_factory=list)

    def step(self, says: str) -> Step:
        """The one step that says this; steps are told apart by their words."""
        [found] = [one for one in self.steps if one.says.endswith(says)]
        return found


def scenarios(file: Path) -> list[Scenario]:
    """Every scenario; an outline once for each of its examples."""
    found: list[Scenario] = []
    lines = iter([raw.strip() for raw in file.read_text().splitlines()])
    for line in lines:
        if line.startswith(("Scenario:", "Scenario Outline:")):
            found.append(Scenario(line.partition(":")[2].strip()))
        elif line and found:
            _add(found[-1].steps, line, lines)
    return [one for scenario in found for one in _each(scenario)]


def _add(steps: list[Step], line: str, rest: Iterator[str]) -> None:
    """A step, or what belongs to the last one: a row of its table, a text up to its end."""
    if line == QUOTES:
        steps[-1].text = "\n".join(takewhile(lambda one: one != QUOTES, rest))
    elif line.startswith("|"):
        steps[-1].rows.append([cell.strip() for cell in line.strip("|").split("|")])
    else:
        steps.append(Step(line))


def _each(scenario: Scenario) -> list[Scenario]:
    *steps, last = scenario.steps
    if last.says != "Examples:":
        return [scenario]
    return [_filled(Scenario(scenario.name, steps), given) for given in last.table]


def _filled(scenario: Scenario, given: dict[str, str]) -> Scenario:
    def fill(text: str) -> str:
        for name, value in given.items():
            text = text.replace(f"<{name}>", value)
        return text

    steps = [
        Step(step.says, [[fill(cell) for cell in row] for row in step.rows], step.text)
        for step in scenario.steps
    ]
    return Scenario(fill(scenario.name), steps)


SCENARIOS: Final = scenarios(FEATURE)


def test_the_kit_has_its_three_scenarios() -> None:
    assert [one.name for one in SCENARIOS] == [
        "Binary content mode",
        "Structured content mode (application/cloudevents+json)",
        "Structured content mode (application/cloudevents+json; charset=utf-8)",
    ]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_of_the_kit(scenario: Scenario) -> None:
    payload = scenario.step("a Kafka message with payload:").text.encode()
    headers = [(row["key"], row["value"].encode()) for row in scenario.step("Kafka headers:").table]

    event = parse(headers, payload)

    wanted = {row["key"]: row["value"] for row in scenario.step("the attributes are:").table}
    assert event.attributes == wanted
    told = scenario.step("the data is equal to the following JSON:").text
    assert json.loads(event.data) == json.loads(told)


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type"])
@pytest.mark.parametrize("empty", [True, False])
def test_without_one_of_the_four_attributes_it_is_none(missing: str, *, empty: bool) -> None:
    headers = [one for one in LEAST if one[0] != f"ce_{missing}"]

    with pytest.raises(NoCloudEvent, match=f"the attribute {missing} is missing"):
        parse([*headers, (f"ce_{missing}", b"")] if empty else headers, b"{}")


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([*LEAST, ("ce_id", b"2")], "comes twice"),
        ([*LEAST, ("ce_x", b"\xff")], "is not UTF-8"),
        ([*LEAST, ("ce_x", None)], "has no value"),
        ([*LEAST, ("ce_x", b"a\x00b")], "control character"),
        ([*LEAST, ("ce_x", "a\x85b".encode())], "control character"),
        ([*LEAST, ("ce_x", b"x" * (ATTRIBUTE_CHARACTERS_MAX + 1))], "longer"),
        ([*LEAST, ("x", b"x" * 100_000)], "longer"),
        ([*LEAST, *((f"x{number}", b"") for number in range(HEADERS_MAX))], "more"),
        ([(name, b"0.3" if value == b"1.0" else value) for name, value in LEAST], "not 1.0"),
        ([(name.replace("_", "-"), value) for name, value in LEAST], "missing"),
        ([], "missing"),
    ],
)
def test_a_header_that_may_not_be(headers: list[tuple[str, bytes | None]], why: str) -> None:
    with pytest.raises(NoCloudEvent, match=why):
        parse(headers, b"{}")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "cannot be read"),
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"[]", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b'{"a": ' + b"[" * 100_000, "cannot be read"),
        (b'{"data_base64": "AA=="}', "binary"),
        (b'{"x": "\xff"}', "cannot be read"),
        (b'{"x": [1, "\xff"]}', "cannot be read"),
        (b'{"x": 1e400}', "cannot be read"),
        (b'{"x": ' + b"9" * 5_000 + b"}", "cannot be read"),
        (b'{"id": null}', "neither text"),
        (b'{"id": {}}', "neither text"),
        (b'{"id": [1]}', "neither text"),
        (b'{"id": "1"}', "the attribute source is missing"),
        (b'{"specversion":"1.0","id":"\\u0000","source":"s","type":"t"}', "control character"),
        (b'{"specversion":"1.0","id":"' + b"1" * 513 + b'","source":"s","type":"t"}', "longer"),
    ],
)
def test_structured_text_that_is_no_event(value: bytes | None, why: str) -> None:
    with pytest.raises(NoCloudEvent, match=why):
        parse(STRUCTURED, value)


def test_numbers_and_truths_of_structured_attributes_are_their_text() -> None:
    event = parse(
        STRUCTURED,
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","keyversion":7,"drill":true}',
    )

    assert (event.attributes["keyversion"], event.attributes["drill"]) == ("7", "true")


@given(
    st.lists(st.tuples(st.text(), st.none() | st.binary(max_size=40)), max_size=8),
    st.none() | st.binary(max_size=200),
)
def test_whatever_comes_is_an_event_or_none(
    headers: list[tuple[str, bytes | None]], value: bytes | None
) -> None:
    with suppress(NoCloudEvent):
        assert isinstance(parse(headers, value), CloudEvent)


@given(st.lists(st.binary(max_size=12), max_size=4))
def test_whatever_bytes_stand_for_attributes_in_structured_mode(values: list[bytes]) -> None:
    told = [b'"specversion":"1.0","id":"1","source":"s","type":"t"']
    told += [b'"x%d":%b' % one for one in enumerate(values)]

    with suppress(NoCloudEvent):
        assert isinstance(parse(STRUCTURED, b"{%b}" % b",".join(told)), CloudEvent)


def test_headers_of_long_names_are_read_and_not_remembered() -> None:
    before = places_of.cache_info().currsize
    for number in range(3):
        headers = [*LEAST, ("x" * NAMES_CHARACTERS_MAX + str(number), b"")]
        assert attributes_of(headers, b"{}", (*REQUIRED, "datacontenttype"))[0][0] == "1"

    assert places_of.cache_info().currsize == before


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_whatever_json_comes_in_structured_mode_is_an_event_or_none(value: dict[str, Any]) -> None:
    told = {"specversion": "1.0", "id": "1", "source": "s", "type": "t"} | value

    with suppress(NoCloudEvent):
        assert isinstance(parse(STRUCTURED, json.dumps(told).encode()), CloudEvent)


@given(st.dictionaries(NAME, TEXT, max_size=20), TEXT, TEXT, TEXT)
def test_attributes_come_back_as_they_were_sent(
    extensions: dict[str, str], event_id: str, source: str, name: str
) -> None:
    sent = extensions | {"specversion": "1.0", "id": event_id, "source": source, "type": name}
    sent.pop("datacontenttype", None)

    event = parse(headers_of(sent.items()), b"{}")

    assert event.attributes == sent | {"datacontenttype": "application/json"}
    assert event.data == b"{}"


ASKED: Final = (*REQUIRED, "datacontenttype", "subject", "owner", "seat")
VALUE: Final = (
    st.sampled_from(
        [b"", b"1.0", b"application/json", b"\x1f", b"a\x1fb", b"\x7f", b"\xff", b"a\x00b", None]
    )
    | TEXT.map(str.encode)
    | st.sampled_from([b"x" * one for one in (300, 511, 512, 513, 2_100)])
)
HEADER: Final = st.sampled_from(
    [
        "content-type",
        "ce_datacontenttype",
        "Content-Type",
        "ce_",
        "traceparent",
        "ce_subject",
        "ce_owner",
        "ce_seat",
        "ce_id",
        "ce_source",
        "ce_specversion",
        "ce_type",
        "ce_Id",
    ]
)


def said_by(read: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
    """What it answers, or why it does not."""
    try:
        return read()
    except NoCloudEvent as error:
        return ("none", str(error))


@given(
    st.dictionaries(st.sampled_from(range(len(LEAST))), VALUE, max_size=2),
    st.lists(st.tuples(HEADER, VALUE), max_size=4),
    st.randoms(use_true_random=False),
)
def test_what_is_asked_for_at_once_is_what_the_event_has(
    changed: dict[int, bytes | None],
    more: list[tuple[str, bytes | None]],
    chance: random.Random,
) -> None:
    """Whatever headers come, twice, in another order, unfit, or an attribute under two names."""
    headers = [(name, changed.get(at, value)) for at, (name, value) in enumerate(LEAST)] + more
    chance.shuffle(headers)

    def whole() -> tuple[Any, ...]:
        event = parse(headers, b"{}")
        return tuple(event.attributes.get(name) for name in ASKED), event.data

    assert said_by(lambda: attributes_of(headers, b"{}", ASKED)) == said_by(whole)


def test_what_has_no_value_has_no_header() -> None:
    assert headers_of([("seat", None), ("id", "1")]) == [
        ("content-type", b"application/json"),
        ("ce_id", b"1"),
    ]
