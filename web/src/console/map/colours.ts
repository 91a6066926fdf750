/** The tokens of the look as the map needs them: read from the page, so that CSS stays their one home. */
export type Tokens = (name: string) => string;

export function tokensOf(element: Element): Tokens {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** A #rrggbb colour with an opacity. */
export function faded(colour: string, opacity: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${parts.join(",")},${opacity})`;
}
