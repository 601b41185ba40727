/** The settings of the functions: read in one place, as the table says, and as template.yaml gives them. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { CodedError } from "../shared/errors.ts";
import { processSetting, readOrError, readSettings, rows, type SettingName } from "../shared/settings.ts";
import { environmentVariables } from "../tools/cli/pages/environment-variables.ts";
import { cloudFormationTags } from "./events/cloudformation-tags.ts";

const root = resolve(import.meta.dirname, "..");
const names = Object.keys(rows) as SettingName[];

function malformed(name: SettingName, text: string): unknown {
  const settings = readSettings({ [name]: text });
  return readOrError(() => settings[name]);
}

describe("settings", () => {
  it("of an environment without variables, or with empty ones, are the defaults", () => {
    const [none, empty] = [{}, Object.fromEntries(names.map((name) => [name, ""]))].map(readSettings);
    for (const name of names) {
      expect(none?.[name]).toBe(rows[name].byDefault);
      expect(empty?.[name]).toBe(rows[name].byDefault);
    }
  });

  it("are read one by one: a malformed one is an error where it is used, and only there", () => {
    const settings = readSettings({ AUTHORIZER_REFRESH_SECONDS: "1 minute", AUTHORIZER_BUNDLE: "file:/b" });
    expect(settings.AUTHORIZER_BUNDLE).toBe("file:/b");
    expect(() => settings.AUTHORIZER_REFRESH_SECONDS).toThrow(CodedError);
  });

  it.each<[SettingName, string, string, string]>([
    ["AUTHORIZER_REFRESH_SECONDS", "-1", "bundleUnavailable", "a whole number of seconds up to 31536000"],
    [
      "AUTHORIZER_MAX_STALE_SECONDS",
      "31536001",
      "bundleUnavailable",
      "a whole number of seconds up to 31536000",
    ],
    ["AUTHORIZER_MIN_KEPT_PERCENT", "101", "bundleUnavailable", "a whole number of percent up to 100"],
    ["AUTHORIZER_BUNDLE_MIN_SEQUENCE", "1e3", "bundleUnavailable", "a whole number up to 99999999999"],
    ["AUTHORIZER_USAGE_KEYS", "10001", "bundleUnavailable", "a whole number up to 10000"],
    ["AUTHORIZER_PRINCIPALS_TABLE", "a b", "bundleUnavailable", "the name of a DynamoDB table"],
    ["API_BASE_PATH", "connect", "internal", "a path like `/connect`"],
    ["AUTHORIZER_CACHE_SECONDS", "1.5", "internal", "a number of seconds"],
    ["AUTHORIZER_SIMPLE_RESPONSES", "yes", "internal", "`true` or `false`"],
    ["AUTHORIZER_LEAVES_DENIALS", "TRUE", "internal", "`true` or `false`"],
    ["AUTHORIZER_AUDIT_REQUIRED", "1", "internal", "`true` or `false`"],
    ["AUTHORIZER_AUDIT_ALLOW_SAMPLE", "101", "internal", "a percentage"],
  ])("refuse %s=%s", (name, text, code, form) => {
    expect(malformed(name, text)).toMatchObject({
      code,
      message: `\`${name}\` must be ${form}, not \`${text}\``,
    });
  });

  it.each<[SettingName, string, unknown]>([
    ["POWERTOOLS_METRICS_DISABLED", "Yes", true],
    ["POWERTOOLS_TRACE_ENABLED", "nonsense", false],
    ["AWS_SAM_LOCAL", "true", true],
    ["AWS_SAM_LOCAL", "1", false],
    ["AUTHORIZER_LEAVES_DENIALS", "false", false],
    ["AUTHORIZER_AUDIT_ALLOW_SAMPLE", "0.125", 0.125],
    ["AUTHORIZER_CACHE_SECONDS", "0", 0],
    ["AUTHORIZER_MAX_STALE_SECONDS", "300", 300],
  ])("read %s=%s as %j", (name, text, value) => {
    expect(readSettings({ [name]: text })[name]).toBe(value);
  });

  it("that Lambda changes are read at each use", () => {
    const environment: Record<string, string> = { _X_AMZN_TRACE_ID: "Root=1" };
    const settings = readSettings(environment);
    environment["_X_AMZN_TRACE_ID"] = "Root=2";
    expect(settings._X_AMZN_TRACE_ID).toBe("Root=2");
  });

  it("cannot be changed by what is given them", () => {
    const settings = readSettings({});
    expect(() => Object.assign(settings, { AUTHORIZER_BUNDLE: "file:/b" })).toThrow(TypeError);
    expect(() => Object.defineProperty(settings, "AUTHORIZER_BUNDLE", { value: "file:/b" })).toThrow();
    expect(settings.AUTHORIZER_BUNDLE).toBe("package:");
  });

  it("of this process are those of lines for operators", () => {
    vi.stubEnv("POWERTOOLS_SERVICE_NAME", "connect-proxy");
    expect(processSetting("POWERTOOLS_SERVICE_NAME")).toBe("connect-proxy");
    vi.stubEnv("POWERTOOLS_SERVICE_NAME", "");
    expect(processSetting("POWERTOOLS_SERVICE_NAME")).toBe("connect-authorizer");
    vi.unstubAllEnvs();
  });
});

describe("the environment", () => {
  const files = ["shared", "functions"].flatMap((folder) =>
    readdirSync(resolve(root, folder), { encoding: "utf8", recursive: true })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  const readers = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(resolve(root, file), "utf8"))).sort();

  it("is read by shared/settings.ts alone", () => {
    expect(
      readers(/\benvironment(\?\.)?[.[]|\bprocess\.env(\?\.)?[.[]|\{[^{}]*\} = (process\.env|environment)\b/),
    ).toEqual(["shared/settings.ts"]);
  });

  it("is handed over by the entry points alone", () => {
    expect(readers(/\bprocess\.env\b/)).toEqual([
      "functions/authorizer/index.ts",
      "functions/authzen/index.ts",
      "functions/mcp/index.ts",
      "functions/preflight/index.ts",
      "functions/proxy/index.ts",
      "functions/proxy/standalone.ts",
      "shared/settings.ts",
    ]);
  });

  it("has a type that is declared once", () => {
    expect(readers(/Record<string, string \| undefined>/)).toEqual(["shared/settings.ts"]);
  });
});

/** What a deployer may set and template.yaml does not, each with the reason. */
const notInTemplate: Readonly<Partial<Record<SettingName, string>>> = {
  POWERTOOLS_METRICS_DISABLED: "`Metrics: off` gives no namespace",
  AUTHORIZER_SIMPLE_RESPONSES: "of HTTP APIs: the template has a REST API",
  AUTHORIZER_LEAVES_DENIALS: "of HTTP APIs: the template has a REST API",
  AWS_SAM_LOCAL: "set by `sam local`",
  AWS_ENDPOINT_URL: "of other partitions and of tests",
  AWS_ENDPOINT_URL_STS: "of other partitions and of tests",
  AWS_ENDPOINT_URL_S3: "of other partitions and of tests",
  AWS_ENDPOINT_URL_SSM: "of other partitions and of tests",
  AWS_ENDPOINT_URL_APPCONFIGDATA: "of other partitions and of tests",
  AWS_ENDPOINT_URL_DYNAMODB: "of other partitions and of tests",
  AWS_REGION: "set by Lambda",
  AWS_DEFAULT_REGION: "set by Lambda",
  AWS_ACCESS_KEY_ID: "set by Lambda",
  AWS_SECRET_ACCESS_KEY: "set by Lambda",
  AWS_SESSION_TOKEN: "set by Lambda",
  AWS_LAMBDA_FUNCTION_NAME: "set by Lambda",
  AWS_XRAY_DAEMON_ADDRESS: "set by Lambda",
  _X_AMZN_TRACE_ID: "set by Lambda",
};

/** Where a parameter's default is not the row's, each with the reason. */
const otherDefaults: Readonly<Partial<Record<SettingName, string>>> = {
  AUTHORIZER_CACHE_SECONDS: "the parameter is the TTL of the API's cache too, so it is known",
  AUTHORIZER_TOKEN_HEADER: "the parameter is the API's identity source too, so it is known",
};

describe("template.yaml", () => {
  const template = parse(readFileSync(resolve(root, "template.yaml"), "utf8"), {
    customTags: cloudFormationTags,
  });
  const resources: readonly { Type: string; Properties: { Environment?: { Variables?: object } } }[] =
    Object.values(template.Resources);
  const variables: readonly [string, unknown][] = [
    template.Globals.Function,
    ...resources.filter(({ Type }) => Type === "AWS::Serverless::Function").map((each) => each.Properties),
  ].flatMap(({ Environment }) => Object.entries(Environment?.Variables ?? {}));

  it("gives functions only variables that have a row, and Node's own", () => {
    const given = new Set(variables.map(([name]) => name));
    expect([...given].filter((name) => !(name in rows))).toEqual(["NODE_OPTIONS"]);
    expect(given.size).toBeGreaterThan(15);
  });

  it("gives every variable that a deployer may set, unless there is a reason", () => {
    const given = new Set(variables.map(([name]) => name));
    expect(names.filter((name) => !given.has(name)).sort()).toEqual(Object.keys(notInTemplate).sort());
  });

  it("has the rows' defaults as the parameters' defaults, unless there is a reason", () => {
    const others = names.filter((name) => {
      const values = variables.filter(([given]) => given === name).map(([, value]) => value);
      const parameters = values.flatMap((value) =>
        typeof value === "object" && value !== null && "Ref" in value ? [String(value.Ref)] : [],
      );
      return parameters.some((parameter) => {
        const text = String(template.Parameters[parameter].Default);
        return readSettings({ [name]: text })[name] !== rows[name].byDefault;
      });
    });
    expect(others.sort()).toEqual(Object.keys(otherDefaults).sort());
  });
});

it("each setting has words for docs/reference/configuration.md", () => {
  const described = environmentVariables.filter(({ by }) => by !== "tools");
  expect(described.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(described.filter(({ text, byDefault }) => text === "" || byDefault === "")).toEqual([]);
});
