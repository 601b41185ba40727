/**
 * DynamoDB, as far as a table of principals needs it: one operation at a time, in AWS JSON 1.0.
 */
import { parseJsonBytes } from "../../json-members.ts";
import { isPlainObject } from "../canonical-json.ts";
import { type AwsAccess, dnsSuffixOf } from "./aws-access.ts";
import { type AwsTarget, sendAwsRequest } from "./aws-request.ts";

/** Where DynamoDB is. */
export function dynamoTarget(access: AwsAccess): AwsTarget {
  const { region } = access;
  const endpoint =
    access.endpointOf("dynamodb") ?? new URL(`https://dynamodb.${region}.${dnsSuffixOf(region)}`);
  return { endpoint, signingName: "dynamodb", access };
}

/**
 * Calls one operation.
 *
 * @throws AwsFailure for an error of the service's; TypeError for an answer that is no object
 */
export async function callDynamo(
  target: AwsTarget,
  call: { readonly operation: string; readonly input: object },
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `DynamoDB_20120810.${call.operation}`,
  };
  const body = JSON.stringify(call.input);
  const answer = await sendAwsRequest(target, { method: "POST", headers, body }, signal);
  const json = parseJsonBytes(answer.body);
  // An answer that is not understood must not pass for one without an item.
  if (!isPlainObject(json)) throw new TypeError("the service answered without an object");
  return json;
}
