/** What the two buttons do: the fields are read, and a call is decided here or sent to the gateway. */

import type { VerifiedPrincipal } from "../../../../shared/identity/types.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import { targetOf } from "../../../authoring/own-request.ts";
import type { GivenConfiguration, SentAnswer } from "../../api.ts";
import { askWho, sendCall } from "../shell/gateway.ts";
import { readCaller, type WrittenCaller } from "./caller-text.ts";
import type { CopiedCall } from "./copies.ts";
import type { TryAnswer, TryModel } from "./try-model.ts";

export interface TryFields {
  readonly caller: string;
  readonly operation: string;
  readonly input: string;
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
  { config }: GivenConfiguration["bundle"],
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
  const { userAgent } = navigator;
  const answer = await model.decide({ principal, operation, input, userAgent });
  const copied = {
    ...{ operation, input, request, outcome: answer.report.outcome, origin: location.origin },
    caller: read.kind === "token" ? writtenOf(principal) : read.caller,
    tokenHeader: config.tokenHeader,
    region: config.instances[0]?.region ?? "us-east-1",
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

function writtenOf({ id, name, groups, tags }: VerifiedPrincipal): WrittenCaller {
  return { id, groups, tags, claims: {}, ...(name === id ? {} : { name }) };
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
