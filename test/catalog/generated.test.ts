import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  findOperation,
  findResourceType,
  operationRoutes,
  operations,
  resourceTypes,
} from "../../shared/catalog/catalog.ts";
import { parseTarget } from "../../shared/catalog/target-text.ts";
import type { TargetSpec } from "../../shared/catalog/types.ts";
import { formatTarget } from "../../tools/catalog/format-catalog.ts";
import { generate } from "../../tools/catalog/generate.ts";
import { readIamReference } from "../../tools/catalog/iam-reference.ts";
import { meaningKeys, meaningOf } from "../../tools/catalog/identifier-members.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { ignoredIdentifiers, otherTags } from "../../tools/catalog/tables/ignored-members.ts";
import { overrides, unlistedOperations } from "../../tools/catalog/tables/overrides.ts";

const root = new URL("../../", import.meta.url);
const sdk = readSdkOperations();
const reference = await readIamReference();
const generation = await generate();

function specsOf(name: string): readonly TargetSpec[] {
  const row = findOperation(name);
  return row ? [...row.targets, ...row.extraActions.flatMap(({ targets }) => targets)] : [];
}

describe("the generated catalogue", () => {
  it("leaves nothing undecided, nor to be said in the tables of lint", () => {
    expect(generation.undecided).toEqual([]);
  });

  it.each(generation.files)("is what the installed packages give: $path", ({ path, text }) => {
    const committed = readFileSync(new URL(path, root), "utf8").split("\n");
    const fresh = text.split("\n");
    expect(fresh.filter((line) => !committed.includes(line))).toEqual([]);
    expect(committed.filter((line) => !fresh.includes(line))).toEqual([]);
    expect(committed).toEqual(fresh);
  });

  it("is small enough for the authorizer's bundle", () => {
    expect(Buffer.byteLength(generation.files[0]?.text ?? "")).toBeLessThan(110_000);
  });

  it("has a row for every operation of the SDK and for no other", () => {
    expect(operations().map(({ name }) => name)).toEqual(sdk.map(({ name }) => name));
  });

  it("tells each operation's route and members as the SDK does", () => {
    for (const { name, method, uri, members } of sdk) {
      const row = findOperation(name);
      expect({ method: row?.method, uri: row?.uri }).toEqual({ method, uri });
      expect(row?.members.filter(({ place }) => place !== "path")).toEqual(members);
      const labels =
        row?.members.filter(({ place }) => place === "path").map(({ wireName }) => `{${wireName}}`) ?? [];
      expect(uri.match(/\{[^}]+\}/g) ?? []).toEqual(labels);
    }
  });

  it("tells each action's condition keys as the reference does", () => {
    for (const { action, conditionKeys } of operations()) {
      const listed = reference.actions.get(action.slice("connect:".length).toLowerCase());
      expect(conditionKeys).toEqual(listed?.conditionKeys ?? []);
    }
  });

  it("asks on `*` only for the three operations without any resource", () => {
    const stars = sdk
      .filter(({ name }) => specsOf(name).some(({ type }) => type === "*"))
      .map(({ name }) => name);
    expect(stars).toEqual(["CreateInstance", "ListInstances", "SendChatIntegrationEvent"]);
  });

  it("gives every operation that is served a required target, and a reason to those that are not", () => {
    const refused = operations().filter(({ refused }) => refused !== undefined);
    expect(refused.map(({ name }) => name)).toEqual(["CreateAuthCode", "GetFederationToken"]);
    for (const row of operations()) {
      expect(row.targets.some(({ sort }) => sort === "required")).toBe(row.refused === undefined);
    }
  });

  it("names only members that the SDK has and resource types that it lists", () => {
    for (const { name, leaves, members } of sdk) {
      const paths = new Set(leaves.map(({ path }) => path));
      for (const { type, types = [], source, alternatives = [], qualifier } of specsOf(name)) {
        const named = [source, ...alternatives].filter((path) => path !== "*");
        expect(named.filter((path) => !paths.has(path))).toEqual([]);
        if (qualifier !== undefined)
          expect(findOperation(name)?.members.map((each) => each.name)).toContain(qualifier);
        const listed = [type, ...types].filter((each) => each !== "arn" && each !== "*");
        expect(listed.filter((each) => findResourceType(each) === undefined)).toEqual([]);
      }
      for (const { when } of findOperation(name)?.extraActions ?? []) {
        if (when === "always") continue;
        const isMember = members.some((each) => each.name === when.member);
        expect(isMember || leaves.some(({ path }) => path.startsWith(`${when.member}.`))).toBe(true);
      }
    }
  });

  it("writes and reads every target the same way", () => {
    const specs = operations().flatMap(({ name }) => specsOf(name));
    expect(specs.map((spec) => parseTarget(formatTarget(spec)))).toEqual(specs);
    expect(specs.length).toBeGreaterThan(500);
  });

  it("covers every resource type of the reference that an operation can name", () => {
    const used = new Set(
      operations().flatMap(({ name }) => specsOf(name).flatMap(({ type, types = [] }) => [type, ...types])),
    );
    const unused = resourceTypes()
      .map(({ name }) => name)
      .filter((name) => !used.has(name) && !name.startsWith("qualified-"));
    // Named by its id only, which no member holds: security profiles name applications by namespace.
    expect(unused).toEqual(["application"]);
  });
});

describe("the tables that people keep", () => {
  it("decide only about operations that exist", () => {
    const names = new Set(sdk.map(({ name }) => name));
    const decided = [...Object.keys(overrides), ...Object.keys(unlistedOperations)];
    expect(decided.filter((name) => !names.has(name))).toEqual([]);
  });

  it("have no entry for a member that no operation has", () => {
    const used = new Set<unknown>(
      sdk.flatMap(({ name, leaves }) => leaves.map(({ path }) => meaningOf(name, path))),
    );
    const stale = meaningKeys()
      .filter(([, meaning]) => !used.has(meaning))
      .map(([key]) => key);
    expect(stale).toEqual([]);
  });

  it("ignore members, and tags of other things, only where an operation has them, each once", () => {
    const places = new Set(sdk.flatMap(({ name, leaves }) => leaves.map(({ path }) => `${name}.${path}`)));
    const listed = [ignoredIdentifiers, otherTags].flatMap((table) => Object.values(table).flat());
    expect(listed.filter((place) => !places.has(place))).toEqual([]);
    expect(listed.filter((place, index) => listed.indexOf(place) !== index)).toEqual([]);
  });

  it("give a reason to each decision", () => {
    const reasons = [
      ...Object.keys(otherTags),
      ...Object.values(overrides).map(({ reason }) => reason),
      ...Object.values(unlistedOperations),
    ];
    expect(reasons.filter((reason) => reason.length < 40)).toEqual([]);
  });
});

describe("the number of operations", () => {
  const isOurs = (path: string) =>
    /\.(?:md|ts|mjs|yaml)$/.test(path) &&
    !/(?:^|\/)(?:node_modules|dist)\/|generated|CHANGELOG|docs\/reference\/catalog\.md/.test(path);
  const paths = [
    "README.md",
    "template.yaml",
    ...["shared", "functions", "tools", "test", "docs", "examples"].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true }).map((path) => `${folder}/${String(path)}`),
    ),
  ].filter(isOurs);

  it("is written nowhere by hand: it changes with every release of the SDK", () => {
    expect(paths.length).toBeGreaterThan(400);
    const counts = /\b\d{3}(?: other| of Connect's| of the)? (?:operations|commands)\b/g;
    const found = paths.flatMap((path) =>
      [...readFileSync(new URL(path, root), "utf8").matchAll(counts)].map(([text]) => `${path}: ${text}`),
    );
    expect(found).toEqual([]);
  });
});

describe("looking up", () => {
  it("finds nothing by a name that every object has", () => {
    for (const name of ["constructor", "__proto__", "toString", "createuser", ""]) {
      expect(findOperation(name)).toBeUndefined();
      expect(findResourceType(name)).toBeUndefined();
    }
  });

  it("gives the routes without the rows", () => {
    expect(operationRoutes()).toEqual(sdk.map(({ name, method, uri }) => ({ name, method, uri })));
  });

  it("gives the same frozen row each time", () => {
    expect(findOperation("CreateUser")).toBe(findOperation("CreateUser"));
    expect(operations()).toContain(findOperation("CreateUser"));
    expect(Object.isFrozen(findOperation("CreateUser"))).toBe(true);
  });
});
