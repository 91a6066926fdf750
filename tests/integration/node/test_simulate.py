"""`beaconfire simulate`: a city's people as strangers' clients, for ever and in order."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from beaconfire.commands.simulate import replayed
from beaconfire.demo.city import load_city

DAY_S = 86_400.0


def test_when_the_calls_run_out_they_begin_again_at_the_same_hour() -> None:
    city = load_city("auckland")
    once = len(list(city.calls()))
    told = list(itertools.islice(replayed(city), int(once * 2.5)))

    assert [one.after_s for one in told] == sorted(one.after_s for one in told)
    again = next(one for one in told if one.after_s > 10 * DAY_S)
    assert again.after_s % DAY_S == pytest.approx(told[0].after_s)
    assert (again.lon, again.type) == (told[0].lon, told[0].type)


def test_without_credentials_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "beaconfire", "simulate", "--credentials", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "cannot read the credentials" in done.stderr
    assert "Traceback" not in done.stderr
