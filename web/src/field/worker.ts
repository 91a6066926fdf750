/** The field page without a net: its own files as they came last, nothing that anybody told.

With a net the page always comes from the node, so an update holds from the next opening on; what is
kept is made anew by it. An answer of the API is never looked at here. */
declare const self: ServiceWorkerGlobalScope;

const PAGE = "/field";
const KEPT_AS = "beaconfire.field";
/** After so long without an answer somebody in a cellar is better served by what is here. */
const ANSWER_WITHIN_MS = 8_000;
/** A gateway whose node is away answers so. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
/** Faces for Latin and figures: the phone has its own for the rest. */
const FILE = /\/assets\/[\w.-]+/g;
const LEFT_OUT = /(cyrillic|greek|vietnamese|latin-ext|jetbrains)[\w.-]*\.woff2$/;

self.addEventListener("install", (event) => {
  event.waitUntil(fetch(PAGE, { cache: "no-cache" }).then(keepPage).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(file(request));
});

/** The node's page, else the one that came last. */
async function page(event: FetchEvent): Promise<Response> {
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => keepPage(answer.clone())).catch(() => undefined));
  const here = await caches.match(PAGE);
  if (here === undefined) return asked;
  const late = new Promise<null>((done) => setTimeout(() => done(null), ANSWER_WITHIN_MS));
  const answer = await Promise.race([asked.catch(() => null), late]);
  return answer === null || AWAY.has(answer.status) ? here : answer;
}

/** Files have their hash in their names: what is here is what was asked for. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** Keep a page with all that it asks for, or nothing of it; what only an older one asked for goes. */
async function keepPage(answer: Response): Promise<void> {
  if (!answer.ok || answer.redirected) return;
  const drawer = await caches.open(KEPT_AS);
  const text = await answer.clone().text();
  const before = await drawer.match(PAGE);
  if (before !== undefined && (await before.text()) === text) return;
  const asked: ReadonlySet<string> = new Set(text.match(FILE) ?? []);
  const files = new Set(asked);
  const got = new Map<string, Response>();
  for (const name of files) {
    if (LEFT_OUT.test(name)) continue;
    const found = (await drawer.match(name)) ?? (await fetch(name));
    if (!found.ok && asked.has(name)) return;
    if (!found.ok) continue;
    got.set(name, found.clone());
    // A set that grows while it is walked: styles and scripts name further files.
    if (/\.(css|js)$/.test(name)) for (const more of named(await found.text())) files.add(more);
  }
  for (const [name, found] of got) await drawer.put(name, found);
  await drawer.put(PAGE, answer);
  for (const one of await drawer.keys()) {
    const { pathname } = new URL(one.url);
    if (pathname !== PAGE && !got.has(pathname)) await drawer.delete(one);
  }
}

/** Built files name each other relative to where they lie, or from the root. */
function named(text: string): readonly string[] {
  return [...text.matchAll(/(?:\/assets\/|\.\/|["'(])([\w.-]+-[\w-]{8}\.(?:css|js|woff2|svg))/g)].map((one) => `/assets/${one[1]}`);
}

export {};
