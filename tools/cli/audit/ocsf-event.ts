/** A record as an event of OCSF's class API Activity, with the profile Security Control, for security lakes and SIEMs. */
import type { DecisionRecord, UpstreamRecord } from "../../../shared/audit/record.ts";
import { callMapping } from "./ocsf-mapping.ts";

/** The first version whose profile Security Control is for every class, API Activity among them. */
const ocsfVersion = "1.4.0";

const classUid = 6003;

const statuses = ["Unknown", "Success", "Failure"] as const;
const actions = ["Unknown", "Allowed", "Denied"] as const;
const dispositions = ["Unknown", "Allowed", "Blocked"] as const;
const severities = ["Unknown", "Informational", "Low", "Medium"] as const;

/** Returns the event. Members without a place in OCSF, also those of later versions, are unchanged in `unmapped`. */
export function ocsfEventOf(record: DecisionRecord | UpstreamRecord): object {
  const { operation = "Unknown", requestId, message, policyVersion } = record;
  const activity = record.operation === undefined ? "Unknown" : (findActivity(operation) ?? "Other");
  return {
    class_uid: classUid,
    class_name: "API Activity",
    category_uid: 6,
    category_name: "Application Activity",
    activity_id: activities[activity],
    activity_name: activity === "Other" ? operation : activity,
    type_uid: classUid * 100 + activities[activity],
    time: Date.parse(record.time),
    ...(message === undefined ? {} : { message, status_detail: message }),
    ...judged(record),
    metadata: metadataOf(record),
    actor: actorOf(record),
    api: {
      operation,
      service: { name: "connect.amazonaws.com" },
      request: { uid: requestId },
      ...responseOf(record),
    },
    src_endpoint: sourceOf(record),
    ...(policyVersion === undefined ? {} : { policy: { name: "policy bundle", version: policyVersion } }),
    ...(record.type === "decision" ? { ...resourcesOf(record), ...authorizationsOf(record) } : {}),
    ...unmappedOf(record),
  };
}

function metadataOf({ type, schemaVersion, time, stage, requestId }: DecisionRecord | UpstreamRecord) {
  const name = "connect-authorizer";
  return {
    version: ocsfVersion,
    profiles: ["security_control"],
    product: { name, vendor_name: name, feature: { name: stage } },
    event_code: type,
    log_name: name,
    log_version: String(schemaVersion),
    original_time: time,
    correlation_uid: requestId,
  };
}

function judged(record: DecisionRecord | UpstreamRecord) {
  const outcome = record.type === "decision" ? record.outcome : "allow";
  const action = outcome === "allow" ? 1 : outcome === "notYetKnown" ? 0 : 2;
  const status = statusIdOf(record);
  const severity = outcome === "error" || (record.status ?? 0) >= 500 ? 3 : status === 2 ? 2 : 1;
  return {
    status_id: status,
    status: statuses[status],
    status_code: outcome,
    action_id: action,
    action: actions[action],
    disposition_id: action,
    disposition: dispositions[action],
    severity_id: severity,
    severity: severities[severity],
  };
}

/** Not known yet if a call was recorded before it was sent, or is decided later. */
function statusIdOf(record: DecisionRecord | UpstreamRecord): 0 | 1 | 2 {
  if (record.type === "decision" && record.outcome === "notYetKnown") return 0;
  if (record.type === "decision" && record.outcome !== "allow") return 2;
  if (record.status === undefined) return record.stage === "authorizer" ? 1 : 0;
  return record.status < 400 ? 1 : 2;
}

function actorOf(record: DecisionRecord | UpstreamRecord): object {
  // The decision's event has the same correlation id, and names the caller.
  if (record.type === "upstream") return { app_name: "connect-authorizer" };
  if (!record.principal) return { user: { name: "unknown", type_id: 0, type: "Unknown" } };
  const { id, name, issuer, groups } = record.principal;
  return {
    user: {
      uid: id,
      name,
      type_id: 99,
      type: "token subject",
      ...(groups ? { groups: groups.map((group) => ({ name: group })) } : {}),
    },
    idp: { uid: issuer },
    session: { issuer },
  };
}

function responseOf({ status, reason }: DecisionRecord | UpstreamRecord): object {
  if (status === undefined && reason === undefined) return {};
  return {
    response: {
      ...(status === undefined ? {} : { code: status }),
      ...(reason === undefined ? {} : { error: reason }),
    },
  };
}

function sourceOf(record: DecisionRecord | UpstreamRecord): object {
  if (record.type === "upstream") return { svc_name: "connect-authorizer" };
  return record.sourceIp === undefined ? { svc_name: "Amazon API Gateway" } : { ip: record.sourceIp };
}

/** The deciding resource first. What a call creates has no ARN yet: it is `…/agent/*`, as in IAM. */
function resourcesOf({ resource, asks = [] }: DecisionRecord): object {
  const uids = new Set([resource, ...asks.map((ask) => ask.resource)]);
  uids.delete(undefined);
  return uids.size === 0 ? {} : { resources: [...uids].map((uid) => ({ uid })) };
}

function authorizationsOf({ decision, statements = [], policyVersion }: DecisionRecord): object {
  if (decision === undefined) return {};
  const version = policyVersion === undefined ? {} : { version: policyVersion };
  const each = statements.map(({ policy, sid, index }) => ({
    decision,
    policy: { name: policy, uid: `${policy}#${sid ?? index}`, ...version },
  }));
  return { authorizations: each.length > 0 ? each : [{ decision }] };
}

function unmappedOf(record: DecisionRecord | UpstreamRecord): object {
  const rest = Object.entries(record).filter(([name]) => {
    const mapping = Object.hasOwn(callMapping, name) ? callMapping[name] : undefined;
    return !mapping || ("to" in mapping && mapping.to.some((place) => place.startsWith("unmapped.")));
  });
  return rest.length === 0 ? {} : { unmapped: Object.fromEntries(rest) };
}

/** Values of `activity_id` (OCSF, class `api_activity`; 0 and 99 are of all classes), by the operation's verb. */
const activities = { Unknown: 0, Create: 1, Read: 2, Update: 3, Delete: 4, Other: 99 } as const;

type ActivityName = keyof typeof activities;

const verbs: ReadonlyMap<string, ActivityName> = new Map(
  (
    [
      ["Create", "Create Claim Import Replicate"],
      ["Read", "Describe Evaluate Get List Search"],
      ["Update", "Activate Associate Complete Deactivate Put Submit Tag Update"],
      ["Delete", "Delete Disassociate Dismiss Release Untag"],
      // What is done with contacts, and no record of anything: Start, Stop, Transfer, Monitor, …
      ["Other", "Monitor Pause Resume Send Start Stop Suspend Transfer"],
    ] as const
  ).flatMap(([name, words]) => words.split(" ").map((word) => [word, name] as const)),
);

/** Finds the kind of an operation; `undefined` for a verb that is not in the table. */
export function findActivity(operation: string): ActivityName | undefined {
  const [, verb = ""] = /^(?:Batch)?([A-Z][a-z]+)/.exec(operation) ?? [];
  return verbs.get(verb);
}
