/** What a workspace is given to, and its pictures. Both are parts of its record that its description does not show. */
import { parseConnectArn } from "../../../../../shared/catalog/resource-arn.ts";
import { cutPage, searchSizes } from "../../engine/paging.ts";
import { compileSearch } from "../../engine/search.ts";
import { familyNamed, familyOfType } from "../../families/families.ts";
import { upperSnake } from "../../families/words.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import { checkReferences } from "../../records/checks.ts";
import { nameOf } from "../../records/record.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import type { World } from "../../world.ts";

export const workspaceHandlers = {
  AssociateWorkspace(input, world) {
    checkReferences("AssociateWorkspace", input, world.instance(input.InstanceId));
    const arns = [...new Set([...textsOf(find(world, input), "ResourceArns"), ...input.ResourceArns])];
    write(world, input, { ResourceArns: arns });
    return answerAll(input.ResourceArns);
  },
  DisassociateWorkspace(input, world) {
    const arns = textsOf(find(world, input), "ResourceArns").filter(
      (arn) => !input.ResourceArns.includes(arn),
    );
    write(world, input, { ResourceArns: arns });
    return answerAll(input.ResourceArns);
  },
  SearchWorkspaceAssociations(input, world) {
    const instance = world.instance(input.InstanceId);
    const matches = compileSearch({ operation: "SearchWorkspaceAssociations", input });
    const family = familyNamed("Workspace");
    const found = associationsOf(instance).filter((row) => matches({ family, row, instance }));
    const page = cutPage(found, input, {
      scope: `SearchWorkspaceAssociations:${input.InstanceId}`,
      sizes: searchSizes,
    });
    return {
      WorkspaceAssociations: page.items.map(({ shape }) => shape),
      NextToken: page.next,
      ApproximateTotalCount: found.length,
    };
  },
  ImportWorkspaceMedia(input, world) {
    const others = mediaOf(find(world, input)).filter(({ Type }) => Type !== input.MediaType);
    write(world, input, { Media: [...others, { Type: input.MediaType, Source: input.MediaSource }] });
    return {};
  },
  ListWorkspaceMedia: (input, world) => ({ Media: [...mediaOf(find(world, input))] }),
  DeleteWorkspaceMedia(input, world) {
    const others = mediaOf(find(world, input)).filter(({ Type }) => Type !== input.MediaType);
    write(world, input, { Media: others });
    return {};
  },
} satisfies Handlers;

interface Target {
  readonly InstanceId: string;
  readonly WorkspaceId: string;
}

function find(world: World, { InstanceId, WorkspaceId }: Target): Row<Members> {
  return world.instance(InstanceId).table("Workspace").get(WorkspaceId);
}

function write(world: World, target: Target, change: Members): void {
  const row = find(world, target);
  world
    .instance(target.InstanceId)
    .table("Workspace")
    .revise(row, { shape: { ...row.shape, ...change } });
}

function textsOf({ shape }: Row<Members>, member: string): readonly string[] {
  const value = shape[member];
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

interface Picture {
  readonly Type: "IMAGE_LOGO_DARK_FAVICON";
  readonly Source: string;
}

function mediaOf({ shape }: Row<Members>): readonly Picture[] {
  // Only ImportWorkspaceMedia writes it.
  return Array.isArray(shape["Media"]) ? (shape["Media"] as Picture[]) : [];
}

function answerAll(arns: readonly string[]) {
  return { SuccessfulList: arns.map((ResourceArn) => ({ ResourceArn })), FailedList: [] };
}

/** A row for each resource of each workspace, so that searches read them like other rows. */
function associationsOf(instance: InstanceState): readonly Row<Members>[] {
  let sequence = 0;
  const workspaces = instance.table("Workspace").all();
  return workspaces.flatMap((row) =>
    textsOf(row, "ResourceArns").map((arn) => {
      const { id: ResourceId, type = "" } = parseConnectArn(arn) ?? {};
      const family = familyOfType(type);
      const resource = family && instance.table(family.name).find(ResourceId ?? "");
      const shape = {
        WorkspaceId: row.id,
        WorkspaceArn: row.arn,
        ResourceId,
        ResourceArn: arn,
        ResourceType: family && upperSnake(family.name),
        ResourceName: family && resource && nameOf({ family, row: resource, instance }),
      };
      return { ...row, sequence: ++sequence, shape };
    }),
  );
}
