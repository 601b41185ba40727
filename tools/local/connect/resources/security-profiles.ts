/** Security profiles: the permissions that a user has inside Connect. Here they are only names and lists. */
import { assertUnused, checkName } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import { lastModified, summarize } from "../instance-state.ts";
import { cutPage } from "../page.ts";
import { checkTags } from "./tags.ts";

export const securityProfileHandlers = {
  CreateSecurityProfile(store, input) {
    const instance = store.instance(input.InstanceId);
    const { InstanceId, SecurityProfileName, Tags, ...shape } = input;
    checkName(SecurityProfileName, "SecurityProfileName");
    const tags = checkTags(Tags, "Tags");
    const row = instance.securityProfiles.add({ name: SecurityProfileName, tags, shape });
    return { SecurityProfileId: row.id, SecurityProfileArn: row.arn };
  },
  DescribeSecurityProfile(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = instance.securityProfiles.get(input.SecurityProfileId);
    const { Permissions, Applications, AllowedFlowModules, AllowedAIAgents, ...described } = row.shape;
    return {
      SecurityProfile: {
        Id: row.id,
        Arn: row.arn,
        OrganizationResourceId: input.InstanceId,
        SecurityProfileName: row.name,
        ...described,
        Tags: { ...row.tags },
        ...lastModified(instance, row),
      },
    };
  },
  ListSecurityProfiles(store, input) {
    const instance = store.instance(input.InstanceId);
    const page = cutPage(instance.securityProfiles.all(), input, {
      scope: `ListSecurityProfiles:${input.InstanceId}`,
    });
    return {
      SecurityProfileSummaryList: page.items.map((row) => summarize(instance, row)),
      NextToken: page.next,
    };
  },
  ListSecurityProfilePermissions(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = instance.securityProfiles.get(input.SecurityProfileId);
    const permissions = (row.shape.Permissions ?? []).map((name, index) => ({ name, sequence: index + 1 }));
    const page = cutPage(permissions, input, { scope: `ListSecurityProfilePermissions:${row.arn}` });
    return {
      Permissions: page.items.map((item) => item.name),
      NextToken: page.next,
      ...lastModified(instance, row),
    };
  },
  UpdateSecurityProfile(store, input) {
    const { InstanceId, SecurityProfileId, ...change } = input;
    const profiles = store.instance(InstanceId).securityProfiles;
    profiles.revise(SecurityProfileId, { shape: { ...profiles.get(SecurityProfileId).shape, ...change } });
    return {};
  },
  DeleteSecurityProfile(store, input) {
    const instance = store.instance(input.InstanceId);
    instance.securityProfiles.get(input.SecurityProfileId);
    const holders = instance.users
      .all()
      .filter((user) => user.shape.SecurityProfileIds.includes(input.SecurityProfileId));
    assertUnused(input.SecurityProfileId, "SECURITY_PROFILE", {
      label: "user",
      ids: holders.map((row) => row.id),
    });
    instance.securityProfiles.remove(input.SecurityProfileId);
    return {};
  },
} satisfies Handlers;
