/** Calls of a seed, in their order, for what no entry can say: a status, an activation, a recording. */
import { decodeStructure } from "../../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import { didYouMean } from "../../../authoring/nearest-name.ts";
import type { InstanceState } from "../instance-state.ts";
import { findOperationServer, implementedOperations } from "../operations.ts";
import { checkValues } from "../records/checks.ts";
import { ServiceFault } from "../service-fault.ts";
import type { World } from "../world.ts";
import { problemOf } from "./draft.ts";
import { pathOfMember, type Report, type SeedEntry, type SeedPath } from "./problem.ts";
import type { References } from "./references.ts";

export interface Rest {
  readonly instance: InstanceState;
  readonly world: World;
  readonly references: References;
  readonly report: Report;
}

/** Makes each call: a mapping of the operation's name to its input, without the instance. */
export function makeCalls(calls: readonly SeedEntry[], rest: Rest): void {
  for (const { path, value: call } of calls) {
    const [operation, ...others] = Object.keys(call);
    if (operation === undefined || others.length > 0) {
      const message = "a call must be one operation with its input, like `PutUserStatus: { UserId: … }`";
      rest.report({ path, code: "wrongValue", message });
    } else makeCall(operation, call[operation], { ...rest, path: [...path, operation] });
  }
}

function makeCall(
  operation: string,
  given: unknown,
  { instance, world, references, report, path }: Rest & { readonly path: SeedPath },
): void {
  const schema = findOperationSchema(operation);
  const serve = findOperationServer(operation);
  if (!schema || !serve) {
    const message = `the local Connect does not serve \`${operation}\`${didYouMean(operation, implementedOperations())}`;
    report({ path, code: "unknownMember", message });
    return;
  }
  try {
    const input = withInstance(given, schema.input.getMemberSchemas(), instance);
    const decoded = decodeStructure(schema.input, input, "");
    checkValues(schema.input, decoded);
    // INVARIANT: rewriting identifiers keeps the shape that the decoder has checked.
    serve(references.resolveInput(operation, decoded, path) as typeof decoded, world);
  } catch (error) {
    const { path: member, message } = problemOf(error);
    const code = error instanceof ServiceFault ? "refused" : "wrongValue";
    report({ path: pathOfMember(path, member), code, message });
  }
}

function withInstance(given: unknown, members: object, { configured }: InstanceState): unknown {
  if (!isPlainObject(given) || !("InstanceId" in members)) return given ?? {};
  return { ...given, InstanceId: configured.id };
}
