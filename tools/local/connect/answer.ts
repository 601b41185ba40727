/** One request → one answer: route, decode, handle, encode. Every error becomes an answer in AWS's shape. */
import { setTimeout } from "node:timers/promises";
import { CodedError } from "../../../shared/errors.ts";
import { encodeError, encodeOutput } from "../../../shared/request/answer/encode.ts";
import type { HttpAnswer } from "../../../shared/request/answer/error-answer.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import { findOperationSchema, type OperationSchema } from "../../../shared/request/decode/schemas.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";
import type { HttpCall, OperationInput } from "../../../shared/request/types.ts";
import { mayThrow } from "./families/facts.ts";
import { type FaultPlan, faultHeader } from "./faults/fault-plan.ts";
import { FaultSyntaxError } from "./faults/parse-fault.ts";
import { findOperationServer } from "./operations.ts";
import { checkValues } from "./records/checks.ts";
import { type FaultName, faultStatus, ServiceFault } from "./service-fault.ts";
import type { World } from "./world.ts";

export interface ReceivedCall {
  /** `CreateUser`; empty when no route fits. */
  readonly operation: string;
  readonly method: string;
  /** Raw path without the query, still percent-encoded. */
  readonly path: string;
  /** The decoded input with its sensitive members, for assertions and not for logs. Empty if it cannot be decoded. */
  readonly input: OperationInput;
}

interface AnsweredCall {
  readonly answer: HttpAnswer;
  readonly received: ReceivedCall;
}

/** How calls fail on purpose, and what is said to those that have no handler. */
export interface Behaviour {
  readonly faults: FaultPlan;
  /** `empty`: a schema-valid answer without content, marked by the header {@link stubHeader}. */
  readonly unimplemented: "error" | "empty";
  /** Follows the name of an operation that is not implemented: what else the caller can do. */
  readonly advice: string;
}

/** Says that the answer is not the operation's: `x-local-connect: stub`. */
export const stubHeader = "x-local-connect";

export async function answerCall(world: World, call: HttpCall, behaviour: Behaviour): Promise<AnsweredCall> {
  let received: ReceivedCall = { operation: "", method: call.method, path: call.rawPath, input: {} };
  try {
    const routed = matchRoute(call.method, call.rawPath);
    const schema = routed && findOperationSchema(routed.row.name);
    if (routed?.form !== "rest" || !schema) {
      throw new ServiceFault(
        "UnknownOperationException",
        `no operation has the route \`${call.method} ${call.rawPath}\``,
      );
    }
    received = { ...received, operation: schema.name };
    received = { ...received, input: decodeInput(call, routed, schema) };
    const { waitMs, refusal } = behaviour.faults.next(schema.name, call);
    if (waitMs > 0) await setTimeout(waitMs);
    if (refusal) throw refusal;
    const serve = findOperationServer(schema.name);
    if (!serve && behaviour.unimplemented === "empty")
      return { answer: answerEmpty(schema, call.requestId), received };
    if (!serve) {
      const message = `the local Connect does not implement \`${schema.name}\`${behaviour.advice}`;
      throw new ServiceFault("NotImplementedException", message);
    }
    checkValues(schema.input, received.input);
    return { answer: encodeOutput(schema, serve(received.input, world), call.requestId), received };
  } catch (error) {
    return { answer: answerError(modelled(error, received.operation), call.requestId), received };
  }
}

/** Many operations have `InvalidRequestException` in the place of `InvalidParameterException`, which most checks throw. */
function modelled(error: unknown, operation: string): unknown {
  if (!(error instanceof ServiceFault) || error.fault !== "InvalidParameterException") return error;
  if (mayThrow(operation, error.fault) || !mayThrow(operation, "InvalidRequestException")) return error;
  return new ServiceFault("InvalidRequestException", error.message, error.members);
}

/** Lists and maps are there and empty, so that loops over them end at once. */
function answerEmpty(schema: OperationSchema, requestId: string): HttpAnswer {
  const members = Object.entries(schema.output.getMemberSchemas()).flatMap(([name, member]) =>
    member.isListSchema() ? [[name, []]] : member.isMapSchema() ? [[name, {}]] : [],
  );
  const answer = encodeOutput(schema, Object.fromEntries(members), requestId);
  return { ...answer, headers: { ...answer.headers, [stubHeader]: "stub" } };
}

/** Encodes any error; one that is neither a refusal nor malformed input is a bug of the local Connect. */
export function answerError(error: unknown, requestId: string): HttpAnswer {
  const { fault, message, members } = readFault(error);
  return encodeError({ name: fault, message, status: faultStatus[fault], members }, requestId);
}

function readFault(error: unknown): { fault: FaultName; message: string; members: object } {
  if (error instanceof ServiceFault) return error;
  if (error instanceof FaultSyntaxError)
    return { fault: "InvalidParameterException", message: `${faultHeader}: ${error.message}`, members: {} };
  if (error instanceof CodedError && error.code === "invalidInput")
    return { fault: "InvalidParameterException", message: error.message, members: {} };
  return {
    fault: "InternalServiceException",
    message: "the local Connect failed; this is a bug",
    members: {},
  };
}
