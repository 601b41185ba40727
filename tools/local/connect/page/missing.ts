/** Why the local Connect does not serve an operation. A test holds that each missing one has a reason. */

const reasons: Readonly<Record<string, readonly string[]>> = {
  "nobody has a browser with a session here": ["SendOutboundWebNotification"],
  "no recording is analysed": ["StartContactConversationalAnalyticsJob"],
  "a model of AWS's validates forms, and its findings and versions are not documented": [
    "GetEvaluationFormValidation",
    "ListEvaluationFormAIVersions",
    "StartEvaluationFormValidation",
  ],
  "test cases are not run, and so have no records": ["ListTestCaseExecutionRecords"],
  "instances are those of the configuration": ["CreateInstance", "DeleteInstance", "ReplicateInstance"],
  "there is no data lake, and the identifiers of its data sets are AWS's": ["ListAnalyticsDataLakeDataSets"],
  "nobody signs in, so there is no session to make or end": [
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
