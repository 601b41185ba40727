/**
 * Pairs of configurations as people make them: policies for users, queues and contacts, and one to three changes of the kinds
 * that reviews see. And calls whose values lie at the limits that such policies name.
 */
import { createBundle } from "../../../shared/bundle/bundle.ts";
import type { Binding, Bundle, Configuration } from "../../../shared/bundle/types.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { configuration } from "../../bundle/bundle-fixture.ts";

export const instance = configuration.instances[0]?.arn ?? "";
export const settings: Configuration = {
  ...configuration,
  issuers: [
    {
      issuer: "https://issuer.example/",
      audience: ["app"],
      claims: { id: "sub", name: "name", groups: "groups", tags: { team: "team", site: "site" } },
    },
  ],
};

export interface Statement {
  Effect: string;
  Action: string[];
  Resource?: string[];
  NotResource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

export interface Drawn {
  policies: Record<string, Statement[]>;
  bindings: Binding[];
  guardrails: string[];
}

/** Numbers that look random and are the same for each seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.number() * count);
  }

  chance(share: number): boolean {
    return this.number() < share;
  }

  one<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }

  some<Item>(items: readonly Item[], most: number): Item[] {
    const found = new Set(Array.from({ length: 1 + this.below(most) }, () => this.one(items)));
    return [...found];
  }
}

const variable = (key: string) => `$${`{${key}}`}`;
const teams = ["a", "b", "ab", "B"];
const teamPatterns = ["a*", "*b", "a?", "*", "b"];
const ownTeam = variable("aws:PrincipalTag/team");
const ranges = [
  "10.0.0.0/8",
  "10.1.0.0/16",
  "10.1.2.0/24",
  "10.1.2.3/32",
  "192.0.2.0/24",
  "2001:db8::/32",
  "0.0.0.0/0",
];
const times = ["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01", "2027-01-01T00:00:00Z"];
const levels = ["1", "2", "2.5", "3", "10"];
const arns = ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/*", "arn:aws:iam::*:role/a", "arn:aws:iam::1:*"];
const stringOperators = [
  "StringEquals",
  "StringLike",
  "StringEqualsIgnoreCase",
  "StringNotEquals",
  "StringNotLike",
  "StringNotEqualsIgnoreCase",
];
const orders = ["LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "Equals", "NotEquals"];

/** Kinds of conditions: the operators that fit, the keys, and the values. */
const kinds: readonly { operators: readonly string[]; keys: readonly string[]; values: readonly string[] }[] =
  [
    {
      operators: stringOperators,
      keys: ["aws:ResourceTag/team", "aws:PrincipalTag/team", "jwt:dept", "AWS:ResourceTag/Team"],
      values: [...teams, ...teamPatterns],
    },
    {
      operators: ["StringEquals", "StringLike"],
      keys: ["aws:ResourceTag/team", "jwt:dept"],
      values: [ownTeam, `${ownTeam}*`, "a"],
    },
    {
      operators: stringOperators.flatMap((name) => [`ForAnyValue:${name}`, `ForAllValues:${name}`]),
      keys: ["jwt:roles", "aws:TagKeys"],
      values: [...teams, "team", "a*"],
    },
    { operators: ["IpAddress", "NotIpAddress"], keys: ["aws:SourceIp"], values: ranges },
    { operators: orders.map((order) => `Date${order}`), keys: ["aws:CurrentTime"], values: times },
    { operators: orders.map((order) => `Numeric${order}`), keys: ["jwt:level"], values: levels },
    {
      operators: orders.slice(0, 4).map((order) => `Numeric${order}`),
      keys: ["aws:EpochTime"],
      values: ["1780272000", "1780272001", "1790000000"],
    },
    { operators: ["Bool"], keys: ["jwt:mfa", "aws:SecureTransport"], values: ["true", "false"] },
    {
      operators: ["Null"],
      keys: ["jwt:mfa", "aws:ResourceTag/team", "jwt:roles"],
      values: ["true", "false"],
    },
    { operators: ["ArnLike", "ArnEquals", "ArnNotLike"], keys: ["jwt:arn"], values: arns },
    { operators: ["StringEquals", "StringLike"], keys: ["aws:RequestTag/team"], values: teams },
    {
      operators: ["StringEquals", "StringLike"],
      keys: ["aws:username", "aws:userid"],
      values: ["u-1", "u-2", "u-*"],
    },
  ];
const resources = [
  "*",
  "I/*",
  "I/agent/*",
  "I/agent/u-1",
  "I/agent/u-*",
  "I/agent/*1",
  "I/queue/*",
  "I/queue/q-1",
  "I/*/u-1",
  `I/agent/${variable("aws:userid")}`,
  `I/agent/${ownTeam}-*`,
  "I/contact/*",
  "I/routing-profile/*",
];
const actions = [
  "connect:DescribeUser",
  "connect:DeleteUser",
  "connect:Describe*",
  "connect:DescribeQueue",
  "connect:ListUsers",
  "connect:*User",
  "connect:*",
  "connect:CreateUser",
  "connect:TransferContact",
  "connect:UpdateUserRoutingProfile",
];

function condition(random: Random): Statement["Condition"] {
  if (random.chance(0.3)) return undefined;
  const all: NonNullable<Statement["Condition"]> = {};
  for (let count = random.chance(0.35) ? 2 : 1; count > 0; count--) {
    const kind = random.one(kinds);
    const name = random.one(kind.operators);
    const operator = name !== "Null" && random.chance(0.15) ? `${name}IfExists` : name;
    all[operator] = { ...all[operator], [random.one(kind.keys)]: random.some(kind.values, 3) };
  }
  return all;
}

function statement(random: Random): Statement {
  const where = random.some(resources, 2);
  const given = condition(random);
  return {
    Effect: random.chance(0.75) ? "Allow" : "Deny",
    Action: random.some(actions, 3),
    ...(random.chance(0.1) ? { NotResource: where } : { Resource: where }),
    ...(given ? { Condition: given } : {}),
  };
}

const statements = (random: Random, most: number) =>
  Array.from({ length: 1 + random.below(most) }, () => statement(random));

const matches = [
  { groups: ["g"] },
  { groups: ["h"] },
  { groups: ["g"], claims: { dept: ["a"] } },
  { groups: ["k"] },
];

function binding(random: Random): Binding {
  const boundary = random.chance(0.2) ? { boundary: "r" } : {};
  return { match: random.one(matches), policies: random.some(["p", "q"], 2), ...boundary };
}

export function drawConfiguration(random: Random): Drawn {
  return {
    policies: {
      p: statements(random, 3),
      q: statements(random, 2),
      r: statements(random, 2),
      s: statements(random, 2),
    },
    bindings: [
      { match: { groups: ["g"] }, policies: ["p"] },
      ...Array.from({ length: random.below(3) }, () => binding(random)),
    ],
    guardrails: random.chance(0.15) ? ["s"] : [],
  };
}

type Change = (drawn: Drawn, random: Random) => void;

/** Changes one condition of some statement. */
function onCondition(
  change: (
    values: string[],
    random: Random,
    place: { all: Record<string, Record<string, string[]>>; operator: string; key: string },
  ) => void,
): Change {
  return (drawn, random) => {
    const found = Object.values(drawn.policies)
      .flat()
      .filter((each) => each.Condition);
    if (found.length === 0) return;
    const all = random.one(found).Condition ?? {};
    const operator = random.one(Object.keys(all));
    const key = random.one(Object.keys(all[operator] ?? {}));
    change(all[operator]?.[key] ?? [], random, { all, operator, key });
  };
}

/** Values that fit an operator and a key. */
function valuesFor(operator: string, key: string): readonly string[] {
  const base = operator.replace(/IfExists$/, "");
  const found = kinds.filter(({ operators, keys }) => operators.includes(base) && keys.includes(key));
  if (found.length === 0) throw new Error(`${operator} ${key}`);
  return found.flatMap(({ values }) => values);
}

const anyList = (drawn: Drawn, random: Random) => random.one(Object.values(drawn.policies));

const changes: readonly Change[] = [
  // A value more, one less, another one.
  onCondition((values, random, { operator, key }) => {
    if (!operator.startsWith("Null") && !operator.startsWith("Bool"))
      values.push(random.one(valuesFor(operator, key)));
  }),
  onCondition((values) => values.length > 1 && values.pop()),
  onCondition((values, random, { operator, key }) => {
    values[0] = random.one(valuesFor(operator, key));
  }),
  // Another operator of the same kind, or `IfExists`.
  onCondition((values, random, { all, operator, key }) => {
    const kind = kinds.find(({ operators, keys }) => operators.includes(operator) && keys.includes(key));
    const other =
      kind && random.chance(0.6)
        ? random.one(kind.operators)
        : operator.endsWith("IfExists")
          ? operator.slice(0, -8)
          : operator === "Null"
            ? operator
            : `${operator}IfExists`;
    delete all[operator]?.[key];
    if (Object.keys(all[operator] ?? {}).length === 0) delete all[operator];
    all[other] = { ...all[other], [key]: values };
  }),
  onCondition((_values, _random, { all, operator }) => {
    if (Object.keys(all).length > 1) delete all[operator];
  }),
  (drawn, random) => {
    delete random.one(anyList(drawn, random)).Condition;
  },
  (drawn, random) => {
    const target = random.one(anyList(drawn, random));
    target.Condition = { ...target.Condition, ...condition(random) };
    if (Object.keys(target.Condition).length === 0) delete target.Condition;
  },
  // Split by action, or by the values of a condition.
  (drawn, random) => {
    const list = anyList(drawn, random);
    const target = random.one(list);
    list.push({ ...structuredClone(target), Action: [target.Action.at(-1) ?? ""] });
    if (target.Action.length > 1) target.Action.pop();
  },
  (drawn, random) => {
    const list = anyList(drawn, random);
    const target = random.one(list);
    const [operator = "", keys = {}] = Object.entries(target.Condition ?? {})[0] ?? [];
    const [key = "", values = []] = Object.entries(keys)[0] ?? [];
    if (values.length < 2) return;
    const other = structuredClone(target);
    if (other.Condition?.[operator]) other.Condition[operator][key] = values.slice(1);
    if (target.Condition?.[operator]) target.Condition[operator][key] = values.slice(0, 1);
    list.push(other);
  },
  (drawn, random) => anyList(drawn, random).reverse(),
  (drawn, random) => {
    const list = anyList(drawn, random);
    list.push(structuredClone(random.one(list)));
  },
  (drawn, random) => anyList(drawn, random).push(statement(random)),
  (drawn, random) => {
    const list = anyList(drawn, random);
    if (list.length > 1) list.pop();
  },
  (drawn, random) => {
    const target = random.one(anyList(drawn, random));
    const list = target.Resource ?? target.NotResource ?? [];
    list[random.below(list.length)] = random.one(resources);
  },
  (drawn, random) => {
    const target = random.one(anyList(drawn, random));
    target.Action[0] = random.one(actions);
  },
  (drawn, random) => {
    const target = random.one(anyList(drawn, random));
    target.Effect = target.Effect === "Allow" ? "Deny" : "Allow";
  },
  // Bindings, boundaries, guardrails.
  (drawn, random) => drawn.bindings.push(binding(random)),
  (drawn, random) => {
    if (drawn.bindings.length > 1) drawn.bindings.splice(random.below(drawn.bindings.length), 1);
  },
  (drawn, random) => {
    const at = random.below(drawn.bindings.length);
    const { match, policies, boundary } = drawn.bindings[at] ?? binding(random);
    drawn.bindings[at] = { match, policies, ...(boundary ? {} : { boundary: "r" }) };
  },
  (drawn) => {
    drawn.guardrails = drawn.guardrails.length > 0 ? [] : ["s"];
  },
];

function drawPair(random: Random): readonly [Drawn, Drawn] {
  const older = drawConfiguration(random);
  const newer = structuredClone(older);
  // Most pull requests change conditions.
  for (let count = 1 + random.below(3); count > 0; count--)
    random.one(random.chance(0.5) ? changes.slice(0, 7) : changes)(newer, random);
  return [older, newer];
}

export interface Pair {
  readonly drawn: readonly [Drawn, Drawn];
  readonly before: Bundle;
  readonly after: Bundle;
}

/** Draws until the parser takes both: a key twice in one condition, in another case, is refused. */
export function drawBundles(random: Random): Pair {
  for (;;) {
    const drawn = drawPair(random);
    const [before, after] = drawn.map(bundleOf);
    if (before && after) return { drawn, before, after };
  }
}

function parseStatements(name: string, written: readonly object[]): PolicyDocument | undefined {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: written }).replaceAll(
    '"I/',
    `"${instance}/`,
  );
  const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
  return parsed.ok ? parsed.document : undefined;
}

export function bundleOf({ policies, bindings, guardrails }: Drawn): Bundle | undefined {
  const documents = Object.entries(policies).flatMap(([name, list]) => parseStatements(name, list) ?? []);
  if (documents.length < Object.keys(policies).length) return undefined;
  // A binding twice says nothing more.
  const distinct = new Map(bindings.map((each) => [JSON.stringify(each), each]));
  return createBundle({ ...settings, bindings: [...distinct.values()], guardrails }, documents);
}

export interface DrawnCall {
  readonly caller: {
    readonly id: string;
    readonly name?: string;
    readonly groups: readonly string[];
    readonly tags: Record<string, string>;
    readonly claims: Record<string, string | string[]>;
  };
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly tags: Record<string, string>;
  readonly from: string;
  readonly at: string;
}

const calls: readonly (readonly [string, Record<string, unknown>])[] = [
  ...["u-1", "u-2", "a-1", "b1"].flatMap((id) =>
    (["DescribeUser", "DeleteUser"] as const).map((name) => [name, { UserId: id }] as const),
  ),
  ["UpdateUserRoutingProfile", { UserId: "u-1", RoutingProfileId: "r-1" }],
  ["DescribeQueue", { QueueId: "q-1" }],
  ["DescribeQueue", { QueueId: "u-1" }],
  ["ListUsers", {}],
  ["CreateUser", {}],
  ["CreateUser", { Tags: { team: "a" } }],
  ["CreateUser", { Tags: { team: "b", a: "x" } }],
  ["TransferContact", { QueueId: "q-1" }],
];
const addresses = [
  "10.1.2.3",
  "10.1.2.4",
  "10.1.3.0",
  "10.2.0.0",
  "9.255.255.255",
  "192.0.2.7",
  "2001:db8::1",
  "::1",
];
const moments = [
  "2025-12-31T23:59:59Z",
  "2026-01-01T00:00:00Z",
  "2026-06-01T00:00:00Z",
  "2026-06-01T00:00:01Z",
  "2026-05-31T12:00:00Z",
  "2026-10-01T00:00:00Z",
  "2027-01-01T00:00:00Z",
  "2028-01-01T00:00:00Z",
];

export function drawCall(random: Random): DrawnCall {
  const [operation, input] = random.one(calls);
  const perhaps = <Value>(share: number, member: string, value: () => Value) =>
    random.chance(share) ? { [member]: value() } : {};
  return {
    caller: {
      id: random.one(["u-1", "u-2", "c"]),
      ...(random.chance(0.5) ? { name: random.one(["u-1", "someone"]) } : {}),
      groups: random.some(["g", "g", "h", "k"], 2),
      tags: { ...perhaps(0.7, "team", () => random.one(teams)) },
      claims: {
        ...perhaps(0.7, "dept", () => (random.chance(0.2) ? random.some(teams, 2) : random.one(teams))),
        ...perhaps(0.7, "roles", () => random.some(teams, 3)),
        ...perhaps(0.7, "level", () => random.one([...levels, "0", "2.2", "x"])),
        ...perhaps(0.6, "mfa", () => random.one(["true", "false", "x"])),
        ...perhaps(0.6, "arn", () =>
          random.one(["arn:aws:iam::1:role/a", "arn:aws:iam::2:role/a", "arn:aws:iam::1:user/a", "x"]),
        ),
      },
    },
    operation,
    input,
    tags: {
      ...perhaps(0.7, "team", () => random.one(teams)),
      ...perhaps(0.1, "Team", () => random.one(teams)),
    },
    from: random.one(addresses),
    at: random.one(moments),
  };
}
