/** Names from tokens and from other authors' bundles must not break a line or control a terminal. */
export function withoutControls(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}
