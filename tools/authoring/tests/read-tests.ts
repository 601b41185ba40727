/** The files of `tests/` → the tests, or everything that is wrong with the files at once. */
import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { Issue } from "../../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { parseIpAddress } from "../../../shared/policy/condition/ip-address.ts";
import { checkShape, type Sound } from "../configuration/check-shape.ts";
import { listOf } from "../configuration/members.ts";
import { resolveTexts } from "../configuration/read/resolve-texts.ts";
import { displayPath, fileIssue, readSourceFile, unreadable } from "../configuration/read/source-file.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { parseYaml } from "../document/parse-yaml.ts";
import { nearestName } from "../nearest-name.ts";
import { anyInstance, type InstanceNames, resolveNames } from "../policy/instance-names.ts";
import { type DecidingStatement, readDeciding } from "./deciding-statement.ts";
import type { NobodyTest } from "./prove-nobody.ts";
import { readCallers } from "./read-callers.ts";
import { readMoment } from "./read-moment.ts";
import { readNobody } from "./read-nobody.ts";
import { type CallProblem, callOperation, callRequest, type TestCall } from "./test-call.ts";
import { type Outcome, testFile, type WrittenFacts, type WrittenTest } from "./test-file.ts";
import { problemOfResource } from "./told-facts.ts";

/** One caller with one call. */
export interface PolicyTest {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly caller: string;
  readonly principal: VerifiedPrincipal;
  readonly call: TestCall;
  readonly expect: Outcome;
  readonly by?: DecidingStatement;
  readonly known: ReadonlyMap<string, WrittenFacts>;
  readonly atMs?: number;
}

/** A configuration as tests need it. */
export interface TestedBundle {
  readonly bundle: Bundle;
  readonly opened: OpenedBundle;
  /** Instances by the names that tests may write. */
  readonly names: InstanceNames;
}

export interface ReadTests {
  readonly tests: readonly PolicyTest[];
  /** Those that say what nobody may do. */
  readonly proofs: readonly NobodyTest[];
  readonly issues: readonly Issue[];
}

const nothing = { tests: [], proofs: [] } as const;

/**
 * Reads all tests of a folder and of the folders in it, hidden ones excepted.
 * @returns `undefined` if there is no such folder, or no file of tests in it
 */
export async function readTests(folder: string, tested: TestedBundle): Promise<ReadTests | undefined> {
  const found = await findTestFiles(folder);
  if (!Array.isArray(found)) return { ...nothing, issues: [unreadable(folder, found)] };
  if (found.length === 0) return undefined;
  const read = await Promise.all(found.map((file) => readTestFile(file, tested)));
  return {
    tests: read.flatMap(({ tests }) => tests),
    proofs: read.flatMap(({ proofs }) => proofs),
    issues: read.flatMap(({ issues }) => issues),
  };
}

/** Returns the error if the folder cannot be read. */
async function findTestFiles(folder: string): Promise<readonly string[] | NodeJS.ErrnoException> {
  try {
    const names = await readdir(folder, { recursive: true });
    const isHidden = (name: string) => name.split(sep).some((part) => part.startsWith("."));
    const tests = names.filter((name) => /\.ya?ml$/i.test(name) && !isHidden(name)).sort();
    return tests.map((name) => join(folder, name));
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    return failure.code === "ENOENT" ? [] : failure;
  }
}

async function readTestFile(path: string, tested: TestedBundle): Promise<ReadTests> {
  if (!path.endsWith(".yaml")) {
    const message = "files of tests end in `.yaml`; rename this one";
    return { ...nothing, issues: [fileIssue(path, "wrongName", message)] };
  }
  const file = await readSourceFile(path);
  if (!file.ok) return { ...nothing, issues: [file.issue] };
  const display = displayPath(path);
  const { sink, root } = parseYaml(file.text, display, "the file is empty; write `tests`, or remove it");
  const written = root && checkShape(testFile, root);
  if (!root || !written) return { ...nothing, issues: sink.sorted() };
  const callers = readCallers(written.callers ?? {}, root.at(["callers"]), tested.bundle.config.issuers);
  const callerNames = new Set(Object.keys(written.callers ?? {}));
  const reading: Reading = { ...tested, file: display, callers, callerNames };
  const tests: PolicyTest[] = [];
  const proofs: NobodyTest[] = [];
  for (const [index, test] of (written.tests ?? []).entries()) {
    const node = root.at(["tests", index]);
    if (node.entries().has("nobody")) proofs.push(...readNobody(test, node, reading));
    else if (test) tests.push(...readTest(test, node, reading));
  }
  reportTwins(written.tests ?? [], root.at(["tests"]));
  return { tests, proofs, issues: sink.sorted() };
}

interface Reading extends TestedBundle {
  readonly file: string;
  readonly callers: ReadonlyMap<string, VerifiedPrincipal>;
  /** Of all callers of the file, also of those that cannot be used. */
  readonly callerNames: ReadonlySet<string>;
}

function readTest(test: Sound<WrittenTest>, node: DocumentNode, reading: Reading): readonly PolicyTest[] {
  const { file, callers } = reading;
  for (const key of ["as", "expect"])
    if (!node.entries().has(key)) node.report("missingKey", `the key \`${key}\` is missing here`);
  checkCallers(test.as, node.at(["as"]), reading);
  const calls = readCalls(test, node, reading);
  const by = test.by === undefined ? undefined : readDeciding(test.by);
  if (by && test.expect === "implicitDeny")
    node.at(["by"]).report("noStatement", "no statement decides an implicit deny; remove `by`");
  const known = readKnown(test.known ?? {}, node.at(["known"]), reading.names);
  const atMs = test.at === undefined ? undefined : readTime(test.at, node.at(["at"]));
  const { expect } = test;
  if (expect === undefined) return [];
  const { line, column } = node.start;
  const rest = {
    ...{ file, line, column, expect },
    ...(by === undefined ? {} : { by }),
    known,
    ...(atMs === undefined ? {} : { atMs }),
  };
  return listOf(test.as).flatMap((caller) => {
    const principal = callers.get(caller);
    if (!principal) return [];
    return calls.map((call) => ({
      name: test.name ?? `${caller}: ${call.operation}`,
      ...{ caller, principal, call },
      ...rest,
    }));
  });
}

function checkCallers(
  as: Sound<WrittenTest>["as"],
  node: DocumentNode,
  { callerNames: names }: Reading,
): void {
  for (const [index, name] of [as].flat().entries()) {
    if (name === undefined || names.has(name)) continue;
    const nearest = nearestName(name, names);
    const hint = nearest === undefined ? "write it in `callers` of this file" : `did you mean \`${nearest}\``;
    node.at([index]).report("unknownCaller", `there is no caller \`${name}\`; ${hint}`);
  }
}

/** Reads what Amazon Connect would tell; the names of instances are replaced by their ARNs. */
function readKnown(
  known: NonNullable<Sound<WrittenTest>["known"]>,
  node: DocumentNode,
  names: InstanceNames,
): ReadonlyMap<string, WrittenFacts> {
  const read = new Map<string, WrittenFacts>();
  for (const [written, facts] of Object.entries(known)) {
    const at = node.at([written]);
    const { text, problem } = resolveNames(written, names, "pattern");
    const wrong = problem?.message ?? problemOfResource(text);
    if (wrong !== undefined) at.reportKey(problem?.code ?? "unknownResource", wrong);
    read.set(text, { ...(resolveTexts(facts, at, names) as WrittenFacts) });
  }
  return read;
}

function readCalls(
  test: Sound<WrittenTest>,
  node: DocumentNode,
  { bundle, names }: Reading,
): readonly TestCall[] {
  const { call, request, from, via } = test;
  const input = resolveTexts(test.input, node.at(["input"]), names) as typeof test.input;
  if (from !== undefined && parseIpAddress(from) === undefined)
    node.at(["from"]).report("badAddress", `\`${from}\` is not an IP address`);
  // A name that no instance has: it has been reported.
  if (JSON.stringify(input ?? {}).includes(anyInstance)) return [];
  const source = { ...(from === undefined ? {} : { sourceIp: from }), ...(via === undefined ? {} : { via }) };
  const given = { served: bundle.config, source };
  if ((call === undefined) === (request === undefined)) {
    node.report("oneCall", "write either `call`, the name of an operation, or `request`");
    return [];
  }
  if (request !== undefined) {
    if (input !== undefined)
      node.at(["input"]).report("oneCall", "`input` goes with `call`; of a `request`, write it into `body`");
    // A key that is missing, or whose value is wrong, has been reported.
    if (request.method === undefined || request.path === undefined) return [];
    return accepted(callRequest(request, given), () => node.at(["request"]));
  }
  return [call].flat().flatMap((name, index) => {
    if (name === undefined) return [];
    return accepted(callOperation(name, input ?? {}, given), (member) =>
      member === "" ? node.at(["call", index]) : (memberNode(member, node) ?? node.at(["call", index])),
    );
  });
}

/** The place of a member of the input, like `SecurityProfileIds[1]`, if the test has it. */
function memberNode(member: string, node: DocumentNode): DocumentNode | undefined {
  const [first = "", ...rest] = member.match(/[^.[\]]+/g) ?? [];
  const top = node.at(["input", first]);
  return top.path.endsWith(first) ? top.at(rest) : undefined;
}

function accepted(
  made: TestCall | CallProblem,
  nodeOf: (member: string) => DocumentNode,
): readonly TestCall[] {
  if (!("message" in made)) return [made];
  nodeOf(made.member).report(made.code, made.message);
  return [];
}

function readTime(text: string, node: DocumentNode): number | undefined {
  const moment = readMoment(text);
  if (typeof moment === "number") return moment;
  node.report("badTime", moment);
  return undefined;
}

/** A name that two tests have is of no use to find one. */
function reportTwins(tests: readonly (Sound<WrittenTest> | undefined)[], node: DocumentNode): void {
  const seen = new Set<string>();
  for (const [index, test] of tests.entries()) {
    if (test?.name === undefined) continue;
    if (seen.has(test.name))
      node.at([index, "name"]).report("duplicateName", `another test of this file is named \`${test.name}\``);
    seen.add(test.name);
  }
}
