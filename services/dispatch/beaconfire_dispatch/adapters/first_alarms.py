"""Reads the table of first alarms from its file, once."""

import tomllib
from importlib.resources import files

from beaconfire_contracts.facts.dispatch import Need
from beaconfire_dispatch.domain.first_alarm import FirstAlarm, FirstAlarms


def load_first_alarms() -> FirstAlarms:
    """The table that this build carries; ValueError when a code stands twice."""
    text = files("beaconfire_dispatch.adapters").joinpath("first_alarm.toml").read_text("utf-8")
    rows = tomllib.loads(text)["types"]
    table = {
        row["code"]: FirstAlarm(
            tuple(Need(name, count) for name, count in row["needs"].items()),
            float(row.get("stand_off_m", 0)),
            verify=row.get("verify", False),
        )
        for row in rows
    }
    if len(table) != len(rows):
        raise ValueError("a code of the first alarms stands twice")
    return FirstAlarms(table)
