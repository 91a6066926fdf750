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
  readonly now: () => number;
}

interface Unanswered {
  readonly key: string;
  readonly until: number;
}

/** The same request of ours is being answered at this moment. */
const IN_FLIGHT = "answer_in_flight";
/** For so long the same words are the same command, if nobody said what became of it. */
export const SAME_FOR_MS = 300_000;

const TRIES = 3;
const FIRST_WAIT_MS = 400;
const ANSWER_WITHIN_MS = 12_000;

export class Api {
  /** Called when the node no longer knows who we are. */
  onSignedOut: () => void = () => undefined;

  private readonly unanswered = new Map<string, Unanswered>();

  constructor(private readonly ports: ApiPorts = browserPorts()) {}

  get<T>(path: string): Promise<T> {
    return this.ask<T>("GET", path, undefined, null);
  }

  /**
   * A command: one key for all tries, so that it happens once however often it is sent. Who says the
   * same again because no answer came means the same command, whoever gives no key of their own.
   */
  post<T>(path: string, body: unknown = {}, key?: string): Promise<T> {
    return this.command<T>("POST", path, body, key);
  }

  put<T>(path: string, body: unknown, key?: string): Promise<T> {
    return this.command<T>("PUT", path, body, key);
  }

  delete<T>(path: string, key?: string): Promise<T> {
    return this.command<T>("DELETE", path, undefined, key);
  }

  private async command<T>(method: string, path: string, body: unknown, own: string | undefined): Promise<T> {
    if (own !== undefined) return this.ask<T>(method, path, body, own);
    const same = `${method} ${path} ${JSON.stringify(body)}`;
    const key = this.keyOf(same);
    try {
      const answer = await this.ask<T>(method, path, body, key);
      this.unanswered.delete(same);
      return answer;
    } catch (error) {
      if (isUnanswered(error)) this.unanswered.set(same, { key, until: this.ports.now() + SAME_FOR_MS });
      else this.unanswered.delete(same);
      throw error;
    }
  }

  private keyOf(same: string): string {
    const now = this.ports.now();
    for (const [words, one] of this.unanswered) if (one.until < now) this.unanswered.delete(words);
    return this.unanswered.get(same)?.key ?? newId();
  }

  private async ask<T>(method: string, path: string, body: unknown, key: string | null): Promise<T> {
    for (let nth = 1; ; nth += 1) {
      try {
        return await this.once<T>(method, path, body, key);
      } catch (error) {
        const mayHelp = isUnanswered(error) && error.code !== UNREADABLE_ANSWER && error.status !== 500;
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
    let text: string;
    try {
      answer = await this.ports.fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await answer.text(); // its head may come in time, and its body not
    } catch (error) {
      throw new Problem(0, NO_ANSWER, String(error), null, {});
    }
    if (answer.ok) return read(answer, text) as T;
    const problem = problemOf(answer, text);
    if (problem.status === 401) this.onSignedOut();
    throw problem;
  }
}

/** Whether it may have happened all the same. */
function isUnanswered(error: unknown): error is Problem {
  return error instanceof Problem && (error.status === 0 || error.status >= 500 || error.code === IN_FLIGHT || error.code === UNREADABLE_ANSWER);
}

function read(answer: Response, text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(answer.status, UNREADABLE_ANSWER, text.slice(0, 200), null, {});
  }
}

function problemOf(answer: Response, text: string): Problem {
  const told = toldBy(text);
  const members = isRecord(told) ? told : {};
  return new Problem(
    answer.status,
    typeof members["code"] === "string" ? members["code"] : `http_${answer.status}`,
    typeof members["detail"] === "string" ? members["detail"] : answer.statusText,
    typeof members["pointer"] === "string" ? members["pointer"] : null,
    members,
  );
}

/** What a refusal carries, where it can be read. */
function toldBy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function browserPorts(): ApiPorts {
  return {
    fetch: (url, init) => fetch(url, init),
    wait: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    now: () => Date.now(),
  };
}
