"""The simulated dispatcher: thinks, sends the best option, closes; never a person's incident."""

from datetime import UTC, datetime, timedelta
from typing import Any

from beaconfire.simulation.api import Refused
from beaconfire.simulation.desk import CLOSES_AFTER_S, THINKS_S, Desk

BEGUN_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)


class Centre:
    """The API as the desk sees it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.seats: list[dict[str, Any]] = [{"id": "pool", "kind": "pool", "person_id": "sim"}]
        self.open: list[dict[str, Any]] = []
        self.handled: list[dict[str, Any]] = []
        self.options: list[dict[str, Any]] = [{"units": [{"unit_id": "A1"}, {"unit_id": "A2"}]}]
        self.refuses: int | None = None

    async def get(self, path: str, **params: Any) -> Any:
        if path.endswith("/recommendation"):
            return {"options": self.options}
        lists = {"open": self.open, "handled": self.handled, None: self.seats}
        items = lists[params.get("status")]
        begin = int(params["cursor"] or 0)  # one a page, so that the desk must turn pages
        more = str(begin + 1) if begin + 1 < len(items) else None
        return {"items": items[begin : begin + 1], "next": more}

    async def post(self, path: str, body: object) -> Any:
        if self.refuses:
            raise Refused(self.refuses, "no", "")
        self.told.append((path, body))


def incident(number: int, *, seat: str = "pool", **more: Any) -> dict[str, Any]:
    return {"id": f"i{number}", "number": number, "seat": seat, "type": "medical.fall", **more}


async def look_after(desk: Desk, *seconds: float) -> None:
    for one in seconds:
        await desk.look(BEGUN_AT + timedelta(seconds=one))


async def test_it_thinks_and_then_sends_the_best_option() -> None:
    centre = Centre()
    centre.open = [incident(1), incident(2)]
    desk = Desk(centre)

    await look_after(desk, 0, THINKS_S[0] - 0.1)
    assert not centre.told
    await look_after(desk, THINKS_S[1])

    assert centre.told == [
        (f"/v1/incidents/i{number}/dispatch", {"unit_ids": ["A1", "A2"]}) for number in (1, 2)
    ]
    assert desk.sent == 2


async def test_an_incident_on_a_persons_seat_is_theirs() -> None:
    centre = Centre()
    centre.seats.append({"id": "D1", "kind": "dispatching", "person_id": "dana"})
    centre.open = [incident(1, seat="D1")]
    centre.handled = [incident(2, seat="D1")]

    await look_after(Desk(centre), 0, 60, 120)

    assert not centre.told


async def test_an_incident_with_a_unit_under_way_is_left_alone() -> None:
    centre = Centre()
    centre.open = [incident(1, assignments=[{"status": "en_route"}])]

    await look_after(Desk(centre), 0, 60)

    assert not centre.told


async def test_nobody_free_is_no_order() -> None:
    for options in ([], [{"units": []}]):
        centre = Centre()
        centre.open, centre.options = [incident(1)], options

        await look_after(Desk(centre), 0, 60)

        assert not centre.told


async def test_what_is_handled_is_closed_after_a_while() -> None:
    centre = Centre()
    centre.handled = [incident(1), incident(2, type=None)]
    desk = Desk(centre)

    await look_after(desk, 0, CLOSES_AFTER_S - 1)
    assert not centre.told
    await look_after(desk, CLOSES_AFTER_S)

    assert [body["disposition"] for _, body in centre.told] == ["treated_on_scene", "resolved"]


async def test_a_refused_order_is_tried_at_the_next_look() -> None:
    centre = Centre()
    centre.open, centre.refuses = [incident(1)], 409
    desk = Desk(centre)
    await look_after(desk, 0, 60)
    assert desk.sent == 0

    centre.refuses = None
    await look_after(desk, 61)

    assert desk.sent == 1
