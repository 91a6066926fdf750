/** The way to the node: JSON over fetch, problems as errors, and commands that may be sent again. */
import { newId } from "./ids";

/** An answer that says no (RFC 9457); `code` is stable and the pages have words for it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly pointer: string | null,
    readonly members: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** Codes that the browser itself gives where no answer came at all. */
export const NO_ANSWER = "no_answer";
export const UNREADABLE_ANSWER = "unreadable_answer";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiPorts {
  readonly fetch: Fetch;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const TRIES = 3;
const FIRST_WAIT_MS = 400;
const ANSWER_WITHIN_MS = 12_000;
const AGAIN = new Set([502, 503, 504]);

export class Api {
  /** Called when the node no longer knows who we are. */
  onSignedOut: () => void = () => undefined;

  constructor(private readonly ports: ApiPorts = browserPorts()) {}

  get<T>(path: string): Promise<T> {
    return this.ask<T>("GET", path, undefined, null);
  }

  /** A command: one key for all tries, so that it happens once however often it is sent. */
  post<T>(path: string, body: unknown = {}, key: string = newId()): Promise<T> {
    return this.ask<T>("POST", path, body, key);
  }

  put<T>(path: string, body: unknown, key: string = newId()): Promise<T> {
    return this.ask<T>("PUT", path, body, key);
  }

  delete<T>(path: string, key: string = newId()): Promise<T> {
    return this.ask<T>("DELETE", path, undefined, key);
  }

  private async ask<T>(method: string, path: string, body: unknown, key: string | null): Promise<T> {
    for (let nth = 1; ; nth += 1) {
      try {
        return await this.once<T>(method, path, body, key);
      } catch (error) {
        const mayHelp = error instanceof Problem && (error.code === NO_ANSWER || AGAIN.has(error.status));
        if (!mayHelp || nth === TRIES) throw error;
        await this.ports.wait(FIRST_WAIT_MS * 2 ** (nth - 1));
      }
    }
  }

  private async once<T>(method: string, path: string, body: unknown, key: string | null): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== null) headers["Idempotency-Key"] = key;
    let answer: Response;
    try {
      answer = await this.ports.fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new Problem(0, NO_ANSWER, String(error), null, {});
    }
    if (answer.ok) return (await read(answer)) as T;
    const problem = await problemOf(answer);
    if (problem.status === 401) this.onSignedOut();
    throw problem;
  }
}

async function read(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(answer.status, UNREADABLE_ANSWER, text.slice(0, 200), null, {});
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const told = await read(answer).catch(() => null);
  const members = isRecord(told) ? told : {};
  return new Problem(
    answer.status,
    typeof members["code"] === "string" ? members["code"] : `http_${answer.status}`,
    typeof members["detail"] === "string" ? members["detail"] : answer.statusText,
    typeof members["pointer"] === "string" ? members["pointer"] : null,
    members,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function browserPorts(): ApiPorts {
  return {
    fetch: (url, init) => fetch(url, init),
    wait: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  };
}
