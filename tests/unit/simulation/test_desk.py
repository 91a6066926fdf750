"""The simulated dispatcher: thinks, sends the best option, closes; never a person's incident."""

from datetime import UTC, datetime, timedelta
from typing import Any

from beaconfire.simulation.api import Refused
from beaconfire.simulation.desk import (
    CLOSES_AFTER_S,
    GIVES_UP_AFTER,
    HOLD_AGAIN_S,
    THINKS_S,
    Desk,
    order_of,
)

PEOPLE: list[dict[str, Any]] = [
    {"id": "dana", "grants": [{"role": "dispatcher"}]},
    {"id": "lena", "grants": [{"role": "viewer"}, {"role": "shift_leader"}]},
    {"id": "tama", "grants": [{"role": "call_taker"}]},
]
ORDER = {"unit_ids": ["A1", "A2"], "leaving": [], "standing_down": []}
SINCE = {"taken_at": "2026-05-01T08:00:00Z"}
BEGUN_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)


class Centre:
    """The API as the desk sees it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.seats: list[dict[str, Any]] = [{"id": "pool", "kind": "pool", "person_id": "sim"}]
        self.open: list[dict[str, Any]] = []
        self.handled: list[dict[str, Any]] = []
        self.options: list[dict[str, Any]] = [
            {"units": [
                {"unit_id": one, "leaves": None, "replaces": None} for one in ("A1", "A2")
            ]}
        ]  # fmt: skip
        self.needs: list[dict[str, Any]] = [{"capability": "ambulance", "count": 1}]
        self.states: list[str] = []
        self.refuses: int | None = None
        self.told_from: dict[str, str | None] = {}
        self.asked: list[str] = []

    async def get(self, path: str, **params: Any) -> Any:
        self.asked.append(path)
        if path.endswith("/recommendation"):
            return {"options": self.options, "needs": self.needs}
        if path.endswith("/timeline") and self.states:
            changed = "beaconfire.dispatch.task-state-changed.v1"
            return {"items": [{"type": changed, "data": {"state": one}} for one in self.states]}
        if path.endswith("/timeline"):
            key = path.split("/")[3]
            return {"items": [{"seat": self.told_from[key]}] if key in self.told_from else []}
        items = {
            "/v1/incidents": self.open if params.get("status") == "open" else self.handled,
            "/v1/seats": self.seats,
            "/v1/people": PEOPLE,
        }[path]
        begin = int(params["cursor"] or 0)  # one a page, so that the desk must turn pages
        more = str(begin + 1) if begin + 1 < len(items) else None
        return {"items": items[begin : begin + 1], "next": more}

    async def post(self, path: str, body: object) -> Any:
        if self.refuses:
            raise Refused(self.refuses, "no", "")
        self.told.append((path, body))

    async def put(self, path: str, body: object) -> Any:
        await self.post(path, body)

    def sits(self, person: str, seat: str) -> None:
        self.seats.append({"id": seat, "kind": "dispatching", "person_id": person} | SINCE)

    def opens(self, number: int, *, told_from: str | None = None) -> dict[str, Any]:
        opened = incident(number)
        self.open.append(opened)
        self.told_from[opened["id"]] = told_from
        return opened


def incident(number: int, *, seat: str = "pool", **more: Any) -> dict[str, Any]:
    said = {"id": f"i{number}", "number": number, "seat": seat, "status": "open"}
    said["opened_at"] = BEGUN_AT.isoformat()
    return {**said, "type": "medical.fall", **more}


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

    assert centre.told == [(f"/v1/incidents/i{number}/dispatch", ORDER) for number in (1, 2)]
    assert desk.sent == 2


async def test_an_incident_on_a_persons_seat_is_theirs() -> None:
    centre = Centre()
    centre.sits("dana", "D1")
    centre.sits("tama", "C1")
    centre.open = [incident(1, seat="D1"), incident(3, seat="C1")]
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


async def test_what_asks_for_no_unit_is_handled_when_the_grid_worker_is_done_there() -> None:
    centre = Centre()
    centre.open, centre.options, centre.needs = [incident(1)], [], []
    desk = Desk(centre)

    centre.states = ["accepted", "arrived"]
    await look_after(desk, 0, 60)
    assert not centre.told
    centre.states.append("done")
    await look_after(desk, 90)

    assert centre.told == [("/v1/incidents/i1/handle", {})]


async def test_what_asks_for_no_unit_and_nobody_can_see_to_is_left_to_others_in_the_end() -> None:
    centre = Centre()
    centre.open, centre.options, centre.needs = [incident(1)], [], []
    centre.states = ["cannot"]

    await look_after(Desk(centre), 0, GIVES_UP_AFTER.total_seconds() + 1)

    assert centre.told == [("/v1/incidents/i1/handle", {})]


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


async def test_a_person_is_passed_every_fifth_new_incident_and_all_of_their_own() -> None:
    centre = Centre()
    centre.sits("dana", "D1")
    centre.sits("tama", "C1")
    centre.opens(0)
    desk = Desk(centre)
    await desk.look(BEGUN_AT)

    for number in range(1, 12):
        centre.opens(number, told_from={4: "D1", 7: "C1"}.get(number))
    await desk.look(BEGUN_AT)

    assert [path for path, _ in centre.told if path.endswith("/pass")] == [
        f"/v1/incidents/i{number}/pass" for number in (1, 4, 7)
    ]
    assert desk.passed == 3
    assert {one["seat"] for one in centre.open} == {"pool", "D1"}
    await desk.look(BEGUN_AT + timedelta(seconds=THINKS_S[1]))
    sent = {path.split("/")[3] for path, _ in centre.told if path.endswith("/dispatch")}
    assert sent == {one["id"] for one in centre.open if one["seat"] == "pool"}


async def test_whose_first_line_is_not_written_yet_is_passed_when_it_is() -> None:
    centre = Centre()
    centre.sits("lena", "L1")
    desk = Desk(centre)
    await desk.look(BEGUN_AT)
    opened = centre.opens(1, told_from="L1")
    del centre.told_from["i1"]

    await desk.look(BEGUN_AT)
    assert opened["seat"] == "pool"
    centre.told_from["i1"] = "L1"
    await desk.look(BEGUN_AT)

    assert opened["seat"] == "L1"


async def test_where_nobody_sits_no_timeline_is_read() -> None:
    centre = Centre()
    desk = Desk(centre)
    await desk.look(BEGUN_AT)
    centre.opens(1)

    await desk.look(BEGUN_AT)

    assert not any(path.endswith(("/timeline", "/people")) for path in centre.asked)


async def test_the_clock_is_held_once_renewed_in_time_and_let_go_after_the_first_order() -> None:
    centre, wall_s = Centre(), [0.0]
    centre.sits("dana", "D1")
    desk = Desk(centre, wall_s=lambda: wall_s[0])
    turned = [await desk.look(BEGUN_AT)]
    centre.opens(1, told_from="D1")
    for now_s in (1.0, 2.0, 1.0 + HOLD_AGAIN_S, 2.0 + HOLD_AGAIN_S):
        wall_s[0] = now_s
        turned.append(await desk.look(BEGUN_AT))
    centre.open[0]["assignments"] = [{"status": "dispatched"}]
    turned += [await desk.look(BEGUN_AT), await desk.look(BEGUN_AT)]

    held = [body["held_at_wall_pace"] for path, body in centre.told if path == "/v1/clock"]
    assert held == [True, True, False]
    assert turned == [False, True, False, True, False, True, False]


async def test_a_person_who_leaves_gives_the_clock_and_the_incident_back() -> None:
    centre = Centre()
    centre.sits("dana", "D1")
    desk = Desk(centre)
    await desk.look(BEGUN_AT)
    centre.opens(1, told_from="D1")
    await desk.look(BEGUN_AT)
    centre.seats.pop()

    await look_after(desk, 1, 60)

    assert [body for path, body in centre.told if path == "/v1/clock"] == [
        {"held_at_wall_pace": True},
        {"held_at_wall_pace": False},
    ]
    assert any(path == "/v1/incidents/i1/dispatch" for path, _ in centre.told)


async def test_a_clock_that_is_not_ours_to_hold_stops_nobody() -> None:
    centre = Centre()
    centre.sits("dana", "D1")
    desk = Desk(centre)
    await desk.look(BEGUN_AT)
    centre.open = [incident(1, seat="D1")]
    centre.refuses = 409

    assert await desk.look(BEGUN_AT)


def test_whoever_takes_an_option_turns_round_and_stands_down_what_it_names() -> None:
    under_way = {"incident_id": "i9", "assignment_id": "a9"}
    option = {
        "units": [
            {"unit_id": "A1", "leaves": under_way, "replaces": None},
            {"unit_id": "A2", "leaves": None, "replaces": {**under_way, "assignment_id": "a8"}},
        ]
    }

    assert order_of(option) == {
        "unit_ids": ["A1", "A2"], "leaving": ["a9"], "standing_down": ["a8"],
    }  # fmt: skip
