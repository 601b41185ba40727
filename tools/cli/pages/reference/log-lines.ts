/** What each line of the functions' logs says, what each reason in a record means, and what to do about it. */
import { CodedError, type ErrorCode } from "../../../../shared/errors.ts";
import { answerErrorOf } from "../../../../shared/request/answer/error-answer.ts";

interface Line {
  readonly level: string;
  readonly says: string;
  /** What to do. */
  readonly next: string;
}

const runbook = "../how-to/runbook.md";
const alarms = "../how-to/observability.md";
const notArriving = `[policies do not arrive](${runbook}#policies-do-not-arrive)`;
const issuerDown = `[an issuer is down](${runbook}#an-issuer-is-down)`;

/** By `type`. */
export const logLines: Readonly<Record<string, Line>> = {
  decision: { level: "", says: "the record of a call", next: "nothing; its `reason` is below" },
  evaluation: {
    level: "",
    says: "a question whether a call would be [allowed](../how-to/authzen.md); no call was made",
    next: "nothing",
  },
  upstream: {
    level: "",
    says: `the result of a call, where [records are required](../how-to/audit.md#no-record-no-call)`,
    next: "nothing",
  },
  shadow: {
    level: "",
    says: "a call that the [candidate](../how-to/shadow.md#the-records) would have decided differently",
    next: "decide whether you mean this difference",
  },
  call: { level: "DEBUG", says: "ids, `outcome`, `decisionMs` and `upstreamMs` of a call", next: "nothing" },
  bundleProblem: {
    level: "WARN",
    says: "why a newer bundle is not used: `location`, `kind` (the metric), `message`, and the version it `keeps`",
    next: notArriving,
  },
  principalsProblem: {
    level: "WARN",
    says: "why the [table of principals](../how-to/principals.md) could not be read: `location`, `message`",
    next: `[PrincipalsFailureAlarm](${alarms}#principalsfailurealarm)`,
  },
  shadowBundleProblem: {
    level: "WARN",
    says: "why the candidate is not compared: `location`, `message`, and the version it `keeps`",
    next: "publish the candidate again; callers do not notice",
  },
  keysProblem: {
    level: "WARN",
    says: "an issuer's keys could not be fetched: `uri`, `message`",
    next: issuerDown,
  },
  auditProblem: {
    level: "ERROR, WARN",
    says: "a record could not be written, or a setting of records cannot be read: `message`",
    next: "see `message`: records are lost, or calls denied where records are required. An unreadable setting counts as required, or as no sampling",
  },
  observeProblem: {
    level: "ERROR",
    says: "metrics or traces cannot be written; once per container",
    next: "see `message`; answers are right, numbers are missing",
  },
};

interface Reason {
  /** What the caller sees, if not only the status of the error's answer. */
  readonly sees?: string;
  readonly next: string;
}

const callers = "nothing: the caller must change the call";

/** Of this product's own errors. */
const codes: Readonly<Record<ErrorCode, Reason>> = {
  unauthorized: { next: "nothing: the caller needs another token. `message` says what is wrong with it" },
  jwksUnavailable: { sees: "500 from an authorizer, 503 from a function URL", next: issuerDown },
  invalidInput: { next: callers },
  unknownOperation: { next: callers },
  tooLarge: { next: callers },
  unknownInstance: {
    next: `[add the instance](${runbook}#add-or-remove-an-instance), or find out who tries`,
  },
  bundleUnavailable: { next: `there are no policies at all, see \`message\`: ${notArriving}` },
  bundleStale: { next: `\`BundleMaxStaleSeconds\` are over: ${notArriving}` },
  policiesOutdated: {
    next: "nothing, if it ends within seconds. If not, only one function was deployed, or the proxy cannot read the store",
  },
  invalidDocument: { next: "publish again: the bundle was made by an older or newer version" },
  auditUnavailable: { sees: "503; 403 from the authorizer", next: "see lines of type `auditProblem`" },
  upstreamUnavailable: {
    sees: "403; 502 if the decision did not depend on it",
    next: "a policy needs a property of a resource that could not be looked up. Check the rights of the proxy's role",
  },
  internal: {
    next: "`message` names an unusable variable. If it does not, report a bug, with the record",
  },
};

const failures = `[UpstreamFailuresAlarm](${alarms}#upstreamfailuresalarm)`;

/** Of calls that failed between the proxy and AWS, and of comparisons with a candidate. */
const others: Readonly<Record<string, Required<Reason>>> = {
  ThrottlingException: { sees: "429", next: `[find out which limit](${runbook}#find-out-who-throttles)` },
  ServiceUnavailableException: { sees: "502", next: failures },
  GatewayTimeoutException: { sees: "504", next: `${failures}; the call may have been carried out` },
  ClientClosedRequest: { sees: "nothing", next: "nothing: the client disconnected; local gateway only" },
  foreignSubject: {
    sees: "403",
    next: "nothing, or [trust the program](../how-to/authzen.md#ask-for-others) that asked about another caller",
  },
  claimsNotCarried: {
    sees: "nothing",
    next: "nothing: of `shadow` records only, see [what shadow mode cannot tell](../how-to/shadow.md#what-it-cannot-tell)",
  },
};

/** Each reason with the status that the caller sees, and what to do. */
export function reasonRows(): readonly (readonly [name: string, sees: string, next: string])[] {
  const own = Object.entries(codes).map(([name, { sees, next }]) => {
    const { status } = answerErrorOf(new CodedError(name as ErrorCode, ""));
    return [name, sees ?? String(status), next] as const;
  });
  return [...own, ...Object.entries(others).map(([name, { sees, next }]) => [name, sees, next] as const)];
}
