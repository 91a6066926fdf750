"""Reports in their table: what is kept is what is read, without a person where none was named."""

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_contracts.refusals import NotFound
from beaconfire_incident.adapters.reports import PgReports
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import Centre


async def test_a_report_is_read_as_it_was_told(centre: Centre) -> None:
    told = await centre.report(
        reporter={"name": "Ana"}, voice_refs=["rec-1"], address="Queen Street 1",
        call={"id": "c-1", "answered_at": "2026-11-01T10:00:00Z", "callback": "110"},
    )  # fmt: skip
    cause = Cause(actor="test", correlation_id="t")
    async with centre.running.ground.database.transaction(cause=cause) as tx:
        table = PgReports(tx)
        report = await table.get(ReportId(told["report_id"]))

        assert report.reporter is not None
        assert report.call is not None
        assert (report.reporter.name, report.reporter.phone) == ("Ana", None)
        assert (report.call.callback, report.voice_refs) == ("110", ("rec-1",))
        assert report.address == "Queen Street 1"
        assert await table.count_of(IncidentId(told["incident_id"])) == 1
        with pytest.raises(NotFound):
            await table.get(ReportId(new_id()))
