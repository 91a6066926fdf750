"""The desk reaches the tables of whatever transaction it is given, over HTTP under random steps."""

import random
from collections import Counter

from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_testkit.centre import AKL, Centre

STEPS = (
    ("take", {}), ("handle", {}), ("verify", {}), ("hold", {"reason": "weather"}), ("reopen", {}),
    ("close", {"disposition": "resolved"}), ("void", {"reason": "mistake"}),
    ("notes", {"text": "seen"}), ("reclassify", {"priority": 1}),
)  # fmt: skip


def test_a_desk_is_named_by_what_it_reaches() -> None:
    assert {"incidents", "reports", "views", "catalogue"} <= set(Desk.__slots__)


async def test_whatever_is_asked_nobody_is_left_without_owner_seat_or_words(
    centre: Centre,
) -> None:
    chance, desk = random.Random(7), centre.client()
    ids: list[str] = []
    words: list[str] = []
    for n in range(60):
        what = chance.randrange(4)
        if what == 0 or len(ids) < 2:
            words.append(f"report {n} {chance.choice(['not breathing', 'smoke'])}")
            at = (AKL[0] + chance.randrange(3) * 0.05, AKL[1])
            told = await centre.report(text=words[-1], at=at)
            ids = sorted({*ids, told["incident_id"]})
        elif what == 1:
            one, other = chance.sample(ids, 2)
            step = chance.choice(["merge", "split"])
            answer = await desk.post(f"/v1/incidents/{one}/{step}", json={"into": other})
            assert answer.status_code in (200, 403, 409), answer.text
        else:
            step, body = chance.choice(STEPS)
            answer = await desk.post(f"/v1/incidents/{chance.choice(ids)}/{step}", json=body)
            assert answer.status_code in (200, 201, 409), answer.text

    pool = centre.running.ground.database.pool
    log = Counter(
        str(record["key"])
        for record in await pool.fetch("select key from log.fact where source = 'incident'")
    )
    for one in ids:
        incident = await centre.incident(one)
        assert incident["owner"]["body"] == centre.body
        assert incident["seat"] in {centre.pool, *centre.seats}
        assert incident["version"] == log[one]
    kept = await pool.fetch("select text from report")
    assert sorted(str(record["text"]) for record in kept) == sorted(words)
