/** How far a proposal goes beyond the resources of the calls; each step includes the one before. */
import { makeArnOfAll, parseConnectArn } from "../../../shared/catalog/resource-arn.ts";

/** `ids`: every resource of the type in the instance; `types`: the instance and all in it; `instances`: every instance. */
export const generalizations = ["ids", "types", "instances"] as const;

export type Generalization = (typeof generalizations)[number];

/** Widens a resource: an ARN, `<type>/*` or `*`. */
export function generalize(resource: string, how: Generalization): string {
  if (resource === "*") return "*";
  const arn = parseConnectArn(resource.endsWith("/*") ? `${resource.slice(0, -1)}x` : resource);
  // INVARIANT: only what this reads is recorded as a call.
  if (!arn) throw new TypeError(`not a resource: \`${resource}\``);
  const { partition, region, accountId, type, instanceId } = arn;
  const place = { partition, region, accountId, id: instanceId ?? "" };
  if (instanceId === undefined) return makeArnOfAll(type, place);
  const instances = `arn:${partition}:connect:${region}:${accountId}:instance/`;
  if (how === "instances") return `${instances}*`;
  // An instance that is being created: `instance/*`, literally.
  if (type === "instance") return resource.endsWith("/*") ? `${instances}$\{*}` : `${instances}${instanceId}`;
  return how === "types" ? `${instances}${instanceId}/*` : makeArnOfAll(type, place);
}
