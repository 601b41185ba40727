/**
 * Where resources of a type stand, as the patterns of a role's policy: those of an instance by the instance, whatever
 * their type.
 */
import { isOfInstance, makeArnOfAll } from "../../../shared/catalog/resource-arn.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { AskForm } from "../reach/operation-asks.ts";

/**
 * Gives the resource pattern for an action of another service that Connect uses on the caller's behalf: for IAM, the
 * service-linked roles of Connect; for any other, all resources of the service, since Connect's reference names none.
 */
export function placeElsewhere(action: string, { partition, accountId }: ConnectInstance): string {
  return action.startsWith("iam:")
    ? `arn:${partition}:iam::${accountId}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect*`
    : "*";
}

/**
 * Gives the resource patterns for a form of resource.
 *
 * An instance and its resources go together and the type does not narrow them: which of an instance's resources Connect
 * evaluates for an action is not documented for all, while it is sure that they are of that instance. What has no
 * instance (phone numbers, traffic distribution groups, AWS's own views, resources of other services) is bounded by
 * account and region.
 *
 * @param region of what the instance shares with a replica in another Region
 */
export function placesOf(
  { type, isNamed }: Pick<AskForm, "type" | "isNamed">,
  instance: ConnectInstance,
  region = instance.region,
): readonly string[] {
  if (type === "*") return ["*"];
  // Tags of an instance that is being created are asked on `instance/*`, literally: any other wildcard would be about
  // every instance there is.
  if (type === "instance" && !isNamed) return [makeArnOfAll(type, instance).replace(/\*$/, "$${*}")];
  if (type === "instance" || isOfInstance(type)) return [instance.arn, `${instance.arn}/*`];
  return [makeArnOfAll(type, { ...instance, region })];
}
