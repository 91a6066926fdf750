/** Night or day as one reactive value, kept for the next visit under the name of its page. */
export type Theme = "night" | "day";

export class ThemeChoice {
  now: Theme = $state("night");

  constructor(
    byDefault: Theme,
    private readonly keptAs: string,
  ) {
    const asked = new URLSearchParams(location.search).get("theme") ?? this.kept();
    this.now = asked === "day" || asked === "night" ? asked : byDefault;
    document.documentElement.dataset["theme"] = this.now;
  }

  choose(theme: Theme): void {
    this.now = theme;
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(this.keptAs, theme);
    } catch {
      // Not kept; shown all the same.
    }
  }

  turn(): void {
    this.choose(this.now === "night" ? "day" : "night");
  }

  private kept(): string | null {
    try {
      return localStorage.getItem(this.keptAs);
    } catch {
      return null;
    }
  }
}
