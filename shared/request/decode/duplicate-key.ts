/**
 * Where a JSON text has the same key twice, for the message of its refusal.
 */

/** An open object or list: where it stands, and what it holds so far. */
interface Open {
  readonly path: string;
  /** Keys of an object; absent for a list. */
  readonly keys?: Set<string>;
  /** Index in a list. */
  index: number;
  /** The key whose value comes next. */
  key: string;
}

/**
 * Finds the path of the first member that its object has twice (`Tags.a`, `Rules[2].Name`); keys are compared unescaped.
 *
 * The text must be valid JSON.
 */
export function findDuplicateKey(json: string): string | undefined {
  const open: Open[] = [];
  let expectsKey = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    const inner = open.at(-1);
    if (char === '"') {
      const end = closingQuote(json, at);
      if (expectsKey && inner?.keys) {
        const key = String(JSON.parse(json.slice(at, end + 1)));
        if (inner.keys.has(key)) return join(inner.path, key);
        inner.keys.add(key);
        inner.key = key;
        expectsKey = false;
      }
      at = end;
    } else if (char === "{" || char === "[") {
      const path = inner ? pathWithin(inner) : "";
      open.push({ path, index: 0, key: "", ...(char === "{" ? { keys: new Set<string>() } : {}) });
      expectsKey = char === "{";
    } else if (char === "}" || char === "]") {
      open.pop();
      expectsKey = false;
    } else if (char === "," && inner) {
      inner.index++;
      expectsKey = inner.keys !== undefined;
    }
  }
  return undefined;
}

function pathWithin({ path, keys, index, key }: Open): string {
  return keys ? join(path, key) : `${path}[${index}]`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function closingQuote(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}
