"""A grid worker does the steps of a task in order, each after its own time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from beaconfire.simulation.api import Refused
from beaconfire.simulation.workers import CANNOT_SHARE, Worker

BEGUN_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)
NEXT = {"accept": "accepted", "arrive": "arrived", "done": "done", "cannot": "refused"}


class Phone:
    """The API as a worker's phone shows it: one task."""

    def __init__(self, task: str) -> None:
        self.task = {"id": task, "state": "offered"}
        self.told: list[tuple[str, datetime]] = []
        self.refuses = False

    async def get(self, path: str, **params: Any) -> Any:
        assert (path, params) == ("/v1/tasks", {"state": "active"})
        active = self.task["state"] in ("offered", "accepted", "arrived")
        return {"items": [self.task] if active else []}

    async def post(self, path: str, body: Any) -> Any:
        if self.refuses:
            raise Refused(409, "wrong_step", "")
        verb = path.rsplit("/", 1)[-1]
        self.told.append((verb, datetime.fromisoformat(body["occurred_at"])))
        self.task["state"] = NEXT[verb]


async def day_of(phone: Phone, *, looks: int = 600) -> None:
    worker = Worker(phone)
    for number in range(looks):
        await worker.look(BEGUN_AT + timedelta(seconds=5 * number))


async def test_a_task_is_accepted_walked_to_and_done() -> None:
    phone = Phone("task-1")
    await day_of(phone)

    assert [verb for verb, _ in phone.told] == ["accept", "arrive", "done"]
    moments = [moment for _, moment in phone.told]
    assert moments == sorted(moments)
    assert timedelta(seconds=20) <= moments[0] - BEGUN_AT <= timedelta(seconds=120)


async def test_a_replay_does_the_same() -> None:
    one, other = Phone("task-2"), Phone("task-2")
    await day_of(one)
    await day_of(other)

    assert one.told == other.told


async def test_a_few_cannot_go() -> None:
    outcomes: list[str] = []
    for number in range(400):
        phone = Phone(f"task-{number}")
        await day_of(phone, looks=30)
        outcomes.append(phone.told[0][0])

    assert 0 < outcomes.count("cannot") < 400 * CANNOT_SHARE * 2.5


async def test_a_refused_step_is_tried_again() -> None:
    phone = Phone("task-3")
    phone.refuses = True
    worker = Worker(phone)
    for number in range(40):
        await worker.look(BEGUN_AT + timedelta(seconds=5 * number))
    assert not phone.told

    phone.refuses = False
    for number in range(40, 80):
        await worker.look(BEGUN_AT + timedelta(seconds=5 * number))
    assert phone.told[0][0] == "accept"
