/** What the two buttons do: the fields are read, and a call is decided here or sent to the gateway. */

import type { Configuration } from "../../../../shared/bundle/types.ts";
import type { VerifiedPrincipal } from "../../../../shared/identity/types.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import type { WrittenCaller } from "../../../authoring/access/known-callers.ts";
import { targetOf } from "../../../authoring/own-request.ts";
import type { GivenConfiguration, SentAnswer } from "../../api.ts";
import { askWho, readFirstCalls, sendCall } from "../shell/gateway.ts";
import { readCaller } from "./caller-text.ts";
import type { CopiedCall } from "./copy/copies.ts";
import type { TryAnswer, TryModel } from "./try-model.ts";

export interface TryFields {
  readonly caller: string;
  readonly operation: string;
  readonly input: string;
  /** What Amazon Connect would tell, as YAML or JSON. */
  readonly known: string;
}

export interface Tried {
  readonly answer: TryAnswer;
  readonly copied: CopiedCall;
  /** If it was sent. */
  readonly sent?: SentAnswer;
}

/** What the view shows: nothing yet, an outcome, or what is wrong. */
export interface Shown {
  readonly tried?: Tried;
  readonly problem?: { readonly text: string; readonly field?: keyof TryFields };
}

/** A field that cannot be used as it is, and why. */
export class FieldProblem extends Error {
  readonly field: keyof TryFields;

  constructor(field: keyof TryFields, message: string) {
    super(message);
    this.field = field;
  }
}

/** @throws FieldProblem, or Error with what is wrong */
export async function tryCall(
  model: TryModel,
  { config }: Pick<GivenConfiguration["bundle"], "config">,
  { fields, mode }: { readonly fields: TryFields; readonly mode: "decide" | "send" },
): Promise<Tried> {
  const read = readCaller(fields.caller, model.callers);
  if (read.kind === "problem") throw new FieldProblem("caller", read.problem);
  const operation = fields.operation.trim();
  const input = readInput(fields.input);
  const request = inField("operation", () => model.request(operation, input));
  const principal =
    read.kind === "token"
      ? await principalOfToken(read.token)
      : inField("caller", () => model.principalOf(read.caller));
  const known = await readKnown(fields.known);
  const { userAgent } = navigator;
  const made = { at: new Date().toISOString(), userAgent };
  const answer = await model.decide({ principal, operation, input, known, userAgent });
  const route = model.route(operation);
  const copied: CopiedCall = {
    ...{ operation, input, request, known, made, report: answer.report, origin: location.origin },
    shape: model.shape(operation),
    caller: read.kind === "token" ? writtenOf(principal, config, model) : read.caller,
    tokenHeader: config.tokenHeader,
    region: config.instances[0]?.region ?? "us-east-1",
    program: await findProgram(),
    consults: (...keys) => model.consults(...keys),
    ...(route ? { route } : {}),
  };
  if (mode === "decide") return { answer, copied };
  const sent = await sendCall({
    ...(read.kind === "token" ? { token: read.token } : { caller: tokenRequest(read.caller) }),
    method: request.method,
    target: targetOf(request),
    headers: [
      ...request.headers,
      ["user-agent", userAgent],
      ...(request.body === "" ? [] : [["content-type", "application/json"] as const]),
    ],
    body: request.body,
  });
  return { answer, copied, sent };
}

function inField<Value>(field: keyof TryFields, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new FieldProblem(field, cause instanceof Error ? cause.message : String(cause));
  }
}

async function principalOfToken(token: string): Promise<VerifiedPrincipal> {
  const who = await askWho(token);
  if (!who.ok) throw new FieldProblem("caller", `The gateway refuses this token (401): ${who.problem}.`);
  return who.principal;
}

/** The caller of a token, as a caller is written: with the claims that bindings and policies look at. */
function writtenOf(
  { id, name, groups, tags, claims: all, issuer }: VerifiedPrincipal,
  { issuers }: Configuration,
  model: TryModel,
): WrittenCaller {
  const { claims: mapped } = issuers.find((each) => each.issuer === issuer) ?? {};
  const mappedNames = new Set([
    ...["iss", "aud", "sub", "exp", "iat", "nbf", "jti", mapped?.id, mapped?.name],
    ...[typeof mapped?.groups === "string" ? mapped.groups : mapped?.groups?.claim],
    ...Object.values(mapped?.tags ?? {}),
  ]);
  const claims = Object.entries(all).flatMap(([claim, value]) =>
    typeof value === "string" && !mappedNames.has(claim) && model.consults(`"${claim}"`, `jwt:${claim}`)
      ? [[claim, value] as const]
      : [],
  );
  return {
    ...{ id, groups, tags, claims: Object.fromEntries(claims) },
    ...(name === id ? {} : { name }),
    ...(issuers.length > 1 ? { issuer } : {}),
  };
}

/** What needs the reader of YAML is loaded when it is needed. */
async function readKnown(text: string): Promise<CopiedCall["known"]> {
  if (text.trim() === "") return new Map();
  await import("./zod-without-eval.ts");
  const { readFacts } = await import("./known-facts.ts");
  const read = readFacts(text);
  if (typeof read === "string") throw new FieldProblem("known", read);
  return read;
}

let program: string | undefined;

/** What people type before a command of ours, as the gateway says it of its first commands. */
async function findProgram(): Promise<string> {
  program ??= await readFirstCalls().then(
    ({ commands }) => /^TOKEN=\$\((.+) token /.exec(commands[0] ?? "")?.[1],
    () => undefined,
  );
  return program ?? "npx connect-authorizer";
}

function tokenRequest({ id, ...caller }: WrittenCaller) {
  return { sub: id, ...caller };
}

function readInput(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FieldProblem("input", `The input is not JSON: ${cause instanceof Error ? cause.message : ""}`);
  }
  if (isPlainObject(value)) return value;
  throw new FieldProblem("input", 'The input must be a JSON object, like {"UserId": "u-1"}.');
}
