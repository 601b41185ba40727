/**
 * Reads a policy that nothing can be said about, as most are, straight from its text: without nodes for its elements and
 * without their places. Thousands of policies are read in a third of the time, and nothing of that stays in memory.
 *
 * INVARIANT: what it reads is exactly what `parse.ts` reads. It gives up on every text of which there may be more to tell, an
 * escape in a string included. A test holds the two against each other.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import type {
  ActionElement,
  PolicyCondition,
  PolicyDocument,
  PolicyLimits,
  PolicyStatement,
  PolicyVersion,
  Position,
  ResourceElement,
} from "../../../shared/policy/model/document.ts";
import type { NamedPlace } from "./instance-names.ts";

/** Puts ARNs in the place of instances' names; `undefined` for a text of which there is something to tell. */
export type ResolvePlain = (
  text: string,
  place: NamedPlace,
  at: () => Position & { readonly path: string },
) => string | undefined;

interface PlainSource {
  readonly name: string;
  readonly file: string;
  readonly resolve: ResolvePlain;
  readonly limits: PolicyLimits;
}

/** Returns the document, of which all elements are known, once and of the right type; `undefined` for any other text. */
export function readPlainPolicy(text: string, source: PlainSource): PolicyDocument | undefined {
  if (source.limits.maxDepth < deepest) return undefined;
  try {
    return new PlainReader(text, source).readDocument();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** How deep the grammar nests: the values of a condition. */
const deepest = 6;

/** Never leaves this file. One for all, since making an error takes longer than reading a policy. */
const notPlain = new Error("not a plain policy");

const [tab, lineFeed, carriageReturn, space, quotationMark] = [9, 10, 13, 32, 34];
const [comma, colon, openList, backslash, closeList, openObject, closeObject] = [
  44, 58, 91, 92, 93, 123, 125,
];
const [firstSurrogate, lastSurrogate] = [0xd800, 0xdfff];

/** A number or Boolean, and what ends it. */
const word = /(?:true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?=[ \t\r\n,\]}])/y;

class PlainReader {
  readonly #text: string;
  readonly #source: PlainSource;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #statements: readonly PolicyStatement[] = [];
  /** How many texts may have named an instance. */
  #resolved = 0;

  constructor(text: string, source: PlainSource) {
    this.#text = text;
    this.#source = source;
  }

  /** Members are in the order of canonical JSON, so that a bundle of them need not be sorted. */
  readDocument(): PolicyDocument {
    let version: PolicyVersion | undefined;
    let id: string | undefined;
    this.#readMembers((name) => {
      if (name === "Version") version = this.#readVersion();
      else if (name === "Id") id = this.#readString();
      else if (name === "Statement") this.#statements = this.#readStatements();
      else throw notPlain;
    });
    const isAtEnd = Number.isNaN(this.#next());
    if (!isAtEnd || version === undefined || this.#statements.length === 0) throw notPlain;
    const { file, name } = this.#source;
    return { file, ...(id === undefined ? {} : { id }), name, statements: this.#statements, version };
  }

  #readVersion(): PolicyVersion {
    const version = this.#readString();
    if (version === "2012-10-17" || version === "2008-10-17") return version;
    throw notPlain;
  }

  #readStatements(): readonly PolicyStatement[] {
    if (this.#next() === openObject) return [this.#readStatement(0)];
    const statements: PolicyStatement[] = [];
    this.#readItems(() => {
      if (statements.length >= this.#source.limits.maxStatements) throw notPlain;
      statements.push(this.#readStatement(statements.length));
    });
    return statements;
  }

  #readStatement(index: number): PolicyStatement {
    this.#next();
    const start = this.#position();
    const path = `Statement[${index}]`;
    let sid: string | undefined;
    let effect: string | undefined;
    let actions: ActionElement | undefined;
    let resources: ResourceElement | undefined;
    let conditions: readonly PolicyCondition[] = [];
    this.#readMembers((name) => {
      if (name === "Sid") sid = this.#readString();
      else if (name === "Effect") effect = this.#readString();
      else if ((name === "Action" || name === "NotAction") && !actions) actions = this.#readActions(name);
      else if ((name === "Resource" || name === "NotResource") && !resources) {
        const resolved = this.#resolved;
        resources = { kind: name, patterns: this.#readTexts("pattern", () => `${path}.${name}`) };
        // By nodes, resources are read before conditions wherever they are, and what they name is reported in that order.
        if (conditions.length > 0 && this.#resolved > resolved) throw notPlain;
      } else if (name === "Condition") conditions = this.#readConditions(`${path}.Condition`);
      else throw notPlain;
    });
    if (!actions || !resources || (effect !== "Allow" && effect !== "Deny")) throw notPlain;
    const end = this.#position();
    return sid === undefined
      ? { actions, conditions, effect, end, resources, start }
      : { actions, conditions, effect, end, resources, sid, start };
  }

  #readActions(kind: ActionElement["kind"]): ActionElement {
    const patterns: string[] = [];
    this.#readOneOrSome(() => {
      const pattern = shared(this.#readString());
      // IAM ignores the blanks, and the author gets a warning.
      if (pattern.startsWith(" ") || pattern.endsWith(" ")) throw notPlain;
      patterns.push(pattern);
    });
    return sharedActions(kind, patterns);
  }

  #readConditions(path: string): readonly PolicyCondition[] {
    const conditions: PolicyCondition[] = [];
    this.#readMembers((operator) => {
      const seen = new Set<string>();
      this.#readMembers((key, position) => {
        const lowerKey = lowerAscii(key);
        if (seen.has(lowerKey)) throw notPlain;
        seen.add(lowerKey);
        const values = this.#readTexts("value", () => `${path}.${operator}.${key}`);
        conditions.push({ key, operator, position, values });
      });
    });
    return conditions;
  }

  /** Reads one text or several, of which each may name an instance. */
  #readTexts(place: NamedPlace, path: () => string): readonly string[] {
    const texts: string[] = [];
    this.#readOneOrSome((position) => {
      const isText = this.#next() === quotationMark;
      if (!isText && place === "pattern") throw notPlain;
      const written = isText ? this.#readString() : this.#readWord();
      const at = () => ({ ...position(), path: `${path()}[${texts.length}]` });
      texts.push(written.includes("${") ? this.#resolve(written, place, at) : written);
    });
    return texts;
  }

  #resolve(...named: Parameters<ResolvePlain>): string {
    const text = this.#source.resolve(...named);
    if (text === undefined) throw notPlain;
    this.#resolved += 1;
    return text;
  }

  /** @param read reads one; it is given the function that tells where it begins */
  #readOneOrSome(read: (position: () => Position) => void): void {
    const readOne = () => {
      this.#next();
      const [offset, line, lineStart] = [this.#at, this.#line, this.#lineStart];
      read(() => ({ column: offset - lineStart + 1, line, offset }));
    };
    if (this.#next() === openList) this.#readItems(readOne);
    else readOne();
  }

  /** Reads a list that is not empty. */
  #readItems(readItem: () => void): void {
    this.#expect(openList);
    do readItem();
    while (this.#passes(comma));
    this.#expect(closeList);
  }

  /** Reads an object that is not empty, in which no key is repeated. */
  #readMembers(readMember: (name: string, position: Position) => void): void {
    this.#expect(openObject);
    const seen: string[] = [];
    do {
      this.#next();
      const position = this.#position();
      const name = shared(this.#readString());
      if (seen.includes(name)) throw notPlain;
      seen.push(name);
      this.#expect(colon);
      readMember(name, position);
    } while (this.#passes(comma));
    this.#expect(closeObject);
  }

  #readString(): string {
    this.#expect(quotationMark);
    const text = this.#text;
    const start = this.#at;
    let end = start;
    for (;;) {
      const code = text.charCodeAt(end);
      if (code === quotationMark) break;
      // At the end of the text the code is not a number.
      const isPlain = code >= space && code !== backslash && (code < firstSurrogate || code > lastSurrogate);
      if (!isPlain) throw notPlain;
      end += 1;
    }
    this.#at = end + 1;
    return text.slice(start, end);
  }

  #readWord(): string {
    word.lastIndex = this.#at;
    const [found] = word.exec(this.#text) ?? [];
    if (found === undefined) throw notPlain;
    this.#at += found.length;
    return found;
  }

  #expect(code: number): void {
    if (!this.#passes(code)) throw notPlain;
  }

  #passes(code: number): boolean {
    if (this.#next() !== code) return false;
    this.#at += 1;
    return true;
  }

  /** Moves over white space. @returns the character there, as a code; not a number at the end of the text */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== space && code !== lineFeed && code !== tab && code !== carriageReturn) return code;
      this.#at += 1;
      // A carriage return ends a line alone, or together with the line feed behind it.
      const endsLine =
        code === lineFeed || (code === carriageReturn && this.#text.charCodeAt(this.#at) !== lineFeed);
      if (!endsLine) continue;
      this.#line += 1;
      this.#lineStart = this.#at;
    }
  }

  #position(): Position {
    return { column: this.#at - this.#lineStart + 1, line: this.#line, offset: this.#at };
  }
}

/** Large sets repeat the same actions, operators and keys: each is kept once, and what is looked up by it is found faster. */
const texts = new Map<string, string>();
const elements = new Map<string, ActionElement>();
const maxShared = 10_000;

function shared(text: string): string {
  return texts.get(text) ?? share(texts, text, text);
}

function sharedActions(kind: ActionElement["kind"], patterns: readonly string[]): ActionElement {
  const form = `${kind} ${patterns.join(" ")}`;
  return elements.get(form) ?? share(elements, form, { kind, patterns });
}

function share<Item>(known: Map<string, Item>, key: string, item: Item): Item {
  if (known.size >= maxShared) known.clear();
  known.set(key, item);
  return item;
}
