"""The document is served as it was given, to whoever asks, by any application that includes it."""

import httpx

from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_platform.described.asyncapi_routes import PATH, asyncapi_routes
from beaconfire_platform.web.described import DescribedApp


async def test_whoever_asks_is_given_the_document() -> None:
    document = asyncapi_document("1.2.3")
    app = DescribedApp()
    app.include_router(asyncapi_routes(document))

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://any.test") as http:
        answer = await http.get(PATH)

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == document
    assert "security" not in app.openapi()["paths"][PATH]["get"]
