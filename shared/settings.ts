/**
 * Every environment variable of the functions: its default, how its text is parsed, and the error for a malformed text.
 *
 * A function reads its environment once, at its start, with `readSettings`, and passes the settings on.
 * `tools/cli/pages/environment-variables.ts` has the texts for people, which are not deployed.
 */
import { lowerAscii } from "./ascii.ts";
import { CodedError, type ErrorCode } from "./errors.ts";

/** As `process.env`. An empty variable counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Row<Value> {
  readonly byDefault: Value;
  /** Returns `undefined` for a malformed text. */
  readonly parse: (given: string) => Value | undefined;
  /** For the message about a malformed text: what it must be. */
  readonly form?: string;
  /** Of the error for a malformed text. Default: `internal`. */
  readonly code?: ErrorCode;
}

const text = <Default>(byDefault: Default): Row<string | Default> => ({
  byDefault,
  parse: (given) => given,
});

const inForm = <Default, Value>(
  byDefault: Default,
  form: string,
  parse: (given: string) => Value | undefined,
): Row<Default | Value> => ({ byDefault, form, parse });

/** A malformed one leaves a function without policies. */
const ofBundle = <Value>(row: Row<Value>): Row<Value> => ({ ...row, code: "bundleUnavailable" });

const textIn = (pattern: RegExp) => (given: string) => (pattern.test(given) ? given : undefined);
const numberIn = (pattern: RegExp) => (given: string) => (pattern.test(given) ? Number(given) : undefined);

/** A malformed number is an error: a default would be a limit that no one chose. */
const wholeNumber = (byDefault: number, max: number, unit = ""): Row<number> =>
  ofBundle(
    inForm(byDefault, `a whole number${unit} up to ${max}`, (given) =>
      /^\d{1,11}$/.test(given) && Number(given) <= max ? Number(given) : undefined,
    ),
  );

const seconds = (byDefault: number) => wholeNumber(byDefault, 31_536_000, " of seconds");

const optional = text(undefined);
const flag = inForm(
  false,
  "`true` or `false`",
  (given) => given === "true" || (given === "false" ? false : undefined),
);
/** A flag of Powertools, for which any other text means "off". */
const powertoolsFlag: Row<boolean> = {
  byDefault: false,
  parse: (given) => /^(?:1|true|yes|on|y|t)$/.test(lowerAscii(given)),
};

export const rows = {
  AUTHORIZER_BUNDLE: text("package:"),
  AUTHORIZER_BUNDLE_PUBLIC_KEY: optional,
  AUTHORIZER_BUNDLE_AUDIENCE: optional,
  /** Seconds since the epoch, unless you chose other numbers. */
  AUTHORIZER_BUNDLE_MIN_SEQUENCE: wholeNumber(0, 99_999_999_999),
  AUTHORIZER_REFRESH_SECONDS: seconds(60),
  AUTHORIZER_MAX_STALE_SECONDS: seconds(Number.POSITIVE_INFINITY),
  AUTHORIZER_MIN_KEPT_PERCENT: wholeNumber(0, 100, " of percent"),
  AUTHORIZER_PRINCIPALS_TABLE: ofBundle(
    inForm(undefined, "the name of a DynamoDB table", textIn(/^[A-Za-z0-9_.-]{3,255}$/)),
  ),
  API_BASE_PATH: inForm("", "a path like `/connect`", textIn(/^(\/[A-Za-z0-9._~-]+)+$/)),
  AUTHORIZER_SHADOW_BUNDLE: optional,
  AUTHORIZER_AUDIT_ALLOW_SAMPLE: inForm(100, "a percentage", numberIn(/^(?:100|\d{1,2}(?:\.\d{1,3})?)$/)),
  AUTHORIZER_AUDIT_REQUIRED: flag,
  POWERTOOLS_LOG_LEVEL: text("INFO"),
  POWERTOOLS_METRICS_NAMESPACE: optional,
  POWERTOOLS_METRICS_DISABLED: powertoolsFlag,
  POWERTOOLS_TRACE_ENABLED: powertoolsFlag,
  POWERTOOLS_SERVICE_NAME: text("connect-authorizer"),
  AUTHORIZER_CACHE_SECONDS: inForm(undefined, "a number of seconds", numberIn(/^\d{1,4}$/)),
  AUTHORIZER_TOKEN_HEADER: optional,
  AUTHORIZER_SIMPLE_RESPONSES: flag,
  AUTHORIZER_LEAVES_DENIALS: flag,
  /** API Gateway's quota of API keys in an account and Region. */
  AUTHORIZER_USAGE_KEYS: wholeNumber(0, 10_000),
  /** A URL; `aws` is Amazon Connect's own endpoint. */
  CONNECT_ENDPOINT: text("aws"),
  /** INVARIANT: only `true` allows plain HTTP to the host of `sam local`. */
  AWS_SAM_LOCAL: { byDefault: false, parse: (given) => given === "true" },
  AWS_ENDPOINT_URL: optional,
  AWS_ENDPOINT_URL_STS: optional,
  AWS_ENDPOINT_URL_S3: optional,
  AWS_ENDPOINT_URL_SSM: optional,
  AWS_ENDPOINT_URL_APPCONFIGDATA: optional,
  AWS_ENDPOINT_URL_DYNAMODB: optional,
  AWS_REGION: optional,
  AWS_DEFAULT_REGION: optional,
  AWS_ACCESS_KEY_ID: optional,
  AWS_SECRET_ACCESS_KEY: optional,
  AWS_SESSION_TOKEN: optional,
  AWS_LAMBDA_FUNCTION_NAME: optional,
  AWS_XRAY_DAEMON_ADDRESS: optional,
  /** Lambda sets it again for each call. */
  _X_AMZN_TRACE_ID: optional,
} satisfies Record<string, Row<string | number | boolean | undefined>>;

export type SettingName = keyof typeof rows;

/** By the names of their variables. Reading one whose text is malformed throws a {@link CodedError} that names it. */
export type Settings = { readonly [Name in SettingName]: (typeof rows)[Name]["byDefault"] };

/**
 * Reads an environment. Never throws: a setting is parsed when it is used. Its text is read then too, because Lambda changes the
 * trace with each call.
 */
export function readSettings(environment: Environment): Settings {
  const settings = {};
  for (const [name, row] of Object.entries<Row<unknown>>(rows))
    Object.defineProperty(settings, name, { get: () => parseSetting(name, row, environment[name]) });
  return Object.freeze(settings) as Settings;
}

/** For code without settings: lines for operators. */
export function processSetting(name: "POWERTOOLS_LOG_LEVEL" | "POWERTOOLS_SERVICE_NAME"): string {
  return process.env[name] || rows[name].byDefault;
}

/** Returns the error of a malformed setting instead of throwing it. */
export function readOrError<Value>(read: () => Value): Value | CodedError {
  try {
    return read();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

function parseSetting(
  name: string,
  { byDefault, parse, form, code }: Row<unknown>,
  given: string | undefined,
) {
  if (!given) return byDefault;
  const value = parse(given);
  if (value !== undefined) return value;
  throw new CodedError(code ?? "internal", `\`${name}\` must be ${form}, not \`${given}\``);
}
