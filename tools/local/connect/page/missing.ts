/** Why the local Connect does not serve an operation. A test holds that each missing one has a reason. */

const reasons: Readonly<Record<string, readonly string[]>> = {
  "nobody has a browser with a session here": ["SendOutboundWebNotification"],
  "no recording is analysed": ["StartContactConversationalAnalyticsJob"],
  "a model of AWS validates forms and answers them": [
    "GetEvaluationFormValidation",
    "ListEvaluationFormAIVersions",
    "StartEvaluationFormValidation",
  ],
  "test cases are not run": ["ListTestCaseExecutionRecords"],
  "instances are those of the configuration, in one Region each": [
    "CreateInstance",
    "DeleteInstance",
    "GetCrossRegionRouting",
    "ReplicateInstance",
    "UpdateCrossRegionRouting",
  ],
  "there is no data lake": ["ListAnalyticsDataLakeDataSets"],
  "nobody signs in": [
    "CreateAuthCode",
    "DeleteSession",
    "GetFederationToken",
    "UpdateParticipantAuthentication",
  ],
};

const byOperation = new Map<string, string>(
  Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

/** The reason; `undefined` for an operation that the table does not have. */
export function reasonOf(operation: string): string | undefined {
  return byOperation.get(operation);
}

/** Operations that the table gives a reason for. */
export function operationsWithReason(): readonly string[] {
  return [...byOperation.keys()];
}
