/** Every environment variable, for docs/configuration.md. A test compares it with the code and template.yaml. */

export interface EnvironmentVariable {
  readonly name: string;
  /** Who reads it. */
  readonly by: "functions" | "authorizer" | "proxy" | "tools";
  /** The parameter of template.yaml that sets it. */
  readonly parameter?: string;
  readonly byDefault: string;
  readonly text: string;
}

export const environmentVariables: readonly EnvironmentVariable[] = [
  {
    name: "AUTHORIZER_BUNDLE",
    by: "functions",
    parameter: "BundleLocation",
    byDefault: "`package:`",
    text: "where the policy bundle is ([bundles.md](bundles.md))",
  },
  {
    name: "AUTHORIZER_BUNDLE_PUBLIC_KEY",
    by: "functions",
    parameter: "BundlePublicKey",
    byDefault: "none",
    text: "keys of which one must have signed the bundle: base64 of the DER form, commas between",
  },
  {
    name: "AUTHORIZER_BUNDLE_AUDIENCE",
    by: "functions",
    parameter: "BundleAudience",
    byDefault: "`AUTHORIZER_BUNDLE`",
    text: "the audience that a signed bundle must have been signed for ([bundles.md](bundles.md#signatures)); without it, the packaged bundle's audience is not checked",
  },
  {
    name: "AUTHORIZER_BUNDLE_MIN_SEQUENCE",
    by: "functions",
    parameter: "BundleMinSequence",
    byDefault: "0",
    text: "a signed bundle with a smaller sequence is refused, also by new containers",
  },
  {
    name: "AUTHORIZER_REFRESH_SECONDS",
    by: "functions",
    parameter: "BundleRefreshSeconds",
    byDefault: "60",
    text: "time between checks for a newer bundle; 0 checks at every call, AppConfig takes 15 or more",
  },
  {
    name: "AUTHORIZER_MAX_STALE_SECONDS",
    by: "functions",
    parameter: "BundleMaxStaleSeconds",
    byDefault: "no limit",
    text: "without a successful check for longer, every call is denied; not less than the former",
  },
  {
    name: "AUTHORIZER_MIN_KEPT_PERCENT",
    by: "functions",
    parameter: "BundleMinKeptPercent",
    byDefault: "0",
    text: "a newer bundle with a smaller part of the policies or bindings in use is refused",
  },
  {
    name: "AUTHORIZER_PRINCIPALS_TABLE",
    by: "functions",
    parameter: "PrincipalsTableName",
    byDefault: "none",
    text: "a DynamoDB table that attaches policies to single principals ([principals.md](principals.md))",
  },
  {
    name: "API_BASE_PATH",
    by: "functions",
    parameter: "BasePath",
    byDefault: "none",
    text: "the path that a custom domain maps the API to, like `/connect`",
  },
  {
    name: "AUTHORIZER_SHADOW_BUNDLE",
    by: "functions",
    parameter: "ShadowBundleLocation",
    byDefault: "none",
    text: "where a candidate is, which decides beside and changes no answer ([shadow.md](shadow.md))",
  },
  {
    name: "AUTHORIZER_AUDIT_ALLOW_SAMPLE",
    by: "functions",
    parameter: "AuditAllowSample",
    byDefault: "100",
    text: "percentage of the records that are written of allowed calls that went well ([audit.md](audit.md#sampling)); what is no percentage leaves nothing out",
  },
  {
    name: "AUTHORIZER_AUDIT_REQUIRED",
    by: "functions",
    parameter: "AuditRequired",
    byDefault: "`false`",
    text: "`true` refuses a call that cannot be recorded ([audit.md](audit.md#no-record-no-call)); so does any other text",
  },
  {
    name: "POWERTOOLS_LOG_LEVEL",
    by: "functions",
    parameter: "LogLevel",
    byDefault: "INFO",
    text: "which lines besides the records of decisions are written ([observability.md](observability.md))",
  },
  {
    name: "POWERTOOLS_METRICS_NAMESPACE",
    by: "functions",
    byDefault: "no metrics",
    text: "namespace of the metrics; the template's `Metrics` sets it",
  },
  {
    name: "POWERTOOLS_METRICS_DISABLED",
    by: "functions",
    byDefault: "not set",
    text: "no metrics, whatever the namespace",
  },
  {
    name: "POWERTOOLS_TRACE_ENABLED",
    by: "functions",
    byDefault: "no traces",
    text: "traces for X-Ray; the template's `Tracing` sets it",
  },
  {
    name: "POWERTOOLS_SERVICE_NAME",
    by: "functions",
    byDefault: "`connect-authorizer`",
    text: "the `service` in log lines and metrics; the template gives each function its own",
  },
  {
    name: "AUTHORIZER_CACHE_SECONDS",
    by: "authorizer",
    parameter: "ReauthorizeEvery",
    byDefault: "answers are kept",
    text: "how long API Gateway keeps an answer; 0 says that it keeps none",
  },
  {
    name: "AUTHORIZER_TOKEN_HEADER",
    by: "authorizer",
    parameter: "TokenHeader",
    byDefault: "`Authorization` while answers are kept",
    text: "the header of the API's identity source; every call is denied when `tokenHeader` names another",
  },
  {
    name: "AUTHORIZER_SIMPLE_RESPONSES",
    by: "authorizer",
    byDefault: "`false`",
    text: "`true` where an HTTP API is set to simple responses ([gateways.md](gateways.md))",
  },
  {
    name: "AUTHORIZER_LEAVES_DENIALS",
    by: "authorizer",
    byDefault: "`false`",
    text: "`true` if the HTTP API's function is this project's proxy: the proxy answers calls that the authorizer would deny, since the API has one answer for all denials ([gateways.md](gateways.md))",
  },
  {
    name: "CONNECT_ENDPOINT",
    by: "proxy",
    parameter: "ConnectEndpoint",
    byDefault: "Amazon Connect's own",
    text: "URL that allowed calls are sent to; `aws` is Amazon Connect's own. Also the default of `npm start -- --connect`",
  },
  {
    name: "AWS_SAM_LOCAL",
    by: "proxy",
    byDefault: "set by `sam local`",
    text: "`true` counts `host.docker.internal` as this machine: plain http to any other host is refused, since credentials are sent",
  },
  {
    name: "AWS_ENDPOINT_URL_STS",
    by: "proxy",
    byDefault: "STS's own",
    text: "URL of the STS that assumes the instances' roles",
  },
  {
    name: "AWS_ENDPOINT_URL",
    by: "functions",
    byDefault: "each service's own",
    text: "URL of the stores of bundles; `AWS_ENDPOINT_URL_S3`, `_SSM` and `_APPCONFIGDATA` for one of them",
  },
  {
    name: "AWS_REGION",
    by: "functions",
    byDefault: "set by Lambda",
    text: "region of the stores of bundles",
  },
  {
    name: "AWS_DEFAULT_REGION",
    by: "functions",
    byDefault: "none",
    text: "the same, where `AWS_REGION` is not set",
  },
  {
    name: "AWS_ACCESS_KEY_ID",
    by: "functions",
    byDefault: "set by Lambda",
    text: "credentials of the stores of bundles and of Amazon Connect",
  },
  { name: "AWS_SECRET_ACCESS_KEY", by: "functions", byDefault: "set by Lambda", text: "the same" },
  { name: "AWS_SESSION_TOKEN", by: "functions", byDefault: "set by Lambda", text: "the same" },
  {
    name: "AWS_LAMBDA_FUNCTION_NAME",
    by: "proxy",
    byDefault: "set by Lambda",
    text: "while it is set, credentials come from the environment and from nowhere else",
  },
  {
    name: "AWS_XRAY_DAEMON_ADDRESS",
    by: "functions",
    byDefault: "set by Lambda",
    text: "where traces are sent",
  },
  { name: "_X_AMZN_TRACE_ID", by: "functions", byDefault: "set by Lambda", text: "the trace of a call" },
  {
    name: "AUTHORIZER_CONFIG",
    by: "tools",
    byDefault: "`config`",
    text: "folder that the build puts into the package, and that `npm start` serves",
  },
  {
    name: "AUTHORIZER_SIGN",
    by: "tools",
    byDefault: "none",
    text: "file of the private key that the build signs the packaged bundle with",
  },
  {
    name: "AUTHORIZER_ROLE_POLICY",
    by: "tools",
    byDefault: "none",
    text: "`unchecked`: the build does not ask that the proxy's role in `template.yaml` be what the configuration needs; for builds that are not deployed by it",
  },
  {
    name: "AUTHORIZER_SHADOW_CONFIG",
    by: "tools",
    byDefault: "none",
    text: "the default of `npm start -- --shadow-config`",
  },
  { name: "PORT", by: "tools", byDefault: "3000", text: "port of `npm start`" },
  { name: "SAM", by: "tools", byDefault: "`sam`", text: "the SAM CLI that `npm run events` calls" },
];
