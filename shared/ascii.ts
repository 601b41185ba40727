/**
 * Text in which case is ignored: names of actions, condition keys, claims, headers. Only A to Z are folded.
 *
 * Unicode has letters that become one of those, and so another name: KELVIN SIGN (U+212A) in lower case is `k`, LATIN SMALL
 * LETTER LONG S (U+017F) in upper case is `S`. A name that is checked must be the name that is used.
 */

/** Gives a text with A to Z in lower case, and everything else as it is. */
export function lowerAscii(text: string): string {
  return /^[\0-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
