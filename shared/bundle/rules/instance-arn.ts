/**
 * Reads the ARNs that the configuration names: Amazon Connect instances and IAM roles.
 *
 * Formats: Service Authorization Reference, "Resource types defined by Amazon Connect" and "… by AWS Identity and
 * Access Management". The author's side and the bundle share it, so that both
 * apply the same rule.
 */
import type { ConnectInstance } from "../../request/types.ts";

const instanceForm =
  /^arn:(aws(?:-[a-z]+)*):connect:([a-z]{2,}(?:-[a-z0-9]+)+):(\d{12}):instance\/([a-z0-9-]{1,100})$/;
const roleForm = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/[\w+=,.@/-]{1,500}$/;

/** The forms as patterns of a JSON Schema. */
export const instanceArnPattern = instanceForm.source;
export const roleArnPattern = roleForm.source;

/** For messages. */
export const instanceArnForm = "arn:PARTITION:connect:REGION:ACCOUNT:instance/ID";

export const roleArnForm = "arn:PARTITION:iam::ACCOUNT:role/NAME";

/** Parses an instance's ARN, its id in the canonical lower case; `undefined` if it is anything else. */
export function parseInstanceArn(arn: string): ConnectInstance | undefined {
  const [, partition, region, accountId, id] = instanceForm.exec(arn) ?? [];
  if (!partition || !region || !accountId || !id) return undefined;
  return { arn, partition, region, accountId, id };
}

/** Gives the partition and account of an IAM role's ARN; `undefined` if it is anything else. */
export function parseRoleArn(
  arn: string,
): { readonly partition: string; readonly accountId: string } | undefined {
  const [, partition, accountId] = roleForm.exec(arn) ?? [];
  return partition && accountId ? { partition, accountId } : undefined;
}
