// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * Random policies and requests over a small vocabulary, so that statements meet requests often. A seed makes the same
 * ones again.
 */
import type { OneOrMore, Policy, Request, Statement } from "../reference/policy-json.ts";

/** A reproducible source of choices (mulberry32). */
export class Chooser {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  count(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.count(0, items.length - 1)] as Item;
  }

  some<Item>(least: number, most: number, make: () => Item): Item[] {
    return Array.from({ length: this.count(least, most) }, make);
  }
}

/** What is asked: actions, resources, condition keys. */
export const ACTIONS = [
  "connect:DescribeUser",
  "connect:ListUsers",
  "connect:DeleteUser",
  "s3:GetObject",
  "CONNECT:describeUSER",
];
const ACTION_PATTERNS = [
  ...ACTIONS,
  "*",
  "connect:*",
  "connect:Desc*User",
  "connect:*Users",
  "*:*User?",
  "connect:L?stUsers",
  " connect:DescribeUser",
  "connect:List*\t",
  "co*t:De*e*r",
  "s3:*",
];
const ACCOUNT = "arn:aws:connect:us-east-1:123456789012";
export const RESOURCES = [
  `${ACCOUNT}:instance/i1/agent/a1`,
  `${ACCOUNT}:instance/i1/agent/*`,
  `${ACCOUNT}:instance/i1/agent/blue`,
  `${ACCOUNT}:instance/i1/queue/agent/a1`,
  `${ACCOUNT}:instance/i2/agent/a1`,
  `${ACCOUNT}:instance/i1/contact-flow/f:$LATEST`,
  "arn:aws:connect:eu-west-1:123456789012:instance/i1/agent/a1",
  "arn:aws:connect:us-east-1::phone-number/p1",
  "arn:aws:s3:::bucket/blue:x",
  "*",
];
export const RESOURCE_PATTERNS = [
  ...RESOURCES,
  "*",
  "arn:aws",
  "arn:aws:connect",
  "arn:aws:connect:*",
  "arn:aws:connect:us-*-1",
  "arn:aws:connect:*:123456789012",
  "arn:aws:s3::",
  "arn:aws:connect:*:*:instance/i1/*",
  "arn:aws:connect:us-*-1:*:instance/*/agent/a?",
  "arn:aws:connect:*1:1*2:instance/*",
  "arn:aws:connect:*:1*:instance/i1/*",
  "arn:aws:connect:us-?ast-*:*:instance/i?/agent/*",
  `${ACCOUNT}:instance/*/agent/a1`,
  `${ACCOUNT}:instance/i1/*agent*`,
  `${ACCOUNT}:instance/i1/agent/\${aws:PrincipalTag/team}`,
  `${ACCOUNT}:instance/i1/agent/\${k:empty, 'a1'}`,
  `${ACCOUNT}:instance/*/\${aws:username}*`,
  `${ACCOUNT}:instance/i1/agent/\${*}`,
  `${ACCOUNT}:instance/i1/contact-flow/f:\${$}LATEST`,
  "arn:aws:s3:::bucket/${aws:PrincipalTag/team}:?",
  "arn:aws:connect:us-east-1::*",
  "arn:aws:connect:us-east-?:*",
];

export const KEYS = [
  "aws:username",
  "aws:PrincipalTag/team",
  "k:list",
  "k:number",
  "k:time",
  "k:flag",
  "k:ip",
  "k:arn",
  "k:bytes",
  "k:empty",
];
const TEXTS = [
  "blue",
  "Blue",
  "red",
  "K\u00f6ln",
  "K\u00d6LN",
  "\u212a\u00f6ln",
  "a1",
  "*",
  "b?ue",
  "",
  "${aws:username}",
  "bl*",
];
const NUMBERS = ["0", "-0.0", "1", "1.50", "1.5", "10", "-3", "007", "9007199254740993", "9007199254740992"];
const TIMES = [
  "2030",
  "2030-01",
  "2030-01-01T00:00Z",
  "2030-01-01T01:00:00+01:00",
  "1893456000",
  "0",
  "2029-12-31T23:59:59.5Z",
  "2030-01-01T00:00:00",
  "20291231T235959z",
  "2029-12-31t19:00:00,0-0500",
];
const FLAGS = ["true", "false", "TRUE"];
const IPS = [
  "10.0.0.1",
  "10.1.2.3",
  "192.168.0.1",
  "2001:db8::1",
  "2001:DB8:0:0::2",
  "::ffff:10.0.0.1",
  "::1",
];
const RANGES = [
  ...IPS.filter((ip) => !ip.startsWith("::f")),
  "10.0.0.0/8",
  "10.0.0.0/31",
  "0.0.0.0/0",
  "2001:db8::/32",
  "::/0",
];
const ARNS = [
  "arn:aws:iam::1:role/blue",
  "arn:aws:iam::2:user/blue:x",
  "arn:aws:sns:us-east-1:1:t",
  "arn:aws:iam",
];
const ARN_PATTERNS = [
  ...ARNS,
  "arn:*:iam::?",
  "arn:*:*:*:*:*",
  "arn:aws:iam::?:role/*",
  "arn:aws:iam::*:*/${aws:username}",
  "${k:arn}",
  "*:*:*:us*1:*:?",
];
const BYTES = ["QQ==", "QR==", "QUI=", "", "AAAA"];
const TEXT_VALUES = [
  ...TEXTS,
  "${aws:PrincipalTag/team}",
  "${k:empty, 'blue'}",
  "${*}",
  "${?}lue",
  "x${$}",
  "${K:LIST}",
  "b*",
  "?*",
  "*u*",
];

const FAMILIES: readonly {
  readonly operators: readonly string[];
  readonly keys: readonly string[];
  readonly values: readonly (string | number | boolean)[];
}[] = [
  {
    operators: ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"].map(
      (s) => `String${s}`,
    ),
    keys: ["aws:username", "aws:PrincipalTag/team", "AWS:principaltag/TEAM", "k:list", "k:empty"],
    values: TEXT_VALUES,
  },
  { operators: orders("Numeric"), keys: ["k:number", "k:list"], values: [...NUMBERS, 1, 10, -3] },
  { operators: orders("Date"), keys: ["k:time"], values: TIMES },
  { operators: ["Bool"], keys: ["k:flag", "K:Flag"], values: [...FLAGS, true, false, "${k:flag}"] },
  { operators: ["IpAddress", "NotIpAddress"], keys: ["k:ip"], values: RANGES },
  {
    operators: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    keys: ["k:arn"],
    values: ARN_PATTERNS,
  },
  { operators: ["BinaryEquals"], keys: ["k:bytes"], values: BYTES },
];

/** A short text over a few characters, in which patterns of the same characters match surprisingly. */
function scramble(chooser: Chooser, letters: string, most: number): string {
  return chooser.some(0, most, () => chooser.of([...letters])).join("");
}

/** A pattern over few digits, which regions and accounts may hold alike, of all six parts or fewer. */
function scrambledPattern(chooser: Chooser): string {
  const parts = chooser.some(0, 2, () => scramble(chooser, "12*?", 4));
  const end = parts.length === 2 && chooser.chance(0.8) ? `:${scramble(chooser, "12:*?", 6)}` : "";
  return `arn:${["a", chooser.of(["a", "b"]), ...parts].join(":")}${end}`;
}

function orders(type: string): readonly string[] {
  const names = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
  return names.map((name) => type + name);
}

/** One, several, or now and then an empty list. */
function oneOrMore<Item>(chooser: Chooser, items: readonly Item[]): OneOrMore<Item> {
  if (chooser.chance(0.02)) return [];
  return chooser.chance(0.6) ? chooser.of(items) : chooser.some(1, 4, () => chooser.of(items));
}

function randomCondition(chooser: Chooser, variables: boolean): NonNullable<Statement["Condition"]> {
  const condition: Record<string, Record<string, OneOrMore<string | number | boolean>>> = {};
  for (let i = chooser.count(1, 2); i > 0; i--) {
    if (chooser.chance(0.1)) {
      condition[chooser.of(["Null", "Null", "ForAllValues:Null", "ForAnyValue:Null"])] = {
        [chooser.of(KEYS)]: chooser.of(["true", "false", true, "False"]),
      };
      continue;
    }
    const { operators, keys, values: all } = chooser.of(FAMILIES);
    // Without variables it would be refused, since it is not a boolean.
    const values = variables ? all : all.filter((value) => value !== "${k:flag}");
    const qualifier = chooser.chance(0.6) ? "" : chooser.of(["ForAllValues:", "ForAnyValue:"]);
    const operator = qualifier + chooser.of(operators) + (chooser.chance(0.2) ? "IfExists" : "");
    const scrambled = operator.includes("Like") && operator.includes("String") && chooser.chance(0.3);
    const value = scrambled ? scramble(chooser, "ab*?", 8) : oneOrMore(chooser, values);
    condition[operator] = { [chooser.of(keys)]: value };
  }
  return condition;
}

/** A random statement; one in three is a Deny. */
export function randomStatement(chooser: Chooser, variables = true): Statement {
  const actions = oneOrMore(chooser, ACTION_PATTERNS);
  const listed = chooser.chance(0.3) ? "*" : oneOrMore(chooser, RESOURCE_PATTERNS);
  const resources = chooser.chance(0.2) ? scrambledPattern(chooser) : listed;
  return {
    Effect: chooser.chance(0.33) ? "Deny" : "Allow",
    ...(chooser.chance(0.15) ? { NotAction: actions } : { Action: actions }),
    ...(chooser.chance(0.15) ? { NotResource: resources } : { Resource: resources }),
    ...(chooser.chance(0.5) ? { Condition: randomCondition(chooser, variables) } : {}),
  };
}

/** A random policy. */
export function randomPolicy(chooser: Chooser): Policy {
  const version = chooser.of(["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", undefined]);
  const make = () => randomStatement(chooser, version === "2012-10-17");
  return {
    ...(version === undefined ? {} : { Version: version }),
    Statement: chooser.chance(0.1) ? make() : chooser.some(0, 5, make),
  };
}

export const VALUES = {
  "aws:username": TEXTS,
  "aws:PrincipalTag/team": TEXTS,
  "k:list": [...TEXTS, ...NUMBERS, "1e1"],
  "k:number": [...NUMBERS, "many"],
  "k:time": [...TIMES, "soon", "2030-02-31"],
  "k:flag": [...FLAGS, "yes"],
  "k:ip": [...IPS, "10.0.0", "1::2::3"],
  "k:arn": ARNS,
  "k:bytes": [...BYTES, "QQ"],
  "k:empty": ["", "blue"],
} satisfies Readonly<Record<string, readonly string[]>>;

/** Texts that hardly any operator can read, or only one that they are not meant for. */
export const ODD_TEXTS = [
  ...["", " ", "null", "NaN", "-", "+1", "1e3", "1,5", "0x10", " 1", "1.", "\u0661", "1\u00a0"],
  ...[
    "2030-01-01 00:00Z",
    "2030-1-1",
    "2030-01-01T1200Z",
    "20300101T12:00Z",
    "20300101000000Z",
    "1893456000000",
    "noon",
    "tru",
    "true ",
    "T\u0280UE",
  ],
  ...[
    "10.0.0.1/8",
    "10.0.0.01",
    "::ffff",
    "[::1]",
    "arn",
    "arn::",
    "ARN:a:b:c:d:e",
    ":::::",
    "QQ",
    "Q=Q=",
    "QQ=\n",
  ],
];
const valuesByKey = new Map<string, readonly string[]>(Object.entries(VALUES));
const ANY_VALUES = [...Object.values(VALUES).flat(), ...ODD_TEXTS];

/**
 * A random value of a key: one, several, or none at all (`undefined`); now and then of another type than the key's own.
 */
export function randomValue(chooser: Chooser, key: string): string | readonly string[] | undefined {
  const values = chooser.chance(0.1) ? ANY_VALUES : (valuesByKey.get(key) ?? TEXTS);
  if (chooser.chance(0.3)) return undefined;
  return chooser.chance(0.7) ? chooser.of(values) : chooser.some(0, 3, () => chooser.of(values));
}

/** A random request. */
export function randomRequest(chooser: Chooser): Request {
  const context: Record<string, string | readonly string[]> = {};
  for (const key of KEYS) {
    const value = randomValue(chooser, key);
    if (value !== undefined) context[key] = value;
  }
  if (chooser.chance(0.2)) context["aws:username"] = scramble(chooser, "12", 8);
  const scrambled = `arn:a:${chooser.of(["a", "b"])}:${scramble(chooser, "112:", 12)}`;
  const resource = chooser.chance(0.2) ? scrambled : chooser.of(RESOURCES);
  // The long s is another letter, though it is an S in upper case.
  const action = chooser.chance(0.02) ? "connect:De\u017fcribeUser" : chooser.of(ACTIONS);
  return { action, resource, context };
}
