/** Where each member of a record is in an OCSF event, or why it is not. docs/reference/records.md shows it. */

/** Places in the event, `[]` for each of a list; or a reason. */
type MemberMapping = { readonly to: readonly string[] } | { readonly reason: string };

const to = (...places: string[]): MemberMapping => ({ to: places });
const whole = (name: string): MemberMapping => to(`unmapped.${name}`);

/** For records of decisions and of results. Inner members are named by their path. */
export const callMapping: Readonly<Record<string, MemberMapping>> = {
  type: to("metadata.event_code"),
  schemaVersion: to("metadata.log_version"),
  time: to("time", "metadata.original_time"),
  stage: to("metadata.product.feature.name"),
  requestId: to("api.request.uid", "metadata.correlation_uid"),
  extendedRequestId: whole("extendedRequestId"),
  awsRequestId: whole("awsRequestId"),
  traceId: whole("traceId"),
  sourceIp: to("src_endpoint.ip"),
  outcome: to("status_code", "status_id", "action_id", "disposition_id", "severity_id"),
  principal: { reason: "its members have places of their own" },
  "principal.id": to("actor.user.uid"),
  "principal.name": to("actor.user.name"),
  "principal.issuer": to("actor.idp.uid", "actor.session.issuer"),
  "principal.groups": to("actor.user.groups[].name"),
  operation: to("api.operation", "activity_id", "type_uid"),
  region: whole("region"),
  action: whole("action"),
  resource: to("resources[].uid"),
  decision: to("authorizations[].decision"),
  layer: whole("layer"),
  statements: whole("statements"),
  "statements[].policy": to("authorizations[].policy.name", "unmapped.statements[].policy"),
  "statements[].sid": whole("statements[].sid"),
  "statements[].index": whole("statements[].index"),
  "statements[].effect": whole("statements[].effect"),
  "statements[].file": whole("statements[].file"),
  "statements[].line": whole("statements[].line"),
  asks: whole("asks"),
  "asks[].action": whole("asks[].action"),
  "asks[].resource": to("resources[].uid", "unmapped.asks[].resource"),
  "asks[].sort": whole("asks[].sort"),
  "asks[].decision": whole("asks[].decision"),
  asksLeftOut: whole("asksLeftOut"),
  policyVersion: to("policy.version", "authorizations[].policy.version"),
  attachments: whole("attachments"),
  "attachments.kind": whole("attachments.kind"),
  "attachments.policies": whole("attachments.policies"),
  "attachments.boundaries": whole("attachments.boundaries"),
  "attachments.version": whole("attachments.version"),
  "attachments.reason": whole("attachments.reason"),
  reason: to("api.response.error"),
  message: to("message", "status_detail"),
  status: to("api.response.code", "status_id", "severity_id"),
  upstreamRequestId: whole("upstreamRequestId"),
  sessionName: whole("sessionName"),
  samplePercent: whole("samplePercent"),
  cut: whole("cut"),
};
