/** Files: announced, then complete. Nothing is uploaded or downloaded here; the addresses lead nowhere. */

import { findOperationSchema } from "../../../../../shared/request/decode/schemas.ts";
import { create } from "../../engine/change.ts";
import { missing } from "../../engine/locate.ts";
import { describe } from "../../engine/read.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { OutputOf } from "../../operation-types.ts";
import { fillElement, listMember } from "../../records/project.ts";
import type { World } from "../../world.ts";

const defaultExpirySeconds = 300;

export const fileHandlers = {
  StartAttachedFileUpload(input, world) {
    const operation = "StartAttachedFileUpload";
    const family = familyNamed("AttachedFile");
    const table = world.instance(input.InstanceId).table(family.name);
    // The rule fills the output by the operation's own schema.
    const output = create({ operation, family, input, world }) as OutputOf<typeof operation>;
    const row = table.find(output.FileId ?? "", [input.AssociatedResourceArn]);
    if (row) table.revise(row, { shape: { ...row.shape, FileStatus: "PROCESSING" } });
    const UploadUrlMetadata = {
      ...addressOf(world, output.FileId, input.UrlExpiryInSeconds),
      HeadersToInclude: {},
    };
    return { ...output, FileStatus: "PROCESSING", UploadUrlMetadata };
  },
  CompleteAttachedFileUpload(input, world) {
    const table = world.instance(input.InstanceId).table("AttachedFile");
    const row = table.find(input.FileId, [input.AssociatedResourceArn]);
    if (!row) throw missing("CompleteAttachedFileUpload", familyNamed("AttachedFile"), input.FileId);
    table.revise(row, { shape: { ...row.shape, FileStatus: "APPROVED" } });
    return {};
  },
  GetAttachedFile(input, world) {
    const operation = "GetAttachedFile";
    // The rule fills the output by the operation's own schema.
    const output = describe({ operation, family: familyNamed("AttachedFile"), input, world }) as OutputOf<
      typeof operation
    >;
    return { ...output, DownloadUrlMetadata: addressOf(world, output.FileId, input.UrlExpiryInSeconds) };
  },
  BatchGetAttachedFileMetadata(input, world) {
    const instance = world.instance(input.InstanceId);
    const family = familyNamed("AttachedFile");
    const [, element] = listMember(findOperationSchema("BatchGetAttachedFileMetadata")?.output);
    const rows = input.FileIds.map((FileId) => ({
      FileId,
      row: instance.table(family.name).find(FileId, [input.AssociatedResourceArn]),
    }));
    const found = rows.flatMap(({ row }) => (row ? [fillElement(element, { family, row, instance })] : []));
    const errors = rows.filter(({ row }) => !row);
    return {
      // Filled by the operation's own schema.
      Files: found as NonNullable<OutputOf<"BatchGetAttachedFileMetadata">["Files"]>,
      Errors: errors.map(({ FileId }) => ({
        FileId,
        ErrorCode: "404",
        ErrorMessage: `attached file \`${FileId}\` does not exist`,
      })),
    };
  },
  GetPromptFile(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.table("Prompt").get(input.PromptId);
    return {
      PromptPresignedUrl: addressOf(world, row.id, undefined).Url,
      LastModifiedTime: row.modifiedAt,
      LastModifiedRegion: instance.configured.region,
    };
  },
} satisfies Handlers;

function addressOf(world: World, id: string | undefined, seconds = defaultExpirySeconds) {
  const expiry = new Date(world.now().getTime() + seconds * 1000).toISOString();
  return {
    Url: `https://local-connect.invalid/${id}?expires=${encodeURIComponent(expiry)}`,
    UrlExpiry: expiry,
  };
}
