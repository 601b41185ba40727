/**
 * Reads the ARNs of the configuration: Amazon Connect instances and IAM roles. The author's side and the bundle share
 * these rules.
 *
 * Formats: Service Authorization Reference, "Resource types defined by Amazon Connect" and "… by AWS Identity and
 * Access Management".
 */
import type { ConnectInstance } from "../../request/types.ts";

const instanceForm =
  /^arn:(aws(?:-[a-z]+)*):connect:([a-z]{2,}(?:-[a-z0-9]+)+):(\d{12}):instance\/([a-z0-9-]{1,100})$/;
const roleForm = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/[\w+=,.@/-]{1,500}$/;

/** For a JSON Schema. */
export const instanceArnPattern = instanceForm.source;
export const roleArnPattern = roleForm.source;

/** For messages. */
export const instanceArnForm = "arn:PARTITION:connect:REGION:ACCOUNT:instance/ID";

export const roleArnForm = "arn:PARTITION:iam::ACCOUNT:role/NAME";

/** Returns the id in the canonical lower case; `undefined` if the text is not an instance's ARN. */
export function parseInstanceArn(arn: string): ConnectInstance | undefined {
  const [, partition, region, accountId, id] = instanceForm.exec(arn) ?? [];
  if (!partition || !region || !accountId || !id) return undefined;
  return { arn, partition, region, accountId, id };
}

/** Returns `undefined` if the text is not the ARN of an IAM role. */
export function parseRoleArn(
  arn: string,
): { readonly partition: string; readonly accountId: string } | undefined {
  const [, partition, accountId] = roleForm.exec(arn) ?? [];
  return partition && accountId ? { partition, accountId } : undefined;
}
