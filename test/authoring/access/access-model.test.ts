/** The model of the access table: it says what `what-can` says, why, and by which text of which file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { Binding, Bundle, Configuration } from "../../../shared/bundle/types.ts";
import type { AccessCell } from "../../../tools/authoring/access/access-cell.ts";
import { type AccessColumn, AccessModel } from "../../../tools/authoring/access/access-model.ts";
import { compareModels } from "../../../tools/authoring/access/compare-models.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { type OperationAnswer, reasonOf } from "../../../tools/authoring/reach/operation-answer.ts";
import { run } from "../../cli/command-run.ts";
import {
  asksOf,
  Chooser,
  documentOf,
  instances,
  makeBundle,
  randomCall,
  randomDocument,
  served,
  vocabularyOf,
} from "../../reach/random-calls.ts";

const [east] = instances.map(({ arn }) => arn);
const everything = { Effect: "Allow", Action: "connect:*", Resource: "*" };

function modelOf(bundle: Bundle): AccessModel {
  return new AccessModel(bundle.config, openBundle(bundle, [], { place: "candidate" }));
}

/** The answers of `what-can --json` for a caller, by operation. */
async function askWhatCan(file: string, caller: readonly string[]): Promise<readonly OperationAnswer[]> {
  const { stdout, stderr } = await run(["what-can", "--config", file, ...caller, "--json"]);
  expect(stderr).not.toContain("error");
  return JSON.parse(stdout).operations;
}

function randomAccess(seed: number): Bundle {
  const chooser = new Chooser(seed);
  const calls = chooser.some(40, 40, () => randomCall(chooser, chooser.of(served)));
  const words = vocabularyOf(asksOf(calls.filter((call) => call !== undefined)));
  const documents = ["p0", "p1", "p2", "bound", "guard"].map((name) =>
    chooser.chance(0.4) ? documentOf(name, [everything]) : randomDocument(chooser, name, words),
  );
  const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
  if (seed === 1) documents[0] = documentOf("p0", [{ ...everything, Resource: `${east}/*` }]);
  documents[2] = documentOf("p2", [{ ...everything, Condition }]);
  const bindings = [
    { match: { groups: ["g0"] }, policies: ["p0"] },
    { match: { groups: ["g1"] }, policies: ["p1"], ...(chooser.chance(0.5) ? { boundary: "bound" } : {}) },
    { match: { principals: ["alice"] }, policies: ["p2", "p0"] },
  ];
  return makeBundle(documents, bindings, {
    guardrails: chooser.chance(0.3) ? ["guard"] : [],
    ...(chooser.chance(0.2) ? { dependentActions: "ignored" } : {}),
  });
}

describe("a cell", () => {
  it("*says what `what-can` says*, of random configurations", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "access-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const met = { always: 0, some: 0, depends: 0, never: 0 };
    for (const seed of [1, 2]) {
      const bundle = randomAccess(seed);
      const model = modelOf(bundle);
      const file = join(folder, `${seed}.json`);
      await writeFile(file, formatBundle(bundle));
      const columns: readonly (readonly [AccessColumn, readonly string[]])[] = [
        [model.columnOf({ groups: ["g0"] }), ["--group", "g0"]],
        [model.columnOf({ principals: ["alice"] }), ["--sub", "alice"]],
        [model.columnOfCaller({ groups: ["g0", "g1"] }), ["--group", "g0", "--group", "g1"]],
      ];
      for (const [column, caller] of columns)
        for (const answer of await askWhatCan(file, caller)) {
          const row = model.rowOf(answer.operation);
          if (!row) throw new Error(answer.operation);
          const { word, details } = model.cell(row, column);
          const told = { answer: details.answer, keys: details.keys, reason: details.reason };
          expect([column.name, row.name, told]).toEqual([
            ...[column.name, row.name],
            { answer: answer.answer, keys: answer.keys, reason: reasonOf(answer) },
          ]);
          const isSometimes = answer.answer === "some" || answer.answer === "depends";
          expect(word).toBe(isSometimes ? "sometimes" : answer.answer);
          met[answer.answer]++;
        }
    }
    const { always, some, depends, never } = met;
    expect(always + some + depends + never).toBeGreaterThan(2_000);
    expect(Math.min(always, some, depends, never)).toBeGreaterThan(50);
  });

  const allow = (more: object) => ({
    Effect: "Allow",
    Action: "connect:DescribeQueue",
    Resource: "*",
    ...more,
  });
  const deny = { Effect: "Deny", Action: "connect:DescribeQueue", Resource: "*" };
  const queue = `${east}/queue`;
  const tag = "aws:ResourceTag/team";

  it.each<[string, Partial<Record<"p" | "limit", readonly object[]>>, object]>([
    ["", { p: [allow({})] }, { word: "always" }],
    ["nothing allows it", {}, { word: "never", refusal: "noAllow" }],
    ["Deny in p", { p: [allow({}), deny] }, { word: "never", refusal: "deny" }],
    ["Deny in limit", { p: [allow({})], limit: [everything, deny] }, { word: "never", refusal: "deny" }],
    [
      "its boundary",
      { p: [allow({})], limit: [allow({ Action: "connect:ListUsers" })] },
      { refusal: "boundary" },
    ],
    [
      "queue/…",
      { p: [allow({ Resource: `${queue}/00000000-0000-4000-8000-00000000000a` })] },
      { word: "sometimes" },
    ],
    ["not queue/vip", { p: [allow({}), { ...deny, Resource: `${queue}/vip` }] }, { word: "sometimes" }],
    [
      "own team",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how policies write variables
      { p: [allow({ Condition: { StringEquals: { [tag]: "${aws:PrincipalTag/team}" } } })] },
      { word: "sometimes" },
    ],
    ["tag team", { p: [allow({ Condition: { StringEquals: { [tag]: "a" } } })] }, { word: "sometimes" }],
    [
      "if aws:SourceIp",
      { p: [allow({ Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } })] },
      { word: "sometimes" },
    ],
  ])("says in a word or two: %s", (short, { p = [], limit }, expected) => {
    const documents = [
      documentOf("p", [...p, allow({ Action: "connect:ListUsers" })]),
      documentOf("limit", limit ?? [everything]),
    ];
    const bundle = makeBundle(documents, [{ match: { groups: ["g"] }, policies: ["p"], boundary: "limit" }], {
      instances: instances.slice(0, 1),
    });
    expect(flat(cellOf(modelOf(bundle), "DescribeQueue", 0))).toMatchObject({ short, ...expected });
  });

  it("names guardrails, and callers whom no binding matches", () => {
    const documents = [
      documentOf("p", [everything]),
      documentOf("guard", [allow({ Action: "connect:ListUsers" })]),
    ];
    const model = modelOf(
      makeBundle(documents, [{ match: { groups: ["g"] }, policies: ["p"] }], { guardrails: ["guard"] }),
    );
    const stranger = model.columnOfCaller({ groups: ["nobody"] });
    const row = model.rowOf("DescribeQueue");
    expect(flat(cellOf(model, "DescribeQueue", 0))).toMatchObject({ word: "never", refusal: "guardrail" });
    expect(row && flat(model.cell(row, stranger))).toMatchObject({ word: "never", refusal: "noBinding" });
  });

  it("tells the callers of one binding apart where they differ", () => {
    const documents = [
      documentOf("p", [{ ...everything, Resource: `${east}/agent/\${aws:userid}` }]),
      documentOf("no", [{ ...everything, Effect: "Deny", Action: "connect:DescribeUser" }]),
    ];
    const model = modelOf(
      makeBundle(documents, [
        { match: { principals: ["ann", "bob"] }, policies: ["p"] },
        { match: { principals: ["bob"] }, policies: ["no"] },
      ]),
    );
    const cell = cellOf(model, "DescribeUser", 0);
    expect(flat(cell)).toMatchObject({ word: "sometimes", short: "not all callers" });
    expect(cell.details.callers?.map(({ label, cell: { word } }) => [label, word])).toEqual([
      ["principal `ann`", "sometimes"],
      ["principal `bob`", "never"],
    ]);
  });

  it("has the statements behind it, the Denies first, each with the range of its text", () => {
    const Sid = "Not\u202eVip";
    const statements = [{ ...everything }, { ...deny, Sid, Resource: `${queue}/vip` }];
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statements }, null, 2);
    const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const model = modelOf(makeBundle([parsed.document], [{ match: { groups: ["g"] }, policies: ["p"] }]));
    const found = cellOf(model, "DescribeQueue", 0).details.statements;
    expect(found.map(({ start, end }) => JSON.parse(text.slice(start.offset, end.offset)))).toEqual(
      statements.toReversed(),
    );
    expect(found[0]).toMatchObject({
      policy: "p",
      sid: Sid,
      index: 1,
      file: "policies/p.json",
      layer: "attached",
      line: 9,
    });
  });
});

function cellOf(model: AccessModel, operation: string, column: number): AccessCell {
  const [row, found] = [model.rowOf(operation), model.columns[column]];
  if (!row || !found) throw new Error(`${operation} ${column}`);
  return model.cell(row, found);
}

function flat({ word, details }: AccessCell) {
  return { word, ...details };
}

describe("the model", () => {
  it("runs in a browser: it needs nothing of Node.js", async () => {
    const rooms = ["access-model", "compare-models"].map((name) => `tools/authoring/access/${name}.ts`);
    const entry = [...rooms, "shared/bundle/binding-layers.ts"].map((path) => `export * from "./${path}";`);
    const { errors } = await build({
      stdin: { contents: entry.join("\n"), resolveDir: process.cwd(), loader: "ts" },
      ...{ bundle: true, write: false, platform: "browser", format: "esm", logLevel: "silent" },
    });
    expect(errors).toEqual([]);
  });

  it("computes an operation once for callers with the same statements about it", () => {
    const documents = Array.from({ length: 200 }, (_, index) =>
      documentOf(`p${index}`, [
        { ...everything, Action: "connect:DescribeUser", Resource: `${east}/agent/${index}` },
      ]),
    );
    const bindings = documents.map(({ name }, index) => ({
      match: { groups: [`g${index}`] },
      policies: [name],
    }));
    const model = modelOf(makeBundle(documents, bindings));
    const [first, second] = model.columns;
    if (!first || !second) throw new Error("no columns");
    const shared = model.rows.filter((row) => model.cell(row, first) === model.cell(row, second));
    expect(model.rows.length - shared.length).toBeLessThan(5);
    const before = process.cpuUsage();
    for (const row of model.rows) for (const column of model.columns) model.cell(row, column);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  });
});

describe("the comparison of two tables", () => {
  const bindings: readonly Binding[] = [
    { match: { groups: ["g"] }, policies: ["p"] },
    { match: { groups: ["same"] }, policies: ["same"] },
  ];
  const same = documentOf("same", [everything]);
  const of = (actions: string, more: object = {}) => ({
    Effect: "Allow",
    Action: actions.split(" ").map((name) => `connect:${name}`),
    Resource: "*",
    ...more,
  });
  const compare = (
    before: readonly object[],
    after: readonly object[],
    [was, is]: readonly [Partial<Configuration>, Partial<Configuration>] = [{}, {}],
  ) => {
    const older = makeBundle([documentOf("p", before), same], bindings, was);
    const newer = makeBundle([documentOf("p", after), same], bindings, is);
    return compareModels({ model: modelOf(older), bundle: older }, { model: modelOf(newer), bundle: newer });
  };
  const told = ({ changes }: ReturnType<typeof compare>) =>
    changes.map(({ kind, row, column, escalates }) => [kind, row.name, column.name, escalates !== undefined]);

  it("lists what escalates, what is gained, what has other conditions, what is lost", () => {
    const only = (name: string) => ({ Resource: `${east}/${name}` });
    const comparison = compare(
      [
        of("ListUsers DescribeUser"),
        of("DescribeQueue", only("queue/a")),
        of("DescribePrompt", only("prompt/a")),
      ],
      [
        of("ListQueues DescribeUser CreateUser"),
        of("DescribeQueue", only("queue/*")),
        of("DescribePrompt", only("prompt/b")),
      ],
    );
    expect(told(comparison)).toEqual([
      ["gained", "CreateUser", "groups g", true],
      ["gained", "DescribeQueue", "groups g", false],
      ["gained", "ListQueues", "groups g", false],
      ["changed", "DescribePrompt", "groups g", false],
      ["lost", "ListUsers", "groups g", false],
    ]);
  });

  it("finds no difference in another spelling of the same access", () => {
    const [a, b] = [of("DescribeQueue", { Resource: `${east}/queue/a` }), of("ListUsers")];
    expect(told(compare([a, b], [b, { ...a, Sid: "Other" }, a]))).toEqual([]);
  });

  it("asks both sides for the callers of a binding that is new or gone, and for routes", () => {
    const none = { match: { groups: ["gone"] }, policies: ["p"] };
    const route = {
      method: "GET",
      path: "/q/{id}",
      operation: "DescribeQueue",
      input: { InstanceId: "{query.i}", QueueId: "{id}" },
    };
    const comparison = compare(
      [of("DescribeQueue")],
      [of("DescribeQueue")],
      [
        { bindings: [...bindings, none], routes: [route] },
        { bindings: [...bindings, { match: { groups: ["new"] }, policies: ["p"] }] },
      ],
    );
    expect(comparison.columns.map(({ name }) => name)).toEqual([
      "groups g",
      "groups same",
      "groups new",
      "groups gone",
    ]);
    expect([...comparison.newColumns, ...comparison.goneColumns].map(({ name }) => name)).toEqual([
      "groups new",
      "groups gone",
    ]);
    expect(told(comparison)).toEqual([
      ["gained", "DescribeQueue", "groups new", false],
      ["lost", "GET /q/{id}", "groups g", false],
      ["lost", "GET /q/{id}", "groups same", false],
      ["lost", "DescribeQueue", "groups gone", false],
      ["lost", "GET /q/{id}", "groups gone", false],
    ]);
  });
});
