"""A server's folder lies in memory only where there is room."""

from pathlib import Path

import pytest

from beaconfire_testkit import memory


def test_every_server_has_a_folder_of_its_own() -> None:
    one, other = memory.server_folder("beaconfire-x-"), memory.server_folder("beaconfire-x-")
    try:
        assert one != other
        assert one.stat().st_mode & 0o777 == 0o700
    finally:
        one.rmdir()
        other.rmdir()


@pytest.mark.parametrize("room", [-1, None], ids=["too little", "no such folder"])
def test_without_room_in_memory_it_lies_on_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: int | None
) -> None:
    place = tmp_path if room is not None else tmp_path / "nowhere"
    monkeypatch.setattr(memory, "MEMORY", place)
    monkeypatch.setattr(memory, "MEMORY_BYTES_MIN", 1 << 80)

    folder = memory.server_folder("beaconfire-x-")

    folder.rmdir()
    assert folder.parent != place


def test_with_room_in_memory_it_lies_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "MEMORY", tmp_path)
    monkeypatch.setattr(memory, "MEMORY_BYTES_MIN", 0)

    assert memory.server_folder("beaconfire-x-").parent == tmp_path
