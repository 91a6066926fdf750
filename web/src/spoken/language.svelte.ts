/** The language of the page as one reactive value, and words by it. */
import { firstLanguage, keepLanguage, type Language } from "../kernel/language";

class LanguageChoice {
  now: Language = $state(firstLanguage());

  choose(language: Language): void {
    this.now = language;
    keepLanguage(language);
    document.documentElement.lang = language;
  }
}

export const language = new LanguageChoice();
document.documentElement.lang = language.now;

/** A getter of the words in the present language: `const words = wordsOf({ zh, en })`. */
export function wordsOf<T>(both: Record<Language, T>): () => T {
  return () => both[language.now];
}
