/**
 * A resource-based policy of a request: an identity policy whose statements also say to whom they apply. Amazon Connect has
 * none, so that this product never decides by one; AWS's simulator takes them.
 */
import { readJson } from "../../../shared/json-members.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import { IssueSink } from "../document/issue-sink.ts";
import { parseJson } from "../document/parse-json.ts";
import { type EntityArn, readResources } from "./iam-arn.ts";
import { invalidContent, parseInput, startOf } from "./input-policies.ts";

const name = "ResourcePolicy";
const maxDepth = 32;

/** Returns the statements that apply to the caller. @throws IamError `InvalidInput` */
export function readResourcePolicy(text: string, caller: EntityArn): PolicyDocument {
  const read = readJson(text, maxDepth);
  if (read.kind !== "value" || !isPlainObject(read.value))
    throw invalidContent(name, "it is not a JSON object without repeated members");
  const { Statement: written } = read.value;
  const statements = (Array.isArray(written) ? written : [written]).map((statement, index) =>
    readStatement(statement, index, caller),
  );
  const { Statement: _, ...elements } = read.value;
  const rest = statements.map((statement) => statement.rest);
  const document = parseInput(exactJson({ ...elements, Statement: rest }), name);
  for (const { resources } of document.statements)
    if (resources.kind === "Resource")
      for (const resource of resources.patterns) readResources([resource, resource]);
  return { ...document, statements: placed(document, text).filter((_, at) => statements[at]?.applies) };
}

interface ReadStatement {
  readonly rest: Readonly<Record<string, unknown>>;
  readonly applies: boolean;
}

function readStatement(statement: unknown, index: number, caller: EntityArn): ReadStatement {
  const where = `statement ${index + 1}`;
  if (!isPlainObject(statement)) throw invalidContent(name, `${where} is not an object`);
  const { Principal: principal, ...rest } = statement;
  if ("NotPrincipal" in rest)
    throw invalidContent(name, `${where} has \`NotPrincipal\`, which this simulator cannot decide`);
  if (principal === undefined) throw invalidContent(name, `${where} has no \`Principal\``);
  return { rest, applies: principalsOf(principal, where).some((each) => isCaller(each, caller)) };
}

/** The principals that can be a user, role or group. */
function principalsOf(principal: unknown, where: string): readonly string[] {
  if (principal === "*") return ["*"];
  if (!isPlainObject(principal))
    throw invalidContent(name, `\`Principal\` of ${where} is neither \`*\` nor an object`);
  for (const [kind, values] of Object.entries(principal)) {
    if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(kind))
      throw invalidContent(name, `\`Principal\` of ${where} has no \`${kind}\``);
    if (![values].flat().every((each) => typeof each === "string"))
      throw invalidContent(name, `\`Principal.${kind}\` of ${where} must be a string or strings`);
  }
  return [principal["AWS"] ?? []].flat().filter((each) => typeof each === "string");
}

function isCaller(principal: string, { arn, account }: EntityArn): boolean {
  if (principal === "*" || principal === account || principal === arn) return true;
  return /^arn:[a-z-]+:iam::(\d{12}):root$/.exec(principal)?.[1] === account;
}

/** JSON of what was read, unless a number in it may have been rounded. */
function exactJson(value: unknown): string {
  return JSON.stringify(value, (_member, each: unknown) => {
    const isExact = !Number.isInteger(each) || Number.isSafeInteger(each);
    if (typeof each === "number" && (!isExact || String(each).includes("e")))
      throw invalidContent(name, "it holds a very large or small number; write it as a string");
    return each;
  });
}

/** The statements where the request has them. */
function placed({ statements }: PolicyDocument, text: string): PolicyDocument["statements"] {
  const sink = new IssueSink(text, { file: name });
  const node = new Map(parseJson(text, maxDepth, sink)?.members()).get("Statement");
  const nodes = node?.items() ?? [];
  return statements.map((statement, index) => {
    const { start, end } = nodes[index] ?? statement;
    return { ...statement, start: startOf(start, text, sink), end };
  });
}
