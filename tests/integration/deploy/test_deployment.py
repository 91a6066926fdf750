"""Services start after those that they need, come back, and stop before those; nothing is left."""

import asyncio
import json
import os
import shutil
import signal
import time
from pathlib import Path

import psutil
import pytest
from tests.integration.deploy.conftest import Make, program, until

from compose.deployment import STATE
from compose.model import BadFile
from compose.programs import CannotStart

STAYS = "import time; time.sleep(600)"
WELL = {"test": ["CMD", "true"], "interval": "1s", "start_interval": "50ms"}


def writing(where: Path, what: str) -> str:
    """Say it when it starts, and again when it is asked to end."""
    return (
        "import signal, sys, time\n"
        f"def say(word): open({str(where)!r}, 'a').write(word + ' {what}\\n')\n"
        "def end(*_): say('end'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); say('begin'); time.sleep(600)"
    )


def is_gone(pid: int) -> bool:
    """Ended, also where nobody has asked yet how."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_each_starts_after_what_it_needs_and_stops_before_it(
    deployments: Make, tmp_path: Path
) -> None:
    book, said = tmp_path / "book", list[str]()
    well = {**WELL, "test": ["CMD", "grep", "-q", "begin floor", str(book)]}
    deployment = deployments(
        {
            "roof": program(
                writing(book, "roof"),
                depends_on={"floor": {"condition": "service_healthy"}},
            ),
            "once": program(f"open({str(book)!r}, 'a').write('once\\n')"),
            "floor": program(
                writing(book, "floor"),
                healthcheck=well,
                depends_on={"once": {"condition": "service_completed_successfully"}},
            ),
        },
        said,
    )

    await deployment.start()
    await until(lambda: "begin roof" in book.read_text())
    await deployment.stop()

    assert book.read_text().splitlines() == [
        "once", "begin floor", "begin roof", "end roof", "end floor",
    ]  # fmt: skip
    assert [line.split()[:2] for line in said] == [
        ["once", "done"], ["floor", "healthy"], ["roof", "started"],
    ]  # fmt: skip
    assert not (deployment.folder / STATE).exists()


async def test_a_one_shot_that_fails_stops_the_start_and_shows_its_words(deployments: Make) -> None:
    deployment = deployments(
        {
            "other": program(STAYS),
            "once": program("import sys; sys.stderr.write('no key here'); sys.exit(3)"),
            "late": program(
                STAYS, depends_on={"once": {"condition": "service_completed_successfully"}}
            ),
        }
    )

    with pytest.raises(CannotStart, match=r"once-1 ended with 3.*\n.*no key here"):
        await deployment.start()

    assert not deployment.instance("other").is_running
    assert deployment.instance("late").pid is None


async def test_whoever_is_not_healthy_stops_the_start_and_shows_its_words(
    deployments: Make,
) -> None:
    is_asked_later = ["CMD", "sh", "-c", "sleep 1; false"]
    ill = {**WELL, "test": is_asked_later, "retries": 2, "interval": "50ms", "timeout": "10s"}
    says = {"image": "beaconfire", "entrypoint": ["sh", "-c", "echo a bad day; exec sleep 60"]}
    deployment = deployments({"ill": {**says, "healthcheck": ill}})

    with pytest.raises(CannotStart, match=r"ill-1 is not healthy.*\na bad day"):
        await deployment.start()

    assert not deployment.instance("ill").is_running


async def test_whoever_dies_again_and_again_before_it_is_well_is_not_waited_for(
    deployments: Make,
) -> None:
    ill = {**WELL, "test": ["CMD", "false"], "start_period": "60s"}
    deployment = deployments(
        {"ill": program("raise SystemExit('no luck')", restart="always", healthcheck=ill)}
    )
    began = time.monotonic()

    with pytest.raises(CannotStart, match=r"ill-1 ended with 1.*\nno luck"):
        await deployment.start()

    assert time.monotonic() - began < 30


async def test_a_program_that_is_not_here_stops_the_start_with_one_line(deployments: Make) -> None:
    deployment = deployments({"one": {"image": "beaconfire", "entrypoint": ["no-such-program"]}})

    with pytest.raises(CannotStart, match="no-such-program is not on this machine"):
        await deployment.start()


async def test_whoever_is_killed_comes_back_as_the_file_says(deployments: Make) -> None:
    said = list[str]()
    deployment = deployments(
        {
            "stays": program(STAYS, restart="unless-stopped", healthcheck=WELL),
            "goes": program(STAYS),
        },
        said,
    )
    await deployment.start()
    stays, goes = deployment.instance("stays"), deployment.instance("goes")
    before = stays.pid

    await stays.kill()
    await goes.kill()
    await until(lambda: stays.pid not in (None, before) and stays.health == "healthy")

    assert goes.pid is None
    assert stays.deaths == 1
    assert [one for one in said if "ended" in one] == [
        "stays-1: ended with -9, and is started again"
    ]
    await stays.kill(comes_back=False)
    await asyncio.sleep(0.5)
    assert stays.pid is None
    await stays.start()
    assert stays.is_running


async def test_who_cannot_be_started_again_is_told_of_and_tried_once_more(
    deployments: Make,
) -> None:
    said = list[str]()
    deployment = deployments({"one": program(STAYS, restart="always")}, said)
    await deployment.start()
    one, logs = deployment.instance("one"), deployment.log("one").parent
    shutil.rmtree(logs)
    logs.write_text("in the way")

    await one.kill()
    await until(lambda: len([line for line in said if "could not be started" in line]) >= 2)
    assert not one.is_running
    logs.unlink()

    await until(lambda: one.is_running)


async def test_with_its_first_process_all_that_a_container_ran_is_gone(
    deployments: Make, tmp_path: Path
) -> None:
    child = (
        "import subprocess, sys, time\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(one.pid)); time.sleep(600)"
    )
    deployment = deployments({"parent": program(child)})
    await deployment.start()
    await until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text() != "")
    pid = int((tmp_path / "child").read_text())
    parent = deployment.instance("parent").pid
    assert parent is not None

    os.kill(parent, signal.SIGKILL)
    await until(lambda: is_gone(pid))


async def test_what_ended_is_ended_once_for_its_number_may_be_anothers_later(
    deployments: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    killpg = os.killpg

    def noted(group: int, number: int) -> None:
        killed.append(group)
        killpg(group, number)

    monkeypatch.setattr(os, "killpg", noted)
    deployment = deployments({"once": program("pass"), "stays": program(STAYS)})
    await deployment.start()
    once, stays = deployment.instance("once"), deployment.instance("stays").pid
    await until(lambda: once.has_ended)

    await deployment.stop()
    await deployment.stop()

    assert len(killed) == 2
    assert len(set(killed)) == 2
    assert stays in killed


async def test_whoever_does_not_end_in_time_is_ended(deployments: Make) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    deployment = deployments(
        {
            "deaf": program(
                f"{deaf}print('here', flush=True); time.sleep(600)", stop_grace_period="500ms"
            ),
        }
    )
    await deployment.start()
    told = deployment.folder / "logs" / "deaf-1.told"
    await until(lambda: "here" in told.read_text())

    took = await deployment.stop()

    assert 0.5 <= took["deaf-1"] < 5
    assert deployment.instance("deaf").code == -signal.SIGKILL


async def test_one_that_stands_still_goes_on_and_ends_when_it_is_stopped(deployments: Make) -> None:
    deployment = deployments({"one": program(STAYS)})
    await deployment.start()
    one = deployment.instance("one")
    assert one.pid is not None

    process = psutil.Process(one.pid)

    one.pause()
    await until(lambda: process.status() == psutil.STATUS_STOPPED)
    one.resume()
    await until(lambda: process.status() != psutil.STATUS_STOPPED)
    one.pause()
    took = await deployment.stop()

    assert took["one-1"] < 5


async def test_several_instances_have_a_port_each_and_stand_in_the_state(deployments: Make) -> None:
    deployment = deployments(
        {"one": program(STAYS, expose=["8080"], environment={"PORT": "8080"})}, scale={"one": 2}
    )
    await deployment.start()

    state = json.loads((deployment.folder / STATE).read_text())
    ones = state["services"]["one"]
    assert {one["pid"] for one in ones} == {one.pid for one in deployment.instances["one"]}
    assert [one["ports"]["8080"] for one in ones] == [
        deployment.port("one", 8080, index) for index in (0, 1)
    ]
    assert deployment.port("one") != deployment.port("one", index=1)
    for one in deployment.instances["one"]:
        assert one.pid is not None
        told = psutil.Process(one.pid).environ()["PORT"]
        assert told == str(deployment.port("one", index=one.index))


async def test_more_of_what_is_not_there_is_refused(deployments: Make) -> None:
    with pytest.raises(BadFile, match="--scale two: is not among one"):
        deployments({"one": program(STAYS)}, scale={"two": 2})


async def test_people_are_told_what_ours_says_and_not_what_it_logs(deployments: Make) -> None:
    said = list[str]()
    talks = (
        f"import sys; print('a password'); sys.stderr.write('a log'); sys.stdout.flush(); {STAYS}"
    )
    deployment = deployments({"one": program(talks)}, said)

    await deployment.start()
    await until(lambda: "one: a password" in said)

    assert not [line for line in said if "a log" in line]
    assert deployment.log("one").read_text() == "a log"
