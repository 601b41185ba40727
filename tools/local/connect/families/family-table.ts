/**
 * What no rule decides about a family, each entry with its reason. Everything else is derived by `families.ts`.
 */
import { createHash } from "node:crypto";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import type { Members, Row, Tables } from "../records/resource-table.ts";
import { groupPath, hierarchyLevels, parentInPath } from "./hierarchy.ts";
import { placeOf } from "./phone-numbers.ts";

export type Verb = "create" | "describe" | "delete" | "list" | "search";

/** The operation that does each verb; absent when there is none. */
export type FamilyOperations = Readonly<Partial<Record<Verb, string>>>;

type Computed = (row: Row<Members>, instance: Tables) => unknown;

export interface FamilySpecial {
  readonly label?: string;
  readonly key?: string;
  readonly natural?: string;
  readonly parents?: readonly string[];
  readonly operations?: FamilyOperations;
  /** Other operations that list the family. */
  readonly lists?: readonly string[];
  /** How the identifier is made from the input of create or delete, when it is not one member. */
  readonly identify?: (input: Members) => string;
  /** Member whose value must be unique in the instance, or none. Without an entry it is the name, as a rule finds it. */
  readonly unique?: string | null;
  /** Characters of the name; 1 to 127 without an entry. */
  readonly nameLength?: readonly [from: number, to: number];
  /** Input member → member of the record, where the names do not tell. */
  readonly renames?: Readonly<Record<string, string>>;
  /** What create sets when the input has no such member. */
  readonly defaults?: Members;
  /** Members that follow from others at each answer. */
  readonly computed?: Readonly<Record<string, Computed>>;
  /** Members that delete answers in their own way. */
  readonly deleted?: Members;
  /** A version: a copy of its parent as it was. */
  readonly copiesParent?: true;
  /** Paths in other families' records that refer to a resource, in addition to those that the catalogue knows. */
  readonly referredBy?: readonly (readonly [family: string, paths: readonly string[]])[];
  /** A resource cannot be deleted as long as it has resources of this family. */
  readonly keptBy?: string;
  /** What a description says in another way than create does, for an entry of a seed that is one. */
  readonly asCreated?: (described: Members) => Members;
  /** What others refer to stays, although the operation's exceptions have none of their own for it. */
  readonly staysWhileUsed?: true;
  /** Default quota of an instance ("Amazon Connect service quotas", Administrator Guide). */
  readonly quota?: number;
}

/** Families that hand-written operations serve whole. */
export const handFamilies: ReadonlySet<string> = new Set([
  "Contact", // it starts in a dozen ways, and it has a life
  "Instance", // those of the configuration, no more and no fewer
  "PhoneNumberContactFlow", // a member of a phone number
  "SecurityProfiles", // of an entity of another service, by its ARN
]);

/** "The Amazon Resource Name (ARN) of the user who …": the local Connect does not know its callers. */
export function localUserArn({ partition, accountId }: ConnectInstance): string {
  return `arn:${partition}:iam::${accountId}:user/local`;
}

const localUser: Computed = (_row, { configured }) => localUserArn(configured);

const sha256 =
  (member: string): Computed =>
  ({ shape }) =>
    createHash("sha256")
      .update(typeof shape[member] === "string" ? shape[member] : JSON.stringify(shape[member]))
      .digest("hex");

/** Locks of data tables change whenever what they lock does. */
const lockVersion =
  (member: string): Computed =>
  ({ revision }) => ({ [member]: String(revision) });

/** It stays when the attribute gets another name. */
export function attributeIdOf({ sequence }: Pick<Row<Members>, "sequence">): string {
  return `attribute-${sequence}`;
}

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value : []);

const queueIds =
  (member: string): Computed =>
  ({ shape }) =>
    listOf(shape[member]).map((config) => (config["QueueReference"] as Members | undefined)?.["QueueId"]);

export const specials: ReadonlyMap<string, FamilySpecial> = new Map<string, FamilySpecial>(
  Object.entries({
    AgentStatus: { defaults: { Type: "CUSTOM" }, quota: 50 },
    AnalyticsDataSet: {
      // Its list has another name, and shares are not made here.
      operations: { list: "ListAnalyticsDataAssociations" },
      computed: {
        ResourceShareId: ({ id }) => id,
        ResourceShareArn: ({ id }, { configured: at }) =>
          `arn:${at.partition}:ram:${at.region}:${at.accountId}:resource-share/${id}`,
        TargetAccountId: ({ shape }, { configured }) => shape["TargetAccountId"] ?? configured.accountId,
      },
      defaults: { ResourceShareStatus: "ACTIVE" },
    },
    // Nothing creates these: an instance begins with one, or with one for each value of an enumeration.
    AttachedFilesConfiguration: {},
    AuthenticationProfile: {},
    InstanceAttribute: {},
    AttachedFile: {
      // A file of a URI is approved at once; its size is not known here.
      defaults: { FileStatus: "APPROVED", FileSizeInBytes: 0 },
      computed: {
        FileName: ({ shape }) =>
          shape["FileName"] ??
          String(shape["FileSourceUri"] ?? "")
            .split("/")
            .at(-1),
      },
    },
    Bot: {
      // A Lex bot has a name and a Region, a Lex V2 bot an ARN.
      identify: (input) => JSON.stringify(input["LexV2Bot"] ?? input["LexBot"] ?? null),
      computed: { LexVersion: ({ shape }) => (shape["LexV2Bot"] === undefined ? "V1" : "V2") },
      key: "LexBot",
      quota: 100,
    },
    ContactEvaluation: {
      // It is started, and its list is one contact's.
      operations: { create: "StartContactEvaluation" },
      // The form's own member has the same name and says something else.
      renames: { AutoEvaluationConfiguration: "AutoEvaluation" },
      unique: null,
    },
    ContactFlow: {
      defaults: { Status: "PUBLISHED", State: "ACTIVE" },
      computed: { FlowContentSha256: sha256("Content") },
      quota: 100,
    },
    ContactFlowModule: {
      defaults: { Status: "PUBLISHED", State: "ACTIVE" },
      computed: { FlowModuleContentSha256: sha256("Content") },
      quota: 200,
    },
    ContactFlowModuleVersion: { copiesParent: true, renames: { Description: "VersionDescription" } },
    ContactFlowVersion: { copiesParent: true, renames: { Description: "VersionDescription" } },
    DataTable: { computed: { LockVersion: lockVersion("DataTable") } },
    DataTableAttribute: {
      // The caller names an attribute, and the other operations call the name `AttributeName`.
      natural: "Name",
      computed: {
        LockVersion: lockVersion("Attribute"),
        AttributeId: attributeIdOf,
      },
    },
    DataTableRecord: {
      // Nothing creates one but a value of it.
      label: "record of a data table",
      key: "RecordId",
      parents: ["DataTableId"],
      unique: null,
    },
    EmailAddress: {
      unique: "EmailAddress",
      referredBy: [["EmailAddress", ["AliasConfigurations[].EmailAddressId"]]],
    },
    EvaluationForm: {
      unique: "Title",
      defaults: { EvaluationFormVersion: 1, LatestVersion: 1, Locked: false, Status: "DRAFT" },
      computed: { CreatedBy: localUser, LastModifiedBy: localUser },
    },
    ExtractionDefinition: { computed: { LastUpdatedBy: localUser } },
    Flow: {
      // `ResourceId` is any resource's, and the association is found by it alone.
      label: "flow association",
      key: "ResourceId",
      natural: "ResourceId",
      parents: ["ResourceType"],
      computed: { ResourceType: ({ parents: [type] }) => type },
      operations: { describe: "GetFlowAssociation", list: "ListFlowAssociations" },
    },
    HoursOfOperation: {
      computed: {
        ParentHoursOfOperations: ({ shape }, instance) => parentHours(shape, instance),
      },
      // "for example, DeleteHoursOfOperation …, remove its reference from related resources" (`ResourceInUseException`).
      staysWhileUsed: true,
      quota: 100,
    },
    // "You can't define an instance with multiple S3 buckets for storing chat transcripts" (API Reference).
    InstanceStorageConfig: { parents: [], unique: "ResourceType" },
    IntegrationAssociation: { unique: "IntegrationArn", keptBy: "UseCase" },
    LambdaFunction: { quota: 35 },
    LexBot: {
      identify: (input) =>
        JSON.stringify([bot(input, "Name", "BotName"), bot(input, "LexRegion", "LexRegion")]),
      key: "LexBot",
      quota: 70,
    },
    Metric: {
      // What a metric can be grouped and filtered by follows from its parts, which are not looked at.
      defaults: {
        Type: "CUSTOMER_MANAGED",
        Status: "SAVED",
        Category: "CUSTOM",
        Groupings: [],
        Filters: [],
        SupportsPreaggregateCalculation: false,
        SupportsCustomCalculation: false,
      },
    },
    PhoneNumber: {
      // It is claimed and released, and its newer list has a number in its name.
      operations: {
        create: "ClaimPhoneNumber",
        describe: "DescribePhoneNumber",
        delete: "ReleasePhoneNumber",
        list: "ListPhoneNumbers",
      },
      lists: ["ListPhoneNumbersV2"],
      unique: "PhoneNumber",
      defaults: { PhoneNumberStatus: { Status: "CLAIMED" } },
      computed: {
        PhoneNumberCountryCode: ({ shape }) => placeOf(String(shape["PhoneNumber"])).country,
        PhoneNumberType: ({ shape }) => placeOf(String(shape["PhoneNumber"])).type,
      },
    },
    PredefinedAttribute: { referredBy: [["User", ["UserProficiencies[].AttributeName"]]] },
    Prompt: { quota: 500 },
    Queue: { defaults: { Status: "ENABLED", QueueType: "STANDARD" }, quota: 50 },
    QuickConnect: { quota: 100 },
    RoutingProfile: {
      defaults: { IsDefault: false },
      computed: {
        NumberOfAssociatedQueues: ({ shape }) => listOf(shape["QueueConfigs"]).length,
        NumberOfAssociatedManualAssignmentQueues: ({ shape }) =>
          listOf(shape["ManualAssignmentQueueConfigs"]).length,
        NumberOfAssociatedUsers: ({ id }, instance) =>
          instance
            .table("User")
            .all()
            .filter((user) => user.shape["RoutingProfileId"] === id).length,
        AssociatedQueueIds: queueIds("QueueConfigs"),
        AssociatedManualAssignmentQueueIds: queueIds("ManualAssignmentQueueConfigs"),
      },
      quota: 100,
    },
    Rule: {
      computed: {
        LastUpdatedBy: localUser,
        ActionSummaries: ({ shape }) => listOf(shape["Actions"]).map(({ ActionType }) => ({ ActionType })),
      },
    },
    SecurityKey: { unique: "Key", quota: 2 },
    SecurityProfile: { quota: 100 },
    TaskTemplate: { defaults: { Status: "ACTIVE" }, quota: 50 },
    TestCase: { defaults: { Status: "PUBLISHED" }, computed: { TestCaseSha256: sha256("Content") } },
    TestCaseExecution: {
      // It is started, and nothing takes it away.
      operations: { create: "StartTestCaseExecution", list: "ListTestCaseExecutions" },
      key: "TestCaseExecutionId",
      parents: ["TestCaseId"],
      defaults: { Status: "IN_PROGRESS" },
      unique: null,
    },
    TrafficDistributionGroup: { defaults: { Status: "ACTIVE", IsDefault: false } },
    UseCase: { unique: "UseCaseType" },
    User: { nameLength: [1, 100], quota: 500 },
    UserHierarchyGroup: {
      asCreated: ({ HierarchyPath: path }) => parentInPath(path),
      computed: {
        LevelId: ({ id }, instance) => String(groupPath(id, instance).length),
        HierarchyPath: ({ id }, instance) =>
          Object.fromEntries(
            groupPath(id, instance).map((group, at) => [`Level${hierarchyLevels[at]}`, group]),
          ),
      },
      quota: 500,
    },
    View: {
      defaults: { Type: "CUSTOMER_MANAGED", Version: 1 },
      computed: { ViewContentSha256: sha256("Content") },
    },
    ViewVersion: { copiesParent: true },
    Vocabulary: { defaults: { State: "ACTIVE" }, deleted: { State: "DELETE_IN_PROGRESS" } },
    Workspace: { defaults: { Visibility: "NONE" } },
  } satisfies Record<string, FamilySpecial>),
);

function parentHours(
  { ParentHoursOfOperationConfigs: configs }: Members,
  instance: Tables,
): readonly Members[] {
  return listOf(configs).flatMap(({ HoursOfOperationId }) => {
    const row = instance.table("HoursOfOperation").find(String(HoursOfOperationId));
    return row ? [{ Id: row.id, Arn: row.arn, Name: row.shape["Name"] }] : [];
  });
}

function bot(input: Members, member: string, label: string): unknown {
  return input[label] ?? (input["LexBot"] as Members | undefined)?.[member];
}
