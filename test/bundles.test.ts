/**
 * What is inside each deployed bundle, and what must never be. `npm run build` makes them.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

interface Output {
  readonly bytes: number;
  readonly inputs: Record<string, { readonly bytesInOutput: number }>;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}

interface Metafile {
  readonly outputs: Record<string, Output>;
}

/** What a function loads at its start, and what it may load later. */
interface Built {
  readonly bytes: number;
  readonly inputs: readonly string[];
  readonly laterInputs: readonly string[];
  /** What it leaves to be imported at run time. */
  readonly imports: Output["imports"];
}

function built(name: string): Built {
  const meta: Metafile = JSON.parse(
    readFileSync(new URL(`../dist/${name}/meta.json`, import.meta.url), "utf8"),
  );
  const isCode = ([file]: readonly [string, Output]) => file.endsWith(".mjs");
  const outputs = new Map(Object.entries(meta.outputs).filter(isCode));
  const start = new Set([...outputs.keys()].filter((file) => file.endsWith("index.mjs")));
  if (start.size !== 1) throw new Error(`no bundle of ${name}: run npm run build`);
  // A set is walked over what is added on the way as well.
  for (const file of start) {
    for (const { path, kind, external } of outputs.get(file)?.imports ?? [])
      if (kind === "import-statement" && !external) start.add(path);
  }
  // What was read and then left out has no bytes.
  const inputsOf = (files: readonly string[]) =>
    files.flatMap((file) =>
      Object.entries(outputs.get(file)?.inputs ?? {})
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => path),
    );
  return {
    bytes: [...start].reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? 0), 0),
    inputs: inputsOf([...start]),
    laterInputs: inputsOf([...outputs.keys()].filter((file) => !start.has(file))),
    imports: [...start].flatMap(
      (file) => outputs.get(file)?.imports.filter(({ path }) => !outputs.has(path)) ?? [],
    ),
  };
}

/** What only a person's machine runs: formats that no Lambda is given, clients of AWS that it does not need. */
const authorSide = [
  "node_modules/@aws-sdk/client-appconfigdata/",
  "node_modules/@aws-sdk/client-dynamodb/",
  "node_modules/@aws-sdk/client-s3/",
  "node_modules/@aws-sdk/client-ssm/",
  "node_modules/yaml/",
  "node_modules/commander/",
  "tools/authoring/policy/parse.ts",
  "tools/authoring/policy/explain.ts",
  "tools/authoring/policy/simulate.ts",
  "tools/authoring/configuration/load-configuration.ts",
  "tools/",
  "test/",
];

const cases = [
  {
    name: "authorizer",
    maxBytes: 200_000,
    absent: [
      ...authorSide,
      "node_modules/@aws-sdk/",
      "node_modules/@smithy/",
      "shared/connect/",
      "shared/request/decode/schemas.ts",
      "shared/bundle/stores/network-store.ts",
      "shared/bundle/stores/aws.ts",
      "shared/principals/table-reader.ts",
      "shared/decide/join-attachments.ts",
    ],
    present: [
      "shared/decide/authorize.ts",
      "shared/policy/evaluate/evaluate.ts",
      "node_modules/aws-jwt-verify/",
      "dist/bundle.json",
    ],
  },
  {
    // Reached without an authorizer: nothing in it decides, signs or calls.
    name: "preflight",
    maxBytes: 130_000,
    absent: [
      ...authorSide,
      "node_modules/@aws-sdk/",
      "node_modules/@smithy/",
      "node_modules/aws-jwt-verify/",
      "shared/decide/authorize.ts",
      "shared/connect/",
      "shared/bundle/stores/network-store.ts",
    ],
    present: ["shared/request/answer/cors.ts", "dist/bundle.json"],
  },
  {
    name: "proxy",
    maxBytes: 600_000,
    absent: [
      ...authorSide,
      "node_modules/aws-jwt-verify/",
      // Credentials from elsewhere than the environment, and the clients that fetch them.
      "node_modules/@aws-sdk/credential-provider-http/",
      "node_modules/@aws-sdk/credential-provider-ini/",
      "node_modules/@aws-sdk/credential-provider-login/",
      "node_modules/@aws-sdk/credential-provider-process/",
      "node_modules/@aws-sdk/credential-provider-sso/",
      "node_modules/@aws-sdk/credential-provider-web-identity/",
      "node_modules/@aws-sdk/nested-clients/dist-es/submodules/signin/",
      "node_modules/@aws-sdk/nested-clients/dist-es/submodules/sso",
      "node_modules/@aws-sdk/token-providers/",
      "node_modules/@smithy/credential-provider-imds/",
      // The rest of the SDK's index, and what Connect has no use for.
      "node_modules/@aws-sdk/client-connect/dist-es/Connect.js",
      "node_modules/@aws-sdk/client-connect/dist-es/commands/CreateUserCommand.js",
      "node_modules/@aws-sdk/client-connect/dist-es/models/enums.js",
      "node_modules/@aws-sdk/client-connect/dist-es/pagination/",
      "node_modules/@aws-sdk/client-connect/dist-cjs/",
      "node_modules/@smithy/core/dist-cjs/",
      "node_modules/@smithy/core/dist-es/submodules/cbor/",
      "node_modules/@smithy/core/dist-es/submodules/event-streams/",
      "node_modules/bowser/",
    ],
    present: [
      "shared/decide/authorize.ts",
      "shared/policy/evaluate/evaluate.ts",
      "shared/connect/send.ts",
      // What the authorizer must not hold: by these very paths it would be found.
      "node_modules/@aws-sdk/client-connect/",
      "node_modules/@smithy/",
      "shared/request/decode/schemas.ts",
      "dist/bundle.json",
    ],
  },
  {
    // The proxy for a function URL: what verifies tokens besides.
    name: "standalone",
    maxBytes: 640_000,
    absent: authorSide,
    present: ["shared/connect/send.ts", "node_modules/aws-jwt-verify/", "dist/bundle.json"],
  },
];

/** What watches calls, in a chunk of its own: nothing of it is loaded where all of it is off. */
const watching = ["node_modules/@aws-lambda-powertools/", "node_modules/@aws/lambda-invoke-store/"];

/** For issuers that are pools of Cognito alone. */
const verifyLibrary = "node_modules/aws-jwt-verify/";
const cognitoVerifier = `${verifyLibrary}dist/esm/cognito-verifier.js`;

it("the authorizer loads the stores of AWS on demand, and with them of the SDK no more than its signer", () => {
  const { laterInputs: all } = built("authorizer");
  const others = [...watching, verifyLibrary];
  const laterInputs = all.filter((input) => !others.some((path) => input.startsWith(path)));
  const packages = laterInputs.map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]);
  expect(laterInputs).toContain("shared/bundle/stores/s3.ts");
  expect(new Set(packages.filter((name) => name !== undefined))).toEqual(
    new Set(["@smithy/core", "@smithy/signature-v4"]),
  );
});

it.each(["authorizer", "standalone"])("the %s loads what verifies tokens of Cognito on demand", (name) => {
  const { inputs, laterInputs } = built(name);
  expect([inputs.includes(cognitoVerifier), laterInputs.includes(cognitoVerifier)]).toEqual([false, true]);
});

it.each(["authorizer", "proxy", "standalone"])(
  "the %s loads sampled and required records on demand",
  (name) => {
    const { inputs, laterInputs } = built(name);
    for (const file of ["chosen-recorder", "write-record-now", "long-record"]) {
      const part = `shared/audit/${file}.ts`;
      expect([part, inputs.includes(part), laterInputs.includes(part)]).toEqual([part, false, true]);
    }
  },
);

it.each(["authorizer", "proxy", "standalone"])("the %s loads shadow mode on demand", (name) => {
  const { inputs, laterInputs } = built(name);
  const part = "shared/shadow/compare.ts";
  expect([inputs.includes(part), laterInputs.includes(part)]).toEqual([false, true]);
});

describe.each(cases)("the $name's bundle", ({ name, maxBytes, absent, present }) => {
  const { bytes, inputs, laterInputs, imports } = built(name);

  it("imports at its start nothing but Node.js's own modules", () => {
    const started = imports.filter(({ kind }) => kind !== "dynamic-import").map(({ path }) => path);
    expect(started.filter((path) => !isBuiltin(path))).toEqual([]);
  });

  it("is whole: it starts in a folder without packages", () => {
    const folder = mkdtempSync(join(tmpdir(), "bundle-"));
    try {
      const file = join(folder, "index.mjs");
      cpSync(fileURLToPath(new URL(`../dist/${name}`, import.meta.url)), folder, { recursive: true });
      const code = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(typeof handler);`;
      const printed = execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: folder });
      expect(printed.toString()).toBe("function");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it(`is at most ${maxBytes} bytes`, () => {
    expect(bytes).toBeLessThanOrEqual(maxBytes);
  });

  it.each(present)("holds %s", (path) => {
    expect(inputs.some((input) => input.startsWith(path))).toBe(true);
  });

  it.each(authorSide)("never loads %s", (path) => {
    expect(laterInputs.filter((input) => input.startsWith(path))).toEqual([]);
  });

  it("loads what watches calls on demand", () => {
    const isWatching = (input: string) =>
      input === "shared/observe/observer.ts" || input.startsWith("node_modules/@aws-lambda-powertools/");
    expect(inputs.filter(isWatching)).toEqual([]);
    expect(laterInputs.some(isWatching)).toBe(name !== "preflight");
  });

  it.each(absent)("does not hold %s", (path) => {
    expect(inputs.filter((input) => input.startsWith(path))).toEqual([]);
  });
});
