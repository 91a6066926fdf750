/** The two languages of the pages. Words are typed dictionaries: a missing one does not compile. */
export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same words in each language; `Words<typeof zh>` holds English to the shape of Chinese. */
export type Words<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer A) => string
      ? (...given: A) => string
      : Words<T[K]>;
};

const KEPT_AS = "beaconfire.language";

/** What the reader chose before, else the address (?lang=en), else what the browser prefers. */
export function firstLanguage(): Language {
  const inAddress = LANGUAGES.find((language) => language === new URLSearchParams(location.search).get("lang"));
  if (inAddress) keepLanguage(inAddress);
  const known = inAddress ?? LANGUAGES.find((language) => language === read());
  if (known) return known;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("zh")) ? "zh" : "en";
}

/** Keep the choice for the next visit, where the browser allows it. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A browser that keeps nothing still shows the page in the chosen language.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
