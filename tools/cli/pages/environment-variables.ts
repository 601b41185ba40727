/**
 * The words for people about each environment variable, for docs/reference/configuration.md. `shared/settings.ts` has the variables of the
 * functions; their words stay out of what is deployed.
 */
import { rows, type SettingName } from "../../../shared/settings.ts";

export interface EnvironmentVariable {
  readonly name: string;
  /** What reads it. */
  readonly by: "functions" | "authorizer" | "proxy" | "tools";
  /** The parameter of template.yaml that sets it. */
  readonly parameter?: string;
  readonly byDefault: string;
  readonly text: string;
}

interface Words extends Pick<EnvironmentVariable, "by" | "parameter" | "text"> {
  /** What holds while it is not set, if the row has no default that says so. */
  readonly unset?: string;
}

const words: Readonly<Record<SettingName, Words>> = {
  AUTHORIZER_BUNDLE: {
    by: "functions",
    parameter: "BundleLocation",
    text: "where the policy bundle is ([bundles.md](../how-to/bundles.md))",
  },
  AUTHORIZER_BUNDLE_PUBLIC_KEY: {
    by: "functions",
    parameter: "BundlePublicKey",
    unset: "none",
    text: "keys of which one must have signed the bundle: base64 of the DER form, commas between",
  },
  AUTHORIZER_BUNDLE_AUDIENCE: {
    by: "functions",
    parameter: "BundleAudience",
    unset: "`AUTHORIZER_BUNDLE`",
    text: "the audience that a signed bundle must have been signed for ([bundles.md](../how-to/bundles.md#signatures)); without it, the packaged bundle's audience is not checked",
  },
  AUTHORIZER_BUNDLE_MIN_SEQUENCE: {
    by: "functions",
    parameter: "BundleMinSequence",
    text: "a signed bundle with a smaller sequence is refused, also by new containers",
  },
  AUTHORIZER_REFRESH_SECONDS: {
    by: "functions",
    parameter: "BundleRefreshSeconds",
    text: "time between checks for a newer bundle; 0 checks at every call, AppConfig takes 15 or more",
  },
  AUTHORIZER_MAX_STALE_SECONDS: {
    by: "functions",
    parameter: "BundleMaxStaleSeconds",
    unset: "no limit",
    text: "without a successful check for longer, every call is denied; not less than `AUTHORIZER_REFRESH_SECONDS`",
  },
  AUTHORIZER_MIN_KEPT_PERCENT: {
    by: "functions",
    parameter: "BundleMinKeptPercent",
    text: "a newer bundle with a smaller part of the policies or bindings in use is refused",
  },
  AUTHORIZER_PRINCIPALS_TABLE: {
    by: "functions",
    parameter: "PrincipalsTableName",
    unset: "none",
    text: "a DynamoDB table that attaches policies to single principals ([principals.md](../how-to/principals.md))",
  },
  API_BASE_PATH: {
    by: "functions",
    parameter: "BasePath",
    unset: "none",
    text: "the path that a custom domain maps the API to, like `/connect`",
  },
  AUTHORIZER_SHADOW_BUNDLE: {
    by: "functions",
    parameter: "ShadowBundleLocation",
    unset: "none",
    text: "where a candidate is, which decides beside and changes no answer ([shadow.md](../how-to/shadow.md))",
  },
  AUTHORIZER_AUDIT_ALLOW_SAMPLE: {
    by: "functions",
    parameter: "AuditAllowSample",
    text: "percentage of the records that are written of allowed calls that went well ([audit.md](../how-to/audit.md#sampling)); with a text that is no percentage, every record is written",
  },
  AUTHORIZER_AUDIT_REQUIRED: {
    by: "functions",
    parameter: "AuditRequired",
    text: "`true` refuses a call that cannot be recorded ([audit.md](../how-to/audit.md#no-record-no-call)); so does any text but `false`",
  },
  POWERTOOLS_LOG_LEVEL: {
    by: "functions",
    parameter: "LogLevel",
    text: "which lines besides the records of decisions are written ([observability.md](../how-to/observability.md))",
  },
  POWERTOOLS_METRICS_NAMESPACE: {
    by: "functions",
    unset: "no metrics",
    text: "namespace of the metrics; the template's `Metrics` sets it",
  },
  POWERTOOLS_METRICS_DISABLED: { by: "functions", text: "no metrics, whatever the namespace" },
  POWERTOOLS_TRACE_ENABLED: { by: "functions", text: "traces for X-Ray; the template's `Tracing` sets it" },
  POWERTOOLS_SERVICE_NAME: {
    by: "functions",
    text: "the `service` in log lines and metrics; the template gives each function its own",
  },
  AUTHORIZER_CACHE_SECONDS: {
    by: "authorizer",
    parameter: "ReauthorizeEvery",
    unset: "answers are kept",
    text: "how long API Gateway keeps an answer; 0: it keeps none",
  },
  AUTHORIZER_TOKEN_HEADER: {
    by: "authorizer",
    parameter: "TokenHeader",
    unset: "`Authorization` while answers are kept",
    text: "the header of the API's identity source; every call is denied when `tokenHeader` names another",
  },
  AUTHORIZER_SIMPLE_RESPONSES: {
    by: "authorizer",
    text: "`true` where an HTTP API is set to simple responses ([gateways.md](gateways.md))",
  },
  AUTHORIZER_LEAVES_DENIALS: {
    by: "authorizer",
    text: "`true` if the HTTP API's function is this project's proxy: the proxy answers calls that the authorizer would deny, since the API has one answer for all denials ([gateways.md](gateways.md))",
  },
  CONNECT_ENDPOINT: {
    by: "proxy",
    parameter: "ConnectEndpoint",
    text: "URL that allowed calls are sent to; `aws` is Amazon Connect's own. Also the default of `npm start -- --connect`",
  },
  AWS_SAM_LOCAL: {
    by: "proxy",
    text: "set by `sam local`. `true` counts `host.docker.internal` as this machine: plain http to any other host is refused, since credentials are sent",
  },
  AWS_ENDPOINT_URL_STS: {
    by: "proxy",
    unset: "STS's own",
    text: "URL of the STS that assumes the instances' roles",
  },
  AWS_ENDPOINT_URL: {
    by: "functions",
    unset: "each service's own",
    text: "URL of the stores of bundles and of the table of principals",
  },
  AWS_ENDPOINT_URL_S3: {
    by: "functions",
    unset: "`AWS_ENDPOINT_URL`",
    text: "the same for bundles in S3 alone",
  },
  AWS_ENDPOINT_URL_SSM: {
    by: "functions",
    unset: "`AWS_ENDPOINT_URL`",
    text: "the same for bundles in Parameter Store alone",
  },
  AWS_ENDPOINT_URL_APPCONFIGDATA: {
    by: "functions",
    unset: "`AWS_ENDPOINT_URL`",
    text: "the same for bundles in AppConfig alone",
  },
  AWS_ENDPOINT_URL_DYNAMODB: {
    by: "functions",
    unset: "`AWS_ENDPOINT_URL`",
    text: "the same for the table of principals alone",
  },
  AWS_REGION: {
    by: "functions",
    unset: "set by Lambda",
    text: "region of the stores of bundles and of the table of principals",
  },
  AWS_DEFAULT_REGION: { by: "functions", unset: "none", text: "the same, where `AWS_REGION` is not set" },
  AWS_ACCESS_KEY_ID: {
    by: "functions",
    unset: "set by Lambda",
    text: "credentials for the stores of bundles, the table of principals and Amazon Connect",
  },
  AWS_SECRET_ACCESS_KEY: { by: "functions", unset: "set by Lambda", text: "the same" },
  AWS_SESSION_TOKEN: { by: "functions", unset: "set by Lambda", text: "the same" },
  AWS_LAMBDA_FUNCTION_NAME: {
    by: "proxy",
    unset: "set by Lambda",
    text: "while it is set, credentials come from the environment and from nowhere else",
  },
  AWS_XRAY_DAEMON_ADDRESS: { by: "functions", unset: "set by Lambda", text: "where traces are sent" },
  _X_AMZN_TRACE_ID: { by: "functions", unset: "set by Lambda", text: "the trace of a call" },
};

/** Of the build, and of what runs on a developer's machine. */
const toolVariables: readonly Omit<EnvironmentVariable, "by">[] = [
  {
    name: "AUTHORIZER_CONFIG",
    byDefault: "`config`",
    text: "folder that the build puts into the package, that `npm start` serves, and that every command reads",
  },
  {
    name: "AUTHORIZER_ENV",
    byDefault: "none",
    text: "environment of that folder that the build puts into the package ([environments.md](../how-to/environments.md)); commands take `--env` instead",
  },
  {
    name: "NO_COLOR",
    byDefault: "none",
    text: "if it is set, commands print no colour on a terminal either",
  },
  {
    name: "FORCE_COLOR",
    byDefault: "none",
    text: "if it is set, commands print colour where no terminal is, too; not with `NO_COLOR`",
  },
  {
    name: "TERM",
    byDefault: "none",
    text: "`dumb`: a terminal without colour and without lines that say how far the work is",
  },
  {
    name: "DEBUG",
    byDefault: "none",
    text: "if it is set, an unexpected error is printed with the place where it happened",
  },
  {
    name: "GITHUB_WORKSPACE",
    byDefault: "the current folder",
    text: "folder of the checkout in GitHub Actions, which sets it: `--format github` and `sarif` name files relative to it",
  },
  {
    name: "AUTHORIZER_SIGN",
    byDefault: "none",
    text: "file of the private key that the build signs the packaged bundle with",
  },
  {
    name: "AUTHORIZER_ROLE_POLICY",
    byDefault: "none",
    text: "`unchecked`: the build does not ask that the proxy's role in `template.yaml` be what the configuration needs; for builds that are not deployed by it",
  },
  {
    name: "AUTHORIZER_SHADOW_CONFIG",
    byDefault: "none",
    text: "the default of `npm start -- --shadow-config`",
  },
  { name: "PORT", byDefault: "3000", text: "port of `npm start`" },
  { name: "SAM", byDefault: "`sam`", text: "the SAM CLI that `npm run events` calls" },
];

const names = Object.keys(words).filter((name): name is SettingName => name in words);

export const environmentVariables: readonly EnvironmentVariable[] = [
  ...names.map((name) => ({ name, ...words[name], byDefault: defaultOf(name) })),
  ...toolVariables.map((variable) => ({ ...variable, by: "tools" as const })),
];

/** @throws TypeError when both the row and the words have a default, or neither */
function defaultOf(name: SettingName): string {
  const { byDefault } = rows[name];
  const { unset } = words[name];
  const isSaid = byDefault !== undefined && byDefault !== "" && byDefault !== Number.POSITIVE_INFINITY;
  if (isSaid === (unset !== undefined)) throw new TypeError(`the default of \`${name}\` must be given once`);
  return unset ?? (typeof byDefault === "number" ? String(byDefault) : `\`${byDefault}\``);
}
