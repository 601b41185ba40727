/**
 * Makes a line of text harmless where it is printed. Names from tokens and from other authors' files must not break it, control
 * a terminal, or be a command to what runs a pipeline: `::error::…`, `##[error]…`, `##vso[…]`.
 */
export function withoutControls(line: string): string {
  return line.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|:(?=:)(?<=^\s*:)|#(?=#\w*\[)/gu,
    (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`,
  );
}
