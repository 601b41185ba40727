/**
 * What is inside each deployed bundle, and what must never be. `npm run build` makes them.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
  /** What is imported on demand, with all that comes with it. */
  readonly chunks: readonly { readonly path: string; readonly bytes: number }[];
  /** What it leaves to be imported at run time. */
  readonly imports: Output["imports"];
}

function built(name: string): Built {
  const meta: Metafile = JSON.parse(
    readFileSync(new URL(`../dist/${name}/meta.json`, import.meta.url), "utf8"),
  );
  const isCode = ([file]: readonly [string, Output]) => file.endsWith(".mjs");
  const outputs = new Map(Object.entries(meta.outputs).filter(isCode));
  /** With what a file imports, directly or not. */
  const loaded = (first: string) => {
    const files = new Set([first]);
    // A set is walked over what is added on the way as well.
    for (const file of files) {
      for (const { path, kind, external } of outputs.get(file)?.imports ?? [])
        if (kind === "import-statement" && !external) files.add(path);
    }
    return files;
  };
  const [entry, ...others] = [...outputs.keys()].filter((file) => file.endsWith("index.mjs"));
  if (entry === undefined || others.length > 0) throw new Error(`no bundle of ${name}: run npm run build`);
  const start = loaded(entry);
  const bytesOf = (files: Iterable<string>) =>
    [...files].reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? 0), 0);
  const onDemand = [...outputs.values()]
    .flatMap(({ imports }) => imports)
    .filter(({ kind, path }) => kind === "dynamic-import" && outputs.has(path));
  // What was read and then left out has no bytes.
  const inputsOf = (files: readonly string[]) =>
    files.flatMap((file) =>
      Object.entries(outputs.get(file)?.inputs ?? {})
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => path),
    );
  return {
    bytes: bytesOf(start),
    chunks: onDemand.map(({ path }) => ({
      path,
      bytes: bytesOf([...loaded(path)].filter((file) => !start.has(file))),
    })),
    inputs: inputsOf([...start]),
    laterInputs: inputsOf([...outputs.keys()].filter((file) => !start.has(file))),
    imports: [...start].flatMap(
      (file) => outputs.get(file)?.imports.filter(({ path }) => !outputs.has(path)) ?? [],
    ),
  };
}

/** What only a person's machine runs: formats that no Lambda is given, clients of AWS that it does not need. */
const authorSide = [
  "node_modules/@aws-sdk/client-appconfig/",
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

/** What only the door for agents has: their protocol's SDK, the schemas that it reads with, and reach over all calls. */
const agentSide = [
  "node_modules/@modelcontextprotocol/",
  "node_modules/zod/",
  "shared/reach/",
  "shared/catalog/enumerations.ts",
  "shared/request/decode/json-schema.ts",
  "functions/mcp/",
];

/** Loaded where a deployment uses it: metrics and traces, comparison with a candidate, stores and the table, roles. */
const onDemand = [
  "shared/observe/observer.ts",
  "shared/shadow/shadow.ts",
  "shared/bundle/stores/network-store.ts",
  "shared/principals/table-reader.ts",
  "shared/policy/session/session-policy.ts",
  "node_modules/@aws-lambda-powertools/",
  // For issuers that are user pools of Cognito alone.
  "node_modules/aws-jwt-verify/dist/esm/cognito-verifier.js",
];

const cases = [
  {
    name: "authorizer",
    // Some of them name a caller's API key and say how a call came; 3.9 kB screen sets full of wildcards (decision 135).
    maxBytes: 205_500,
    absent: [
      ...authorSide,
      ...onDemand,
      "node_modules/@aws-sdk/",
      "node_modules/@smithy/",
      "shared/connect/",
      "shared/request/decode/schemas.ts",
      "shared/bundle/stores/aws.ts",
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
      ...onDemand,
      "node_modules/@aws-sdk/",
      "node_modules/@smithy/",
      "node_modules/aws-jwt-verify/",
      "shared/decide/authorize.ts",
      "shared/connect/",
    ],
    present: ["shared/request/answer/cors.ts", "dist/bundle.json"],
  },
  {
    name: "proxy",
    maxBytes: 600_000,
    absent: [
      ...authorSide,
      ...onDemand,
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
    absent: [...authorSide, ...onDemand],
    present: ["shared/connect/send.ts", "node_modules/aws-jwt-verify/", "dist/bundle.json"],
  },
  {
    // What the standalone proxy has, and 450 kB of the protocol's SDK with what it validates by.
    name: "mcp",
    maxBytes: 1_200_000,
    absent: [...authorSide, ...onDemand],
    present: [
      "shared/connect/send.ts",
      "shared/reach/operation-reach.ts",
      "node_modules/aws-jwt-verify/",
      "node_modules/@modelcontextprotocol/server/",
      "dist/bundle.json",
    ],
  },
  {
    // Answers questions: what serves a call is not in it, so that it sends nothing but look-ups.
    name: "authzen",
    maxBytes: 650_000,
    absent: [...authorSide, ...onDemand, "shared/call/serve-call.ts", "functions/proxy/"],
    present: ["shared/call/decide-read-call.ts", "node_modules/aws-jwt-verify/", "dist/bundle.json"],
  },
];

it.each(["authorizer", "proxy", "preflight", "standalone", "mcp"])(
  "no byte of AuthZEN's door is in the %s",
  (name) => {
    const { inputs, laterInputs } = built(name);
    const doors = [...inputs, ...laterInputs].filter((input) =>
      /^functions\/authzen\/|given-principal|issued-claims/.test(input),
    );
    expect(doors).toEqual([]);
  },
);

it("the authorizer holds of the SDK no more than its signer, not even on demand", () => {
  const { inputs, laterInputs } = built("authorizer");
  const packages = [...inputs, ...laterInputs].map(
    (input) => /^node_modules\/(@(?:aws-sdk|smithy)\/[^/]+)/.exec(input)?.[1],
  );
  expect(new Set(packages.filter((name) => name !== undefined))).toEqual(
    new Set(["@smithy/core", "@smithy/signature-v4"]),
  );
});

it("what must be absent is named as it is", () => {
  const ours = cases.flatMap(({ absent }) => absent).filter((path) => path.endsWith(".ts"));
  expect(ours.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
});

it.each(cases.filter(({ name }) => name !== "mcp"))(
  "the $name has nothing of the door for agents",
  ({ name }) => {
    const { inputs, laterInputs } = built(name);
    const all = [...inputs, ...laterInputs];
    expect(all.filter((input) => agentSide.some((path) => input.startsWith(path)))).toEqual([]);
  },
);

it.each(["authorizer", "proxy", "preflight", "standalone", "authzen", "mcp"])(
  "each chunk of the %s that is loaded on demand saves 3 kB of its start",
  (name) => {
    const { chunks } = built(name);
    expect(chunks.length).toBeGreaterThan(0);
    expect(chunks.filter(({ bytes }) => bytes < 3_000)).toEqual([]);
  },
);

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

  it.each(absent)("does not hold %s", (path) => {
    expect(inputs.filter((input) => input.startsWith(path))).toEqual([]);
  });
});
