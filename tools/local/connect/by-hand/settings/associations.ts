/** Associations that are made or read many at once, and the default vocabulary of each language. */
import { create, remove } from "../../engine/change.ts";
import { cutPage, cutSorted } from "../../engine/paging.ts";
import { faultOf } from "../../families/facts.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import { lastModified } from "../../instance-state.ts";
import type { OutputOf } from "../../operation-types.ts";
import { checkReferences } from "../../records/checks.ts";
import { isMembers } from "../../records/record.ts";
import { ServiceFault } from "../../service-fault.ts";

type BatchMade = NonNullable<OutputOf<"BatchAssociateAnalyticsDataSet">["Created"]>;

export const associationHandlers = {
  BatchAssociateAnalyticsDataSet(input, world) {
    const operation = "AssociateAnalyticsDataSet";
    const family = familyNamed("AnalyticsDataSet");
    const { done, errors } = eachOf(input, (each) => create({ operation, family, input: each, world }));
    // The rule fills what the operation for one answers; the batch adds the status of the share.
    return {
      Created: done.map((made) => ({ ...made, ResourceShareStatus: "ACTIVE" })) as BatchMade,
      Errors: errors,
    };
  },
  BatchDisassociateAnalyticsDataSet(input, world) {
    const operation = "DisassociateAnalyticsDataSet";
    const family = familyNamed("AnalyticsDataSet");
    const { done, errors } = eachOf(input, (each) => {
      remove({ operation, family, input: each, world });
      return each.DataSetId;
    });
    return { Deleted: done, Errors: errors };
  },
  BatchGetFlowAssociation(input, world) {
    const rows = world.instance(input.InstanceId).table("Flow").all();
    const wanted = rows.filter(
      ({ id, parents: [type] }) =>
        input.ResourceIds.includes(id) && (input.ResourceType === undefined || input.ResourceType === type),
    );
    const summaries = wanted.map(({ id, parents: [type], shape }) => ({
      ResourceId: id,
      FlowId: String(shape["FlowId"]),
      ResourceType: type,
    }));
    return { FlowAssociationSummaryList: summaries as Flows };
  },
  /** Without a vocabulary, the language has no default any more. */
  AssociateDefaultVocabulary(input, world) {
    const instance = world.instance(input.InstanceId);
    checkReferences("AssociateDefaultVocabulary", input, instance);
    const defaults = {
      ...instance.settings.get("DefaultVocabularies"),
      [input.LanguageCode]: input.VocabularyId,
    };
    instance.settings.set("DefaultVocabularies", defaults);
    return {};
  },
  DeleteVocabulary(input, world) {
    const operation = "DeleteVocabulary";
    const defaults = world.instance(input.InstanceId).settings.get("DefaultVocabularies") ?? {};
    const language = Object.keys(defaults).find((each) => defaults[each] === input.VocabularyId);
    if (language !== undefined) {
      const message = `\`${input.VocabularyId}\` is the default vocabulary of ${language}`;
      throw faultOf(operation, ["ResourceInUseException"], { message });
    }
    // The rule fills the output by the operation's own schema.
    return remove({ operation, family: familyNamed("Vocabulary"), input, world }) as OutputOf<
      typeof operation
    >;
  },
  ListDefaultVocabularies(input, world) {
    const instance = world.instance(input.InstanceId);
    const all = Object.entries(instance.settings.get("DefaultVocabularies") ?? {}).flatMap(
      ([LanguageCode, id]) => {
        const row = instance.table("Vocabulary").find(String(id));
        const isWanted = input.LanguageCode === undefined || input.LanguageCode === LanguageCode;
        const VocabularyName = String(row?.shape["Name"]);
        return row && isWanted ? [{ LanguageCode, VocabularyId: row.id, VocabularyName }] : [];
      },
    );
    const page = cutSorted(all, input, {
      scope: `ListDefaultVocabularies:${input.InstanceId}`,
      keyOf: ({ LanguageCode }) => LanguageCode,
    });
    const { id: InstanceId } = instance.configured;
    const found = page.items.map((each) => ({ InstanceId, ...each }));
    return { DefaultVocabularyList: found as Vocabularies, NextToken: page.next };
  },
  /** Hours that take days from these. */
  ListChildHoursOfOperations(input, world) {
    const instance = world.instance(input.InstanceId);
    const table = instance.table("HoursOfOperation");
    const parent = table.get(input.HoursOfOperationId);
    const children = table.all().filter(({ shape }) => {
      const configs: unknown = shape["ParentHoursOfOperationConfigs"];
      return (
        Array.isArray(configs) &&
        configs.filter(isMembers).some((each) => each["HoursOfOperationId"] === parent.id)
      );
    });
    const page = cutPage(children, input, { scope: `ListChildHoursOfOperations:${parent.arn}` });
    const summaries = page.items.map(({ id, arn, shape }) => ({
      Id: id,
      Arn: arn,
      Name: String(shape["Name"]),
    }));
    return {
      ChildHoursOfOperationsSummaryList: summaries,
      NextToken: page.next,
      ...lastModified(instance, parent),
    };
  },
} satisfies Handlers;

type Flows = NonNullable<OutputOf<"BatchGetFlowAssociation">["FlowAssociationSummaryList"]>;
type Vocabularies = NonNullable<OutputOf<"ListDefaultVocabularies">["DefaultVocabularyList"]>;

interface Batch {
  readonly InstanceId: string;
  readonly DataSetIds: readonly string[];
  readonly TargetAccountId?: string | undefined;
}

/** Does one after the other; what the service refuses is an error of the batch, not of the call. */
function eachOf<Done>(
  { DataSetIds, ...shared }: Batch,
  act: (each: Omit<Batch, "DataSetIds"> & { readonly DataSetId: string }) => Done,
): { done: Done[]; errors: { ErrorCode: string; ErrorMessage: string }[] } {
  const done: Done[] = [];
  const errors: { ErrorCode: string; ErrorMessage: string }[] = [];
  for (const DataSetId of DataSetIds) {
    try {
      done.push(act({ ...shared, DataSetId }));
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      errors.push({ ErrorCode: error.fault, ErrorMessage: error.message });
    }
  }
  return { done, errors };
}
