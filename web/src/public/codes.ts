/** Tracking codes as people read and type them: in fours, in any case, with any dashes. */
const LENGTH = 16;
const PLAIN = /^[A-Z2-7]+$/;

/** `RYJ4 DLL3 J4OC ZJ32`, as it is read aloud. */
export function inFours(code: string): string {
  return code.match(/.{1,4}/g)?.join(" ") ?? code;
}

/** The code that somebody typed, or null where it cannot be one. */
export function codeOf(typed: string): string | null {
  const code = typed.toUpperCase().replace(/[\s\-]/g, "");
  return code.length === LENGTH && PLAIN.test(code) ? code : null;
}
