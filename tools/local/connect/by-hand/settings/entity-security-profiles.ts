/** Security profiles of entities that an ARN names: users, and AI agents of another service. */
import { cutSorted } from "../../engine/paging.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import { checkReferences } from "../../records/checks.ts";

interface Named {
  readonly EntityType: string;
  readonly EntityArn: string;
  readonly SecurityProfiles: readonly { readonly Id?: string | undefined }[];
}

export const entitySecurityProfileHandlers = {
  AssociateSecurityProfiles(input, world) {
    const instance = world.instance(input.InstanceId);
    checkReferences("AssociateSecurityProfiles", input, instance);
    return write(instance, input, [...new Set([...idsOf(instance, input), ...namedIn(input)])]);
  },
  DisassociateSecurityProfiles(input, world) {
    const instance = world.instance(input.InstanceId);
    const removed = namedIn(input);
    return write(
      instance,
      input,
      idsOf(instance, input).filter((id) => !removed.includes(id)),
    );
  },
  ListEntitySecurityProfiles(input, world) {
    const instance = world.instance(input.InstanceId);
    const page = cutSorted(idsOf(instance, input), input, {
      scope: `ListEntitySecurityProfiles:${keyOf(input)}`,
      keyOf: (id) => id,
    });
    return { SecurityProfiles: page.items.map((Id) => ({ Id })), NextToken: page.next };
  },
} satisfies Handlers;

type Entity = Pick<Named, "EntityType" | "EntityArn">;

function namedIn({ SecurityProfiles }: Named): readonly string[] {
  return SecurityProfiles.flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
}

/** A user's own security profiles are its record's. */
function idsOf(instance: InstanceState, entity: Entity): readonly string[] {
  const user = userOf(instance, entity);
  const held: unknown = user
    ? user.shape["SecurityProfileIds"]
    : instance.settings.get(keyOf(entity))?.["Ids"];
  return Array.isArray(held) ? held.filter((id) => typeof id === "string") : [];
}

function write(instance: InstanceState, entity: Entity, ids: readonly string[]): Record<never, never> {
  const user = userOf(instance, entity);
  if (user) instance.table("User").revise(user, { shape: { ...user.shape, SecurityProfileIds: ids } });
  else instance.settings.set(keyOf(entity), { Ids: ids });
  return {};
}

function userOf(instance: InstanceState, { EntityArn }: Entity) {
  return instance
    .table("User")
    .all()
    .find(({ arn }) => arn === EntityArn);
}

function keyOf({ EntityType, EntityArn }: Entity): string {
  return JSON.stringify([EntityType, EntityArn]);
}
