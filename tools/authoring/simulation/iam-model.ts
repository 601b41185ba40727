/**
 * The requests of IAM's policy simulator as data: members, types and limits of IAM's own API model (version 2010-05-08,
 * as the AWS CLI 1.46 has it).
 */

export type Shape = TextShape | IntegerShape | ListShape | StructureShape;

export interface TextShape {
  readonly kind: "text";
  readonly min?: number;
  readonly max?: number;
  /** Of the whole text, as IAM writes it. */
  readonly pattern?: string;
  readonly values?: readonly string[];
  /** What the text holds, if that is not plain. */
  readonly holds?: string;
}

export interface IntegerShape {
  readonly kind: "integer";
  readonly min: number;
  readonly max: number;
}

export interface ListShape {
  readonly kind: "list";
  readonly member: Shape;
  readonly max?: number;
}

export interface StructureShape {
  readonly kind: "structure";
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

const document: Shape = {
  kind: "text",
  holds: "a policy as JSON text",
  min: 1,
  max: 131_072,
  pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
};
const documents: Shape = { kind: "list", member: document };
const resource: Shape = { kind: "text", min: 1, max: 2048 };
const arn: Shape = { kind: "text", min: 20, max: 2048 };
const attachedName: Shape = { kind: "text", min: 1, max: 128, pattern: "[\\w+=,.@-]+" };

/** The types of a context key's values; with `List` there may be several. */
const types = ["string", "numeric", "boolean", "ip", "binary", "date"];

const contextEntry: Shape = {
  kind: "structure",
  members: {
    ContextKeyName: { kind: "text", min: 5, max: 256 },
    ContextKeyValues: { kind: "list", member: { kind: "text" } },
    ContextKeyType: { kind: "text", values: types.flatMap((type) => [type, `${type}List`]) },
  },
  required: [],
};

const exclusion: Shape = {
  kind: "structure",
  members: {
    PolicyType: {
      kind: "text",
      values: ["inline", "aws-managed", "user-managed", "permission-boundary", "scp", "rcp"],
    },
    PolicyArn: arn,
    InlinePolicyIdentifier: {
      kind: "structure",
      members: {
        PolicyName: attachedName,
        AttachmentType: { kind: "text", values: ["user", "group", "role"] },
        AttachmentName: attachedName,
      },
      required: ["PolicyName", "AttachmentType", "AttachmentName"],
    },
  },
  required: [],
};

const common: StructureShape["members"] = {
  PolicyInputList: documents,
  PermissionsBoundaryPolicyInputList: documents,
  ActionNames: { kind: "list", member: { kind: "text", min: 3, max: 128 } },
  ResourceArns: { kind: "list", member: resource },
  ResourcePolicy: document,
  ResourceOwner: resource,
  CallerArn: resource,
  ContextEntries: { kind: "list", member: contextEntry },
  ResourceHandlingOption: { kind: "text", min: 1, max: 64 },
  MaxItems: { kind: "integer", min: 1, max: 1000 },
  Marker: { kind: "text", min: 1, max: 320, pattern: "[\\u0020-\\u00FF]+" },
};

const level: Shape = {
  kind: "structure",
  members: { ServiceControlPolicyInputList: documents },
  required: [],
};

export type IamOperation =
  | "SimulateCustomPolicy"
  | "SimulatePrincipalPolicy"
  | "GetContextKeysForCustomPolicy"
  | "GetContextKeysForPrincipalPolicy";

export const requestShapes: Readonly<Record<IamOperation, StructureShape>> = {
  SimulateCustomPolicy: {
    kind: "structure",
    members: { ...common, OrderedOrganizationPolicyInputList: { kind: "list", member: level, max: 7 } },
    required: ["PolicyInputList", "ActionNames"],
  },
  SimulatePrincipalPolicy: {
    kind: "structure",
    members: {
      PolicySourceArn: arn,
      ...common,
      PolicyExclusionList: { kind: "list", member: exclusion, max: 256 },
    },
    required: ["PolicySourceArn", "ActionNames"],
  },
  GetContextKeysForCustomPolicy: {
    kind: "structure",
    members: { PolicyInputList: documents },
    required: ["PolicyInputList"],
  },
  GetContextKeysForPrincipalPolicy: {
    kind: "structure",
    members: { PolicySourceArn: arn, PolicyInputList: documents },
    required: ["PolicySourceArn"],
  },
};

export function isIamOperation(name: string): name is IamOperation {
  return Object.hasOwn(requestShapes, name);
}

export interface ContextEntry {
  readonly ContextKeyName?: string;
  readonly ContextKeyValues?: readonly string[];
  readonly ContextKeyType?: string;
}

export interface PolicyExclusion {
  readonly PolicyType?: string;
  readonly PolicyArn?: string;
  readonly InlinePolicyIdentifier?: unknown;
}

/** A request of any of the operations, checked against its shape. */
export interface IamRequest {
  readonly PolicySourceArn?: string;
  readonly PolicyInputList?: readonly string[];
  readonly PermissionsBoundaryPolicyInputList?: readonly string[];
  readonly OrderedOrganizationPolicyInputList?: readonly {
    readonly ServiceControlPolicyInputList?: readonly string[];
  }[];
  readonly PolicyExclusionList?: readonly PolicyExclusion[];
  readonly ActionNames?: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ResourcePolicy?: string;
  readonly ResourceOwner?: string;
  readonly CallerArn?: string;
  readonly ContextEntries?: readonly ContextEntry[];
  readonly ResourceHandlingOption?: string;
  readonly MaxItems?: number;
  readonly Marker?: string;
}
