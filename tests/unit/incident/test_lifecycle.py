"""The life of an incident: every step either stands in the table or is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.vocabulary import IncidentStatus as S
from beaconfire_incident.domain.lifecycle import LIVE, TABLE, Step, WrongStep, after


@given(st.sampled_from(list(S)), st.sampled_from(list(Step)))
def test_a_step_leads_where_the_table_says_or_is_refused(status: S, step: Step) -> None:
    if (status, step) in TABLE:
        assert after(status, step) is TABLE[(status, step)]
        return
    with pytest.raises(WrongStep) as refused:
        after(status, step)
    assert refused.value.fields == {"incident_status": status.value, "step": step.value}


def test_nothing_leads_out_of_what_is_voided_or_merged() -> None:
    assert {status for status, _ in TABLE} == set(S) - {S.VOIDED, S.MERGED}


def test_every_live_status_can_be_closed() -> None:
    assert {status for status, step in TABLE if step is Step.CLOSE} == LIVE
