"""People at browsers: windows that hear every complaint and request, and the console's desk."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    ViewportSize,
    WebSocket,
    expect,
)

from beaconfire.simulation.credentials import Credentials, CrewToken
from beaconfire_platform.ids import new_id
from beaconfire_testkit.laid_out import CITY, LaidOutCity
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess

_FORGET: Final = """async () => {
    await new Promise((said) => setTimeout(said));
    localStorage.clear();
    sessionStorage.clear();
}"""
AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_JUDGED: Final = """async () => {
    const still = new CSSStyleSheet();
    still.replaceSync(
        "*, *::before, *::after { animation: none !important; transition: none !important }"
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    try {
        return (await axe.run(
            {
                runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
                resultTypes: ["violations"],  // of what is right no list is made
            },
        )).violations;
    } finally {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== still);
    }
}"""
"""What stands there is judged, not a row that is just fading in."""
WAIT_MS: Final = 60_000
"""No promise of ours: two cores that other tests share may be a minute late."""
KEPT: Final = "() => JSON.parse(localStorage.getItem('beaconfire.outbox') ?? '[]').length"
"""How much a phone has told that no node has answered."""
CONSOLE_VIEW: Final = ViewportSize(width=1440, height=760)
"""The smallest at which queue, map and detail stand side by side: software draws it quickly."""
READ_MS: Final = 800
"""For so long an order that changed under the line waits to be read, and a little more."""
HALF: Final = 0.5
"""Of the pixels, in each direction, where nobody looks at the map."""
PHONE_VIEW: Final = ViewportSize(width=390, height=844)
NOT_OURS: Final = ("GPU stall", "GroupMarkerNotSet", "WebGL")
"""What a browser without a graphics card says of itself."""
UNDER_WAY: Final = ("open", "handled", "verifying", "held")
VOID_TRIES_MAX: Final = 100
"""Ten seconds for incident to hear of dispatch."""
ALONE: Final = ("--no-people", "--speed", "1")
PASSWORD: Final = "test-only-0427-2026"
"""Of people who live as long as a test."""


class City:
    """The demo city without its simulated people: its node, its desks, and strangers' clients."""

    def __init__(self, folder: NodeFolder, laid_out: LaidOutCity) -> None:
        """Starts on a copy of the city and waits until it serves."""
        self._folder = folder
        self._admin: httpx.Client | None = None
        self._leader: httpx.Client | None = None
        self.passwords: dict[str, str] = {}
        self.node = self._serving(laid_out.start(folder, *ALONE))

    def _serving(self, node: NodeProcess) -> NodeProcess:
        node.until_ready()
        told = "\n".join(node.lines)
        node.listen()
        shown = re.findall(r"^\s+(\w+)\s+(\w{4}-\w{4}-\w{4}-\w{4})", told, re.MULTILINE)
        self.passwords |= dict(shown)
        return node

    @property
    def origin(self) -> str:
        """As a browser names it: cookies that need a safe place are kept for localhost."""
        return self.node.origin.replace("127.0.0.1", "localhost")

    @property
    def credentials(self) -> Credentials:
        """What the demo's own machines may use: one scoped token each."""
        return Credentials.load(self._folder.folder / "demo" / "credentials.json")

    def crew(self, call_sign: str) -> CrewToken:
        """A crew with its unit, its station and its token."""
        return next(one for one in self.credentials.crews if one.call_sign == call_sign)

    def client(self, token: str) -> httpx.Client:
        """A stranger's client of the public API; each command has a key of its own."""
        return httpx.Client(
            base_url=self.node.origin,
            headers={"Authorization": f"Bearer {token}"},
            event_hooks={"request": [_with_key]},
            timeout=PATIENCE_S,
            trust_env=False,
        )

    def password_of(self, sign_in: str) -> str:
        """The password of a desk; a crew or a grid worker is given one by the administrator."""
        if sign_in not in self.passwords:
            person = self._person("sign_in", sign_in)["id"]
            body = {"password": PASSWORD}
            self._as_admin().post(f"/v1/people/{person}/password", json=body).raise_for_status()
            self.passwords[sign_in] = PASSWORD
        return self.passwords[sign_in]

    def register(self, sign_in: str, role: str, *, reach: str | None = None) -> None:
        """Somebody new of the administrator's own body, in a role; of its reach unless narrower."""
        admin = self._person("sign_in", "admin")
        own = admin["grants"][0]
        told = {
            "sign_in": sign_in, "name_zh": sign_in, "name_en": sign_in, "body": admin["body"],
            "grants": [own | {"role": role, "reach": reach or own["reach"]}],
        }  # fmt: skip
        self._as_admin().post("/v1/people", json=told).raise_for_status()

    def sign_in_of(self, person_id: str) -> str:
        """By what name somebody signs in."""
        return self._person("id", person_id)["sign_in"]

    def stop(self) -> None:
        """The node is gone; its data stay."""
        self.node.stop()

    def start_again(self) -> None:
        """The same data at the same address."""
        self.node = self._serving(self._folder.start(*CITY, *ALONE, port=self.node.port))

    def clear_away(self) -> None:
        """No order and no open incident is left of a test: its units are free for the next one.

        An incident that somebody was sent to can be put away once incident has heard that all left.
        """
        leader = self._as_leader()
        for one in items(leader, "/v1/assignments", state="open"):
            path = f"/v1/assignments/{one['id']}"
            if leader.post(f"{path}/cancel", json={"reason": "other"}).is_error:
                leader.post(f"{path}/clear", json={})
        for status in UNDER_WAY:
            for one in items(leader, "/v1/incidents", status=status):
                self._void(leader, one["id"])

    def _void(self, leader: httpx.Client, incident_id: str) -> None:
        void = {"reason": "exercise"}
        answer = leader.post(f"/v1/incidents/{incident_id}/void", json=void)
        for _ in range(VOID_TRIES_MAX):
            if answer.is_success or answer.status_code == 404:
                return
            time.sleep(0.1)
            answer = leader.post(f"/v1/incidents/{incident_id}/void", json=void)
        raise AssertionError(answer.text)

    def close(self) -> None:
        """The node is gone, and our own lines to it."""
        for one in (self._admin, self._leader):
            if one is not None:
                one.close()
        self.stop()

    def _as_leader(self) -> httpx.Client:
        if self._leader is None:
            self._leader = self.client(self._folder.token("lena"))
        return self._leader

    def _person(self, member: str, value: str) -> dict[str, Any]:
        people = items(self._as_admin(), "/v1/people")
        return next(one for one in people if one[member] == value)

    @property
    def administrator(self) -> httpx.Client:
        """Whoever lays the city out."""
        return self._as_admin()

    def _as_admin(self) -> httpx.Client:
        if self._admin is None:
            self._admin = self.client(self._folder.token("admin"))
        return self._admin


def _with_key(request: httpx.Request) -> None:
    if request.method != "GET":
        request.headers["Idempotency-Key"] = new_id()


def items(client: httpx.Client, path: str, **asked: str) -> list[dict[str, Any]]:
    """All items of a list."""
    found: list[dict[str, Any]] = []
    while True:
        page = client.get(path, params=asked).raise_for_status().json()
        found.extend(page["items"])
        if page["next"] is None:
            return found
        asked = {**asked, "cursor": page["next"]}


@dataclass
class Visit:
    """One window: what it complained of, and everything that it asked of anybody."""

    context: BrowserContext
    origin: str
    complaints: list[str] = field(default_factory=list[str])
    asked: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        """Listen before anything is opened."""
        self.context.set_default_timeout(WAIT_MS)
        self.context.on("request", self._note)
        pages = self.context.pages
        self.page: Page = pages[0] if pages else self.context.new_page()
        for event, hear in self._ears():
            self.page.on(event, hear)  # type: ignore[call-overload]  # one of three pairs

    @classmethod
    def of(
        cls, browser: Browser, origin: str, viewport: ViewportSize = PHONE_VIEW, **wishes: Any
    ) -> "Visit":
        """A window with nothing in it, not even a cookie, and with no streets on its maps."""
        return cls(without_streets(browser.new_context(viewport=viewport, **wishes)), origin)

    def _ears(self) -> tuple[tuple[Any, Callable[..., None]], ...]:
        return (
            ("console", self._hear), ("pageerror", self._hear_error),
            ("websocket", self._hear_socket),
        )  # fmt: skip

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def _hear_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _hear(self, message: ConsoleMessage) -> None:
        said = message.text
        if message.type in ("error", "warning") and not any(one in said for one in NOT_OURS):
            self.complaints.append(f"{said} ({message.location.get('url', '')})")

    def _hear_socket(self, socket: WebSocket) -> None:
        self.asked.append(socket.url)

    def lose_the_net(self) -> None:
        """The network goes away once what was told has been answered, not only been heard."""
        self.page.wait_for_function(f"({KEPT})() === 0")
        self.context.set_offline(True)

    def foreign(self) -> list[str]:
        """Requests to anybody but our own origin; what never leaves the browser is none."""
        ours = urlsplit(self.origin).netloc
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme not in ("blob", "data") and urlsplit(url).netloc != ours
        ]

    def open(self, path: str) -> Page:
        """Go to a page of the node."""
        self.page.goto(f"{self.origin}{path}")
        return self.page

    def breaches(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA in what is shown now."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(_JUDGED)
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def sign_in_to_field(self, name: str, password: str, *, language: str = "en") -> Page:
        """A crew's or a grid worker's phone."""
        page = self.open(f"/field?lang={language}")
        page.locator("#user").fill(name)
        page.locator("#password").fill(password)
        page.keyboard.press("Enter")
        expect(page.locator("#password")).to_have_count(0)
        return page

    def close(self) -> None:
        """Put the window away."""
        self.context.close()


def without_streets(context: BrowserContext) -> BrowserContext:
    """The same, as in a city that has no basemap."""
    context.route("**/basemap/**", lambda route: route.fulfill(status=204))
    return context


@dataclass
class Screens:
    """Windows whose process has read the console's scripts already, which takes it two seconds.

    Nothing else is kept of whoever sat there: no cookie, nothing stored, no pointer on a row.
    """

    browser: Browser
    city: City
    free: dict[bool, list[BrowserContext]] = field(default_factory=lambda: {True: [], False: []})

    def desk(self, *, basemap: bool) -> "Desk":
        """Somebody's desk, at a window that is free or a new one."""
        if not self.free[basemap]:
            return Desk.at(self.browser, self.city, basemap=basemap)
        return Desk(self.free[basemap].pop(), self.city.origin, has_basemap=basemap)

    def leave(self, desk: "Desk") -> None:
        """Whoever sat there is gone; a window in another state than it was made in is closed."""
        if desk.is_changed:
            desk.close()
            return
        try:
            desk.get_up()
        except Error:  # its node is away: what a test left so is no window for the next one
            desk.close()
            return
        self.free[desk.has_basemap].append(desk.context)


@dataclass
class Desk(Visit):
    """One person's browser at the console, and what they do there."""

    has_basemap: bool = False
    is_changed: bool = False
    """A test did to its window what cannot be undone."""

    @classmethod
    def at(cls, browser: Browser, city: City, *, basemap: bool) -> "Desk":
        """A wide window; without the basemap it is that of a city that has none.

        Without a graphics card one frame of streets takes the processor a third of a second, and
        each new incident some sixteen of them: where no street is looked at, the ground stays bare
        and is drawn at half the pixels.
        """
        if basemap:
            made = browser.new_context(viewport=CONSOLE_VIEW)
            return cls(made, city.origin, has_basemap=True)
        context = browser.new_context(
            viewport=CONSOLE_VIEW, device_scale_factor=HALF, reduced_motion="reduce"
        )
        return cls(without_streets(context), city.origin)

    def get_up(self) -> None:
        """Leave nothing at the window but the scripts that its process knows.

        What it still has to say is heard: an error told last is the test's, too.
        """
        for other in self.context.pages[1:]:
            other.close()
        self.page.mouse.move(0, 0)
        self.page.evaluate(_FORGET)
        self.context.remove_listener("request", self._note)
        for event, hear in self._ears():
            self.page.remove_listener(event, hear)
        self.page.goto(f"{self.origin}/livez")  # of the same place: another one ends the process
        self.context.clear_cookies()
        self.page.set_viewport_size(CONSOLE_VIEW)

    def sign_in(
        self, name: str, city: City, *, language: str = "en", theme: str = "night"
    ) -> "Desk":
        """Sign in and work at the first free seat, until the picture is there."""
        page = self.open(f"/console?lang={language}&theme={theme}")
        page.locator("input[autocomplete=username]").fill(name)
        page.locator("input[type=password]").fill(city.password_of(name))
        page.keyboard.press("Enter")
        page.locator("label.seat").first.wait_for()
        if not page.locator("label.seat.chosen").count():
            page.locator("label.seat:not(.taken)").first.click()
        page.locator("button.primary").click()
        self.until_live()
        return self

    def until_live(self) -> None:
        """The picture is there and fresh."""
        expect(self.page.locator(".card").first).to_have_text(re.compile("Live|实时"))

    def command(self, line: str) -> str:
        """Type a line, run it once the picture allows it, and read its verdict before it ran."""
        box = self.page.locator("#command")
        expect(box).to_have_value("")
        box.fill(line)
        self.page.locator("#verdict .verdict.ready").wait_for()
        verdict = self.page.locator("#verdict").inner_text()
        box.press("Enter")
        if self.page.locator("#verdict .verdict.ask").count():
            self.page.wait_for_timeout(READ_MS)
            verdict = self.page.locator("#verdict").inner_text()
            box.press("Enter")
        return verdict.replace("\n", " ")

    def row(self, number: int | str) -> Locator:
        """The queue's row of an incident."""
        return self.page.locator(".entry", has_text=str(number))

    def toasts(self) -> Locator:
        """What the console says of what was done."""
        return self.page.locator(".toasts")

    def label_of(self, call_sign: str) -> Locator:
        """The map's label of a unit: it goes with the symbol, wherever that is drawn."""
        return self.page.locator(".map-label", has_text=call_sign)

    def until(self, is_so: Callable[[], bool], what: str, within_ms: int = WAIT_MS) -> None:
        """Look until it is so."""
        for _ in range(within_ms // 50):
            if is_so():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never came: {what}")
