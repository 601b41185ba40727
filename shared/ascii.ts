/**
 * Compares names of actions, condition keys, claims and headers without case. Only A to Z are folded.
 *
 * Unicode has letters that fold to one of those and would make another name: KELVIN SIGN (U+212A) in lower case is `k`,
 * LATIN SMALL LETTER LONG S (U+017F) in upper case is `S`. The checked name must be the used name.
 */

/** Only A to Z become lower case. */
export function lowerAscii(text: string): string {
  return /^[\0-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
