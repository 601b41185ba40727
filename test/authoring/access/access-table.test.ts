/** The table of who may use which operation: its words hold for every call, and its page keeps them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import type { BindingMatch } from "../../../shared/bundle/types.ts";
import { areaOf, broadAreaOf, broadAreas } from "../../../shared/catalog/area.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { ownRoutes } from "../../../tools/authoring/access/access-model.ts";
import { formatAccess, parseAccess } from "../../../tools/authoring/access/access-page.ts";
import { Access } from "../../../tools/authoring/access/access-table.ts";
import { compareAccess } from "../../../tools/authoring/access/compare-page.ts";
import { describeMatch } from "../../../tools/authoring/access/roles.ts";
import { bundleOf } from "../../functions/lambda-fixture.ts";
import { principalOf } from "../../identity/principals.ts";
import {
  asksOf,
  Chooser,
  decisionsOf,
  documentOf,
  makeBundle,
  randomCall,
  randomDocument,
  served,
  vocabularyOf,
} from "../../reach/random-calls.ts";

const everything = { Effect: "Allow", Action: "connect:*", Resource: "*" };

const bindings = [
  { match: { groups: ["g0", "g1"] }, policies: ["p0"] },
  { match: { groups: ["g1"] }, policies: ["p1"], boundary: "bound" },
  { match: { principals: ["alice"] }, policies: ["p1"] },
  { match: { claims: { dept: ["sales", "support"] } }, policies: ["p2"] },
];

/** Callers with exactly what a binding asks for, by the name of its column. */
const callersOf = (issuer: string): readonly (readonly [role: string, principal: VerifiedPrincipal])[] => [
  ["groups g0, g1", principalOf({ groups: ["g0"], issuer })],
  ["groups g0, g1", principalOf({ groups: ["g1"], tags: { team: "blue" }, issuer })],
  ["groups g1", principalOf({ groups: ["g1"], issuer })],
  ["principals alice", principalOf({ id: "alice", groups: [], issuer })],
  ["claim dept=sales|support", principalOf({ groups: [], claims: { dept: "support" }, issuer })],
];

describe("the words of the table", () => {
  it("*are never contradicted by a decision*", { timeout: 60_000 }, () => {
    const met = { always: 0, sometimes: 0, never: 0 };
    const property = fc.property(fc.nat(), (seed) => {
      const chooser = new Chooser(seed);
      const calls = chooser.some(40, 40, () => randomCall(chooser, chooser.of(served)));
      const asked = calls.filter((call) => call !== undefined);
      const words = vocabularyOf(asksOf(asked));
      const documents = ["p0", "p1", "p2", "bound"].map((name) =>
        chooser.chance(0.4) ? documentOf(name, [everything]) : randomDocument(chooser, name, words),
      );
      const bundle = makeBundle(documents, bindings);
      const opened = openBundle(bundle);
      const { areas } = new Access(bundle, opened).table;
      const rows = new Map([...areas.values()].flatMap((area) => [...area]));
      const [{ issuer = "" } = {}] = bundle.config.issuers;
      for (const call of asked)
        for (const [role, principal] of callersOf(issuer)) {
          const word = rows.get(call.row.name)?.get(role);
          if (!word) throw new Error(`${call.row.name} ${role}`);
          met[word]++;
          for (const { decision } of decisionsOf(chooser, { bundle: opened, principal }, call)) {
            if (word === "always") expect(decision).toBe("allowed");
            if (word === "never") expect(decision).toMatch(/Deny$/);
          }
        }
    });
    fc.assert(property, { seed: 98, numRuns: 6 });
    expect(Math.min(...Object.values(met))).toBeGreaterThan(20);
  });

  it("join what callers of one binding may do", () => {
    const documents = [
      documentOf("p0", [{ Effect: "Allow", Action: "connect:ListUsers", Resource: "*" }]),
      documentOf("p1", [{ Effect: "Deny", Action: "connect:ListUsers", Resource: "*" }]),
    ];
    const { areas } = new Access(
      makeBundle(documents, [
        { match: { groups: ["a", "b"] }, policies: ["p0"] },
        { match: { groups: ["b"] }, policies: ["p1"] },
        { match: { groups: ["b"] }, policies: ["p0"] },
      ]),
    ).table;
    expect([...(areas.get("users")?.get("ListUsers") ?? [])]).toEqual([
      ["groups a, b", "sometimes"],
      ["groups b", "never"],
    ]);
  });

  it("keep bindings apart whose names could be taken for each other: nobody's access is left out", () => {
    const documents = [
      documentOf("no", [{ Effect: "Deny", Action: "connect:*", Resource: "*" }]),
      documentOf("all", [everything]),
    ];
    const { roles, areas } = new Access(
      makeBundle(documents, [
        { match: { groups: ["a", "b"] }, policies: ["no"] },
        { match: { groups: ["a, b"] }, policies: ["all"] },
        { match: { groups: [" a \t c "] }, policies: ["all"] },
      ]),
    ).table;
    expect(roles).toEqual(["groups a, b", 'groups "a, b"', 'groups " a \\t c "']);
    expect([...(areas.get("users")?.get("ListUsers")?.values() ?? [])]).toEqual([
      "never",
      "always",
      "always",
    ]);
    const page = parseAccess(formatAccess({ roles, areas }), "access.md");
    expect(compareAccess(page, { roles, areas })).toBeUndefined();
  });

  it("take no longer for a binding of a thousand callers", () => {
    const principals = Array.from({ length: 1_000 }, (_, index) => `p${index}`);
    const bundle = makeBundle(
      [documentOf("all", [everything])],
      [{ match: { principals }, policies: ["all"] }],
    );
    const before = process.cpuUsage();
    expect(new Access(bundle).table.areas.get("users")?.get("ListUsers")?.size).toBe(1);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
  });

  it("are about each route of the configuration, too", () => {
    const InstanceId = "{query.i}";
    const routes = [
      {
        method: "DELETE",
        path: "/agents/{id}",
        operation: "DeleteUser",
        input: { InstanceId, UserId: "{id}" },
      },
      {
        method: "GET",
        path: "/lines/{id}",
        operation: "DescribeQueue",
        input: { InstanceId, QueueId: "{id}" },
      },
    ];
    const allow = { Effect: "Allow", Action: "connect:DeleteUser", Resource: "*" } as const;
    const access = new Access(bundleOf([allow], { routes }));
    expect([...(access.table.areas.get(ownRoutes) ?? [])].map(([name, row]) => [name, [...row]])).toEqual([
      ["DELETE /agents/{id}", [["groups callers", "always"]]],
      ["GET /lines/{id}", [["groups callers", "never"]]],
    ]);
    expect(access.statementsOf("DELETE /agents/{id}", "groups callers")).toMatchObject([
      { policy: "p", index: 0 },
    ]);
    expect(formatAccess(access.table)).toContain("\n## Routes of your own\n");
  });

  it("of a route that names its instance are about no other", () => {
    const [east, west] = makeBundle([], []).config.instances;
    const statements = [{ Effect: "Allow", Action: "*", Resource: `${west?.arn}*` }];
    const route = (id = "") => ({
      ...{ method: "GET", path: `/${id}`, operation: "ListUsers", input: { InstanceId: id } },
    });
    const bundle = makeBundle(
      [documentOf("p", statements)],
      [{ match: { groups: ["g"] }, policies: ["p"] }],
      { routes: [route(east?.id), route(west?.id)] },
    );
    const rows = new Access(bundle).table.areas.get(ownRoutes);
    expect(rows?.get(`GET /${west?.id}`)?.get("groups g")).toBe("always");
    expect(rows?.get(`GET /${east?.id}`)?.get("groups g")).toBe("never");
  });
});

describe("an area", () => {
  it("has every operation, and is named in words", () => {
    const areas = new Map<string, number>();
    for (const row of operations()) areas.set(areaOf(row), (areas.get(areaOf(row)) ?? 0) + 1);
    expect([...areas.keys()].filter((area) => !/^[a-z]+(?: [a-z]+)*$/.test(area))).toEqual([]);
    expect(areas.size).toBeLessThan(45);
    expect(areaOf({ uri: "/search-users" })).toBe("users");
    expect(areaOf({ uri: "/contact/stop" })).toBe("contacts");
  });

  it("belongs to one broad area", () => {
    const areas = new Set(operations().map(areaOf));
    const belonging = [...broadAreas.values()].flat();
    expect(belonging.toSorted()).toEqual([...areas].sort());
    expect(new Set(belonging).size).toBe(belonging.length);
    expect(broadAreaOf({ uri: "/search-queues" })).toBe("queues & routing");
  });
});

describe("the page", () => {
  const bundle = makeBundle(
    [
      documentOf("p", [{ Effect: "Allow", Action: ["connect:List*", "connect:DeleteUser"], Resource: "*" }]),
      documentOf("no", [{ Effect: "Deny", Action: "connect:*", Resource: "*" }]),
    ],
    [
      { match: { groups: ["a|b", "c\\d"] }, policies: ["p"] },
      { match: { groups: ["none"] }, policies: ["no"] },
    ],
  );
  const { table } = new Access(bundle);
  const text = formatAccess(table);

  it("is read as it was written", () => {
    const page = parseAccess(text, "access.md");
    expect(page.roles).toEqual(['groups "a|b", "c\\\\d"', "groups none"]);
    expect(compareAccess(page, table)).toBeUndefined();
    expect(formatAccess(new Access(bundle).table)).toBe(text);
  });

  // Two matches with one name would be one column, of the first: the access by the second would not be shown.
  it.each<[BindingMatch, string]>([
    [{ groups: ["a", "b"] }, "groups a, b"],
    [{ groups: ["a, b"] }, 'groups "a, b"'],
    [{ groups: ["Call center agents"] }, "groups Call center agents"],
    [{ groups: ["sales and claim dept"] }, 'groups "sales and claim dept"'],
    [{ groups: ["a "] }, 'groups "a "'],
    [{ groups: ["a  b"] }, 'groups "a  b"'],
    [{ groups: ["a\u00a0b"] }, 'groups "a\u00a0b"'],
    [{ groups: ["a\nb"] }, 'groups "a\\nb"'],
    [{ groups: ["\u202eb"] }, "groups \\u{202e}b"],
    [{ groups: ["\\u{202e}b"] }, 'groups "\\\\u{202e}b"'],
    [{ groups: ["##[error]b"] }, "groups \\u{23}#[error]b"],
    [{ claims: { dept: ["a", "b"] } }, "claim dept=a|b"],
    [{ claims: { dept: ["a|b"] } }, 'claim dept="a|b"'],
    [{ claims: { "dept=a": ["b"] } }, 'claim "dept=a"=b'],
    [{ claims: { dept: ["a=b"] } }, 'claim dept="a=b"'],
    [
      { groups: ["<!-- a", "`a`", "[a](b)", "~~a~~", "*a*", "&lt;"] },
      "groups <!-- a, `a`, [a](b), ~~a~~, *a*, &lt;",
    ],
  ])("names the match %j, and keeps its name", (match, name) => {
    expect(describeMatch(match)).toBe(name);
    const named = new Access(makeBundle([documentOf("p", [everything])], [{ match, policies: ["p"] }]));
    const page = formatAccess(named.table);
    expect(page).not.toMatch(/(?<!\\)[<&[~]|^.*\|.*(?<!\\)`/m);
    expect(parseAccess(page, "access.md").roles).toEqual([name]);
    expect(compareAccess(parseAccess(page, "access.md"), named.table)).toBeUndefined();
  });

  it("has no row for what no role may ever do, and counts these", () => {
    expect(text).not.toMatch(/^\| CreateUser /m);
    const rows = text.match(/^\| [A-Z]/gm) ?? [];
    const count = operations().filter(({ refused }) => refused === undefined).length;
    expect(text).toContain(`\n${count - rows.length} operations are not listed: \`never\` for all.\n`);
  });

  it("of a configuration without bindings has no tables", () => {
    const none = new Access(makeBundle([], [])).table;
    expect(compareAccess(parseAccess(formatAccess(none), "access.md"), none)).toBeUndefined();
  });

  it.each([
    ["| ListUsers | always | never |", "| ListUsers | always |", "this row has 1 word for 2 roles"],
    [
      "| ListUsers | always | never |",
      "| ListUsers | always | nevre |",
      "`nevre` is not known here; did you mean `never`",
    ],
    [
      "| ListUsers | always | never |",
      "| ListUsers | always | no |",
      "`no` is not known here; write `always`, `sometimes` or `never`",
    ],
    ["| ListUsers |", "| ListUserHierarchyGroups |", "`ListUserHierarchyGroups` has two rows"],
    [
      "## Users\n\n| operation ",
      "## Users\n\n| name ",
      "the first row of a table must begin with `operation`",
    ],
    [" | groups none |\n", ' | groups "a\\|b", "c\\\\\\\\d" |\n', "two columns have the same name"],
    ["| ListUsers ", "<<<<<<< HEAD\n| ListUsers ", "malformedSnapshot git left a conflict here"],
    ["| ListUsers ", "=======\n| ListUsers ", "malformedSnapshot git left a conflict here"],
    ["## Users\n", "<!-- ## Users\n", "malformedSnapshot HTML can hide rows from readers"],
    ["| groups none |", "| groups none \\\\<!-- |", "malformedSnapshot HTML can hide rows from readers"],
    ["| ListUsers ", ">>>>>>> their branch\n| ListUsers ", "malformedSnapshot git left a conflict here"],
  ])("that says %j as %j is refused", (from, to, message) => {
    const spoilt = text.replace(from, to);
    expect(spoilt).not.toBe(text);
    expect(() => parseAccess(spoilt, "access.md")).toThrow(message);
  });

  it("differs by cells, and not by order", () => {
    const page = parseAccess(text, "access.md");
    const row = page.rows.get("ListUsers");
    const words = new Map([...(row?.words ?? [])].map(([role]) => [role, "never" as const]));
    const changed = { ...page, rows: new Map([...page.rows, ["ListUsers", { line: 9, words }]] as const) };
    expect(compareAccess(changed, table)).toEqual({
      newRoles: [],
      goneRoles: [],
      cells: [
        { operation: "ListUsers", role: 'groups "a|b", "c\\\\d"', from: "never", to: "always", line: 9 },
      ],
    });
    const turned = { roles: page.roles.toReversed(), rows: new Map([...page.rows].reverse()) };
    expect(compareAccess(turned, table)).toBeUndefined();
  });

  it("tells an operation that is gone, or is new", () => {
    const page = parseAccess(text, "access.md");
    const words = new Map([["groups none", "always" as const]]);
    const gone = { ...page, rows: new Map([...page.rows, ["OldOne", { line: 7, words }]] as const) };
    expect(compareAccess(gone, table)?.cells).toEqual([
      { operation: "OldOne", role: "groups none", from: "always", to: "never", line: 7 },
    ]);
    const fewer = { ...page, rows: new Map([...page.rows].filter(([name]) => name !== "ListUsers")) };
    expect(compareAccess(fewer, table)?.cells).toEqual([
      { operation: "ListUsers", role: 'groups "a|b", "c\\\\d"', from: "never", to: "always" },
    ]);
  });
});
