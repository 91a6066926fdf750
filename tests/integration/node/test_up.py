"""`beaconfire up`: what cannot work is said in one line before anything starts."""

from pathlib import Path

import pytest

from beaconfire_platform.process.cannot_start import EXIT_CANNOT_START
from beaconfire_testkit.node import NodeFolder


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--host", "0.0.0.0"), "--tls-cert"),  # noqa: S104  (refused)
        (("--demo", "atlantis"), "auckland"),
        (("--tls-cert", "/none"), "belong together"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    folder = NodeFolder(tmp_path / "data")

    line = folder.fails(*arguments)

    assert says in line
    assert folder.started[0].process.returncode == EXIT_CANNOT_START
    assert not (tmp_path / "data" / "postgres").exists()
    folder.close()
