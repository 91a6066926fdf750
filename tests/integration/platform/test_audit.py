"""The audit's rows hold who, for whom, from where, what, and what came of it."""

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.web.audit import AuditEntry, write_audit
from beaconfire_testkit.service import ServiceUnderTest


async def test_what_was_done_and_what_was_refused_can_be_told_apart(
    running: ServiceUnderTest,
) -> None:
    database = running.ground.database
    async with database.transaction(cause=Cause(actor="ana", correlation_id="c")) as tx:
        write_audit(tx, AuditEntry("ana", "incident.close", "c", "i1", seat="d1", reason="over"))
        write_audit(
            tx,
            AuditEntry("ben", "order.give", "c", "i1", "unit_taken", on_behalf_of="ana"),
        )

    rows = await database.pool.fetch("select * from audit order by id")

    assert [(one["actor"], one["result"], one["code"]) for one in rows] == [
        ("ana", "done", None),
        ("ben", "refused", "unit_taken"),
    ]
    assert (rows[0]["seat"], rows[1]["on_behalf_of"]) == ("d1", "ana")
    assert [one["reason"] for one in rows] == ["over", None]
