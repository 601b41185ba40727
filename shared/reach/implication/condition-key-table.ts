/**
 * All condition keys: their types, and whether a decision of this product ever has them.
 *
 * Sources: `shared/request/keys/global-keys.ts` for the global ones; Service Authorization Reference, "Condition keys for
 * Amazon Connect", and the administrator guide. Tests hold both lists against the reference's data.
 */
import { lowerAscii } from "../../ascii.ts";
import { hierarchyLevelOf } from "../../request/keys/condition-keys.ts";
import {
  absentKeys,
  constantKeys,
  endpointKeys,
  type GlobalKeys,
  type GlobalKeyType,
  ownKeys,
  serviceKeys,
  unknownKeys,
  valueKeys,
} from "../../request/keys/global-keys.ts";

/** Type of a key's values; `text` has no promised form (a tag, a claim): every operator may be right. */
export type KeyType = Exclude<GlobalKeyType, "strings">;

interface ConditionKey {
  /** In the reference's spelling; what comes after `/` is open when it ends in `/`: `aws:RequestTag/`. */
  readonly name: string;
  readonly type: KeyType;
  readonly isMultivalued: boolean;
  /**
   * `always`: a property of the caller or of the call; `byAction`: the catalogue says which actions carry it; `absent`:
   * missing from every call, as at AWS; `unknown`: not known for any call.
   */
  readonly presence: "always" | "byAction" | "absent" | "unknown";
}

/** Global keys that only some actions have: those whose resource or request holds tags. */
const tagKeys: ReadonlySet<string> = new Set(["aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys"]);

/** The levels of a user's hierarchy ("Apply hierarchy-based access control" of the administrator guide). */
const hierarchyKeys = {
  string: [1, 2, 3, 4, 5].map((level) => `connect:HierarchyGroupL${level}Id`),
} satisfies GlobalKeys;

const byAction = {
  string: [
    "connect:AssignmentType",
    "connect:AttributeType",
    "connect:Channel",
    "connect:ContactAssociationId",
    "connect:ContactInitiationMethod",
    "connect:InstanceId",
    "connect:ListRealtimeContactAnalysisSegmentsByOutputType",
    "connect:StorageResourceType",
    "connect:Subtype",
  ],
  text: ["connect:ExpressionValue", "connect:PrimaryAttribute/", "connect:SearchTag/"],
  arn: ["connect:PreferredUserArn", "connect:UserArn"],
  strings: [
    "connect:FlowType",
    "connect:ListRealtimeContactAnalysisSegmentsBySegmentType",
    "connect:MonitorCapabilities",
    "connect:SearchContactsByContactAnalysis",
  ],
} satisfies GlobalKeys;

export const conditionKeys: readonly ConditionKey[] = [
  ...list({ bool: Object.keys(constantKeys) }, "always"),
  ...list(ownKeys, "always"),
  ...list(valueKeys, "always"),
  ...list(byAction, "byAction"),
  ...list(hierarchyKeys, "byAction"),
  ...list(absentKeys, "absent"),
  ...list(serviceKeys, "absent"),
  ...list(endpointKeys, "unknown"),
  ...list(unknownKeys, "unknown"),
];

const byName = new Map(conditionKeys.map((key) => [lowerAscii(key.name), key]));

/** Finds a key as a policy writes it, without case; `aws:RequestTag/` needs something behind it. */
export function findConditionKey(key: string): ConditionKey | undefined {
  const spelled = lowerAscii(key);
  const lower = hierarchyLevelOf(spelled) ?? spelled;
  const slash = lower.indexOf("/");
  if (slash < 0) return byName.get(lower);
  return slash + 1 < lower.length ? byName.get(lower.slice(0, slash + 1)) : undefined;
}

function list(keys: GlobalKeys, presence: ConditionKey["presence"]): readonly ConditionKey[] {
  return Object.entries(keys).flatMap(([type, names]) =>
    names.map((name) => ({
      name,
      // `as`: the entries of a record whose keys are closed.
      type: type === "strings" ? "string" : (type as KeyType),
      isMultivalued: type === "strings",
      presence: tagKeys.has(name) ? ("byAction" as const) : presence,
    })),
  );
}
