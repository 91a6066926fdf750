/** Night or day, kept for the next visit. */
export type Theme = "night" | "day";

const KEPT_AS = "beaconfire.theme";

class ThemeChoice {
  now: Theme = $state(first());

  constructor() {
    document.documentElement.dataset["theme"] = this.now;
  }

  choose(theme: Theme): void {
    this.now = theme;
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(KEPT_AS, theme);
    } catch {
      // Not kept; shown all the same.
    }
  }
}

function first(): Theme {
  const asked = new URLSearchParams(location.search).get("theme") ?? kept();
  return asked === "day" ? "day" : "night";
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

export const theme = new ThemeChoice();
