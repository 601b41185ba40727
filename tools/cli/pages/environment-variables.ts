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
    text: "location of the [policy bundle](../how-to/bundles.md)",
  },
  AUTHORIZER_BUNDLE_PUBLIC_KEY: {
    by: "functions",
    parameter: "BundlePublicKey",
    unset: "none",
    text: "public keys; one of them must have signed the bundle. Base64 of the DER form, separated by commas",
  },
  AUTHORIZER_BUNDLE_AUDIENCE: {
    by: "functions",
    parameter: "BundleAudience",
    unset: "`AUTHORIZER_BUNDLE`",
    text: "audience that a [signed bundle](../how-to/bundles.md#signatures) must have. If unset, the packaged bundle's audience is not checked",
  },
  AUTHORIZER_BUNDLE_MIN_SEQUENCE: {
    by: "functions",
    parameter: "BundleMinSequence",
    text: "smallest sequence of a signed bundle that is accepted",
  },
  AUTHORIZER_REFRESH_SECONDS: {
    by: "functions",
    parameter: "BundleRefreshSeconds",
    text: "seconds between checks for a newer bundle. 0 checks at every call; AppConfig needs 15 or more",
  },
  AUTHORIZER_MAX_STALE_SECONDS: {
    by: "functions",
    parameter: "BundleMaxStaleSeconds",
    unset: "no limit",
    text: "every call is denied if no check succeeded for this long. At least `AUTHORIZER_REFRESH_SECONDS`",
  },
  AUTHORIZER_MIN_KEPT_PERCENT: {
    by: "functions",
    parameter: "BundleMinKeptPercent",
    text: "percentage of the policies and bindings in use that a newer bundle must keep, or it is refused",
  },
  AUTHORIZER_PRINCIPALS_TABLE: {
    by: "functions",
    parameter: "PrincipalsTableName",
    unset: "none",
    text: "DynamoDB table that attaches [policies to single callers](../how-to/principals.md)",
  },
  API_BASE_PATH: {
    by: "functions",
    parameter: "BasePath",
    unset: "none",
    text: "path that a custom domain maps the API to, like `/connect`",
  },
  AUTHORIZER_SHADOW_BUNDLE: {
    by: "functions",
    parameter: "ShadowBundleLocation",
    unset: "none",
    text: "location of the candidate in [shadow mode](../how-to/shadow.md)",
  },
  AUTHORIZER_AUDIT_ALLOW_SAMPLE: {
    by: "functions",
    parameter: "AuditAllowSample",
    text: "percentage of successful calls that are [recorded](../how-to/audit.md#sampling). Any other text records all",
  },
  AUTHORIZER_AUDIT_REQUIRED: {
    by: "functions",
    parameter: "AuditRequired",
    text: "`true` denies a call that [cannot be recorded](../how-to/audit.md#no-record-no-call); so does any text except `false`",
  },
  POWERTOOLS_LOG_LEVEL: {
    by: "functions",
    parameter: "LogLevel",
    text: "level of the [log lines](../how-to/observability.md) that are not records",
  },
  POWERTOOLS_METRICS_NAMESPACE: {
    by: "functions",
    unset: "no metrics",
    text: "namespace of the metrics; the template's `Metrics` sets it",
  },
  POWERTOOLS_METRICS_DISABLED: { by: "functions", text: "`true` turns metrics off" },
  POWERTOOLS_TRACE_ENABLED: { by: "functions", text: "traces for X-Ray; the template's `Tracing` sets it" },
  POWERTOOLS_SERVICE_NAME: {
    by: "functions",
    text: "the `service` in log lines and metrics; the template gives each function its own",
  },
  AUTHORIZER_CACHE_SECONDS: {
    by: "authorizer",
    parameter: "ReauthorizeEvery",
    unset: "answers are kept",
    text: "how long API Gateway keeps an answer. 0 turns its cache off",
  },
  AUTHORIZER_TOKEN_HEADER: {
    by: "authorizer",
    parameter: "TokenHeader",
    unset: "`Authorization` while answers are kept",
    text: "header of the API's identity source. Every call is denied if `tokenHeader` names another one",
  },
  AUTHORIZER_SIMPLE_RESPONSES: {
    by: "authorizer",
    text: "`true` if an HTTP API [expects simple responses](gateways.md)",
  },
  AUTHORIZER_LEAVES_DENIALS: {
    by: "authorizer",
    text: "`true` if the HTTP API's function is this project's proxy. The proxy then [answers denied calls](gateways.md), because the API has only one answer for all denials",
  },
  AUTHORIZER_USAGE_KEYS: {
    by: "authorizer",
    parameter: "CallerKeys",
    text: "among how many API keys callers are spread, for [rates by caller](../how-to/rates.md). 0 without",
  },
  CONNECT_ENDPOINT: {
    by: "proxy",
    parameter: "ConnectEndpoint",
    text: "URL that gets allowed calls. `aws` is Amazon Connect's own. Also the default of `npm start -- --connect`",
  },
  AWS_SAM_LOCAL: {
    by: "proxy",
    text: "set by `sam local`. `true` allows plain http to `host.docker.internal`, as to this machine. Other hosts need https, because calls carry credentials",
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
  AWS_DEFAULT_REGION: { by: "functions", unset: "none", text: "the same, if `AWS_REGION` is not set" },
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
    text: "if it is set, credentials come only from the environment",
  },
  AWS_XRAY_DAEMON_ADDRESS: { by: "functions", unset: "set by Lambda", text: "where traces are sent" },
  _X_AMZN_TRACE_ID: { by: "functions", unset: "set by Lambda", text: "the trace of a call" },
};

/** Of the build, and of what runs on a developer's machine. */
const toolVariables: readonly Omit<EnvironmentVariable, "by">[] = [
  {
    name: "AUTHORIZER_CONFIG",
    byDefault: "`config`",
    text: "folder of the configuration, for the build, `npm start` and every command",
  },
  {
    name: "AUTHORIZER_ENV",
    byDefault: "none",
    text: "[environment](../how-to/environments.md) that the build packages. Commands use `--env` instead",
  },
  {
    name: "NO_COLOR",
    byDefault: "none",
    text: "if it is set, commands print no color",
  },
  {
    name: "FORCE_COLOR",
    byDefault: "none",
    text: "if it is set, commands print color without a terminal too. `NO_COLOR` wins",
  },
  {
    name: "TERM",
    byDefault: "none",
    text: "`dumb` is a terminal without color and progress lines",
  },
  {
    name: "DEBUG",
    byDefault: "none",
    text: "if it is set, unexpected errors have a stack trace",
  },
  {
    name: "GITHUB_WORKSPACE",
    byDefault: "the current folder",
    text: "folder of the checkout, set by GitHub Actions. `--format github` and `sarif` name files relative to it",
  },
  {
    name: "AUTHORIZER_SIGN",
    byDefault: "none",
    text: "file of the private key with which the build signs the packaged bundle",
  },
  {
    name: "AUTHORIZER_ROLE_POLICY",
    byDefault: "none",
    text: "`unchecked`: the build does not compare the proxy's role in `template.yaml` with the configuration. For builds that it does not deploy",
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
