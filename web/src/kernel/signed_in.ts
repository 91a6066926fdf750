/** Whether somebody signed in here before: the cookie is not ours to read, and a question whose
answer is known to be no would only stand in the browser's log. */
const KEPT_AS = "beaconfire.signed-in";

export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== null;
  } catch {
    return true;
  }
}

export function keepSignedIn(is: boolean): void {
  try {
    if (is) localStorage.setItem(KEPT_AS, "1");
    else localStorage.removeItem(KEPT_AS);
  } catch {
    // Not kept: the session is asked for at the next visit.
  }
}
