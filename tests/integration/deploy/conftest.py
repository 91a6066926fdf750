"""Small deployments of small programs, stopped whatever happened."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from compose.deployment import Deployment

Make = Callable[..., Deployment]


def program(code: str, **more: Any) -> dict[str, Any]:
    """A service that is a few lines of Python."""
    return {"image": "beaconfire", "entrypoint": ["python", "-c", code.replace("$", "$$")], **more}


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it is true; TimeoutError when it never is."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  (processes have no event)
            await asyncio.sleep(0.02)


@pytest.fixture
async def deployments(tmp_path: Path) -> AsyncGenerator[Make]:
    """Makes deployments of services; what they say is in `said`."""
    made: list[Deployment] = []

    def make(services: Mapping[str, Any], said: list[str] | None = None, **more: Any) -> Deployment:
        file = tmp_path / "compose.yml"
        file.write_text(yaml.safe_dump({"services": dict(services), **more.pop("file", {})}))
        heard = [] if said is None else said
        deployment = Deployment(file, tmp_path / "data", variables={}, say=heard.append, **more)
        made.append(deployment)
        return deployment

    yield make
    for one in made:
        await one.stop()
    shutil.rmtree(tmp_path, ignore_errors=True)
