/** A curl line, as people paste it from a terminal, from documentation or from a browser. */
import { lowerAscii } from "../../../../shared/ascii.ts";

export interface CurlRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export function isCurl(text: string): boolean {
  return /^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text);
}

/** Reads it, or says what is wrong. */
export function readCurl(text: string): CurlRequest | string {
  const words = shellWords(text.replace(/^\s*(?:\$\s+)?/, ""));
  if (typeof words === "string") return words;
  const found: Found = { urls: [], headers: [], data: [], method: undefined, isGet: false };
  for (let at = 1; at < words.length; at++) {
    const read = readOption(words[at] ?? "", words[at + 1], found);
    if (read === "unknown") return `The option \`${words[at]}\` of curl is not read here. Leave it out.`;
    if (read === "both") at++;
  }
  const [given, ...others] = found.urls;
  if (given === undefined || others.length > 0) return "The curl line must have one address.";
  const url = readUrl(given);
  if (url === undefined) return `\`${given}\` is not an address.`;
  const data = found.data.join("&");
  const query = [...url.searchParams, ...(found.isGet ? new URLSearchParams(data) : [])];
  const body = found.isGet ? "" : data;
  const method = found.method ?? (body === "" ? "GET" : "POST");
  return { method, path: url.pathname, query, headers: found.headers, body };
}

interface Found {
  readonly urls: string[];
  readonly headers: [string, string][];
  readonly data: string[];
  method: string | undefined;
  isGet: boolean;
}

/** With a value that does not matter here. */
const ignoredWithValue =
  /^(?:-[oAebcumw]|--(?:output|user-agent|referer|cookie|cookie-jar|user|max-time|connect-timeout|write-out|retry|cacert))$/;
const ignored =
  /^(?:-[isSkvfLgN#]+|--(?:include|silent|show-error|insecure|verbose|fail|fail-with-body|location|compressed|globoff|http1\.1|http2|no-buffer|path-as-is))$/;

function readOption(word: string, next: string | undefined, found: Found): "one" | "both" | "unknown" {
  if (!word.startsWith("-")) {
    found.urls.push(word);
    return "one";
  }
  const [, name = word, joined] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? /^(-[XHd])(.+)$/s.exec(word) ?? [];
  const value = joined ?? next ?? "";
  const taken = joined === undefined ? "both" : "one";
  if (name === "-G" || name === "--get") {
    found.isGet = true;
    return "one";
  }
  if (name === "-X" || name === "--request") found.method = value;
  else if (name === "--url") found.urls.push(value);
  else if (name === "-H" || name === "--header") {
    const [, header, text] = /^([^:]+):\s*(.*)$/s.exec(value) ?? [];
    if (header !== undefined) found.headers.push([lowerAscii(header), text ?? ""]);
  } else if (/^(?:-d|--data|--data-raw|--data-binary|--data-ascii|--json)$/.test(name))
    found.data.push(value);
  else if (ignored.test(word)) return "one";
  else if (!ignoredWithValue.test(name)) return "unknown";
  return taken;
}

function readUrl(text: string): URL | undefined {
  const whole = /^https?:\/\//i.test(text) ? text : `http://${text.replace(/^\$\{?\w+\}?/, "localhost")}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** Splits a line as a POSIX shell does. Variables stay as they are. */
function shellWords(text: string): string[] | string {
  const words: string[] = [];
  let word: string | undefined;
  const part =
    /\\\r?\n|\s+|'([^']*)'|\$'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\$]+|\$)/gy;
  while (part.lastIndex < text.length) {
    const found = part.exec(text);
    if (found === null) return "The curl line has a quote that is not closed.";
    const [all, single, ansi, double, escaped, plain] = found;
    const piece =
      single ??
      ansi?.replace(/\\(.)/g, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? letter) ??
      double?.replace(/\\(["\\$`]|\r?\n)/g, (_, kept: string) => (kept.includes("\n") ? "" : kept)) ??
      escaped ??
      plain;
    if (piece !== undefined) word = (word ?? "") + piece;
    else if (!all.startsWith("\\") && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
