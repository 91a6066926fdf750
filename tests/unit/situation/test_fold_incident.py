"""Incident's records: what a merge hides a split shows again, reports come and go."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts import incident as facts
from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_situation.domain.fold_incident import INCIDENTS
from beaconfire_testkit.builders import an_example_of


def after(*told: Any) -> dict[str, Any]:
    """The record after these facts."""
    data: dict[str, Any] = {}
    for fact in told:
        data = INCIDENTS[type(fact)](fact, data)
    return data


OPENED = an_example_of(facts.IncidentOpened)
HANDLED = an_example_of(facts.IncidentHandled)
MERGED = replace(an_example_of(facts.IncidentMerged), into_id=IncidentId("other"))


def test_a_handled_incident_that_was_merged_is_handled_again_after_the_split() -> None:
    split = replace(
        an_example_of(facts.IncidentSplit),
        priority=OPENED.priority,
        owner=OPENED.owner,
        seat=OPENED.seat,
    )

    merged = after(OPENED, HANDLED, MERGED)

    assert (merged["status"], merged["merged_into"]) == ("merged", "other")
    assert after(OPENED, HANDLED, MERGED, split) == after(OPENED, HANDLED)


def test_reports_are_counted_where_they_are() -> None:
    first = replace(an_example_of(facts.ReportReceived), report_id=ReportId("r1"))
    moved = replace(an_example_of(facts.ReportAttached), report_id=ReportId("r2"))
    gone = replace(an_example_of(facts.ReportDetached), report_id=ReportId("r1"))

    assert after(OPENED, first, moved)["report_ids"] == ["r1", "r2"]
    assert after(OPENED, first, moved, gone)["report_ids"] == ["r2"]


def test_news_is_marked_and_plain_repetition_is_not() -> None:
    again = replace(an_example_of(facts.ReportReceived), novelty=False)

    assert after(OPENED, again)["novelty_at"] is None
    assert after(OPENED, replace(again, novelty=True))["novelty_at"] is not None


def test_a_reopened_file_has_no_ending_any_more() -> None:
    closed = after(OPENED, an_example_of(facts.IncidentClosed))
    again = after(
        OPENED, an_example_of(facts.IncidentClosed), an_example_of(facts.IncidentReopened)
    )

    assert (closed["status"], again["status"]) == ("closed", "open")
    assert (again["closed_at"], again["disposition"]) == (None, None)


def test_what_it_absorbed_is_named_until_it_is_released() -> None:
    absorbed = replace(an_example_of(facts.IncidentAbsorbed), absorbed_id=IncidentId("other"))
    released = replace(an_example_of(facts.IncidentReleased), released_id=IncidentId("other"))

    assert after(OPENED, absorbed)["absorbed"] == ["other"]
    assert after(OPENED, absorbed, released)["absorbed"] == []
