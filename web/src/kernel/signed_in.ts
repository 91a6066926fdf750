/** Whether somebody signed in here before: the cookie is not ours to read, and a question whose
answer is known to be no would only stand in the browser's log. */
const KEPT_AS = "beaconfire.signed-in";
/** What a phone showed its person last. */
export const SHOWN_AS = "beaconfire.around";

export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== null;
  } catch {
    return true;
  }
}

/** Whoever signs out, on whichever page, takes along what was shown: the next person is another one. */
export function keepSignedIn(is: boolean): void {
  try {
    if (is) localStorage.setItem(KEPT_AS, "1");
    else for (const name of [KEPT_AS, SHOWN_AS]) localStorage.removeItem(name);
  } catch {
    // Not kept: the session is asked for at the next visit.
  }
}
