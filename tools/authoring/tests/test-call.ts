/** The call of a test, read as the proxy reads a request. */
import { findOperation, operations } from "../../../shared/catalog/catalog.ts";
import { resolveAsks } from "../../../shared/catalog/targets.ts";
import { CodedError } from "../../../shared/errors.ts";
import { type CanonicalCall, createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../../shared/request/route/served-route.ts";
import type { ConnectInstance, CustomRoute, HttpCall } from "../../../shared/request/types.ts";
import type { Sound } from "../configuration/check-shape.ts";
import { nearestName } from "../nearest-name.ts";
import { fillInput } from "./fill-input.ts";
import type { WrittenRequest } from "./test-file.ts";

/** Settings of a configuration that a request is read by. */
export interface Served {
  readonly instances: readonly ConnectInstance[];
  readonly routes: readonly CustomRoute[];
}

export interface TestCall {
  readonly operation: string;
  readonly http: HttpCall;
  /** Absent for a call that is refused before policies are evaluated, with the reason. */
  readonly canonical?: CanonicalCall;
  readonly refusal?: string;
  /** What the test left out: `UserId: "some-user-id"`. */
  readonly filled: readonly string[];
}

/** Where the call comes from and by which door, if the test says it. */
export type CallSource = Pick<HttpCall, "sourceIp" | "via">;

/** Why there is no such call: in words, with the code that issues have. */
export interface CallProblem {
  readonly code: string;
  readonly message: string;
  /** The member of the input, like `SecurityProfileIds[1]`; empty for the call itself. */
  readonly member: string;
}

/** Makes the call of an operation, with its input completed. */
export function callOperation(
  name: string,
  input: Readonly<Record<string, unknown>>,
  { served, source }: { readonly served: Served; readonly source: CallSource },
): TestCall | CallProblem {
  const row = findOperation(name);
  if (!row) return { code: "unknownOperation", message: unknownOperation(name), member: "" };
  try {
    const { input: whole, filled } = fillInput(row, input, served.instances);
    const http = httpCall({ method: "POST", path: `/operations/${row.name}`, body: whole }, source);
    return { ...readCall(http, served), filled };
  } catch (error) {
    const { message, ...problem } = problemOf(error);
    const names = row.members.map((each) => each.name);
    const unknown = /^\w+$/.test(problem.member) && !names.includes(problem.member);
    const nearest = unknown ? nearestName(problem.member, names) : undefined;
    return {
      ...problem,
      message: nearest === undefined ? message : `${message}; did you mean \`${nearest}\``,
    };
  }
}

function unknownOperation(name: string): string {
  const nearest = nearestName(
    name,
    operations().map((each) => each.name),
  );
  const bare = name.replace(/^connect:/, "");
  const meant = findOperation(bare) ? bare : nearest;
  const hint = meant === undefined ? "`connect-authorizer catalog` lists them" : `did you mean \`${meant}\``;
  return `\`${name}\` is not an operation of Amazon Connect; ${hint}`;
}

/** Makes the call that a request is. */
export function callRequest(
  request: Sound<WrittenRequest>,
  { served, source }: { readonly served: Served; readonly source: CallSource },
): TestCall | CallProblem {
  try {
    return { ...readCall(httpCall(request, source), served), filled: [] };
  } catch (error) {
    return problemOf(error);
  }
}

function httpCall(
  { method = "GET", path = "", query = {}, body }: Sound<WrittenRequest>,
  source: CallSource,
): HttpCall {
  return {
    method,
    rawPath: path,
    query: Object.entries(query).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => (value === undefined ? [] : [[name, value] as const])),
    ),
    headers: new Map(),
    body: typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body),
    requestId: "test",
    ...source,
  };
}

/** @throws CodedError if it is not a call */
function readCall(http: HttpCall, { routes, instances }: Served): Omit<TestCall, "filled"> {
  const routed = findRoute(http, routes);
  const input = decodeInput(http, routed, findServedSchema(routed.row));
  const call = { operation: routed.row.name, http };
  try {
    const canonical = createCanonicalCall(routed, input, instances);
    assertTargets(canonical);
    return { ...call, canonical };
  } catch (error) {
    // The functions answer 403: a denial, and no mistake of the test.
    if (error instanceof CodedError && error.code === "unknownInstance")
      return { ...call, refusal: error.message };
    throw error;
  }
}

/** @throws InputError for a call that names nothing that could be decided on */
function assertTargets({ row, input, instance, namesInstance }: CanonicalCall): void {
  const get = (member: string) => (Object.hasOwn(input, member) ? input[member] : undefined);
  resolveAsks(row, { get }, { ...instance, namesInstance });
}

function problemOf(error: unknown): CallProblem {
  if (!(error instanceof CodedError)) throw error;
  const member = "path" in error ? String(error.path) : "";
  return { code: error.code, message: error.message, member };
}
