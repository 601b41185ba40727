/** Where an authorizer's policies come from, and what is refused. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createBundle, formatBundle } from "../../shared/bundle/bundle.ts";
import {
  AuthorizerError,
  type AuthorizerOptions,
  ConfigurationError,
  createAuthorizer,
} from "../../tools/library/index.ts";
import { createFolder, goodFiles } from "../authoring/configuration/configuration-folder.ts";
import { ecdsa, ed25519, pemOf, signatureOf } from "../bundle/signing-keys.ts";
import { startAws } from "../bundle/stores/aws-server.ts";
import { allowAll, bundleOf, instanceId, tokenOf } from "../functions/lambda-fixture.ts";

const onRecord = () => undefined;
const allowing = bundleOf([allowAll]);
const denying = bundleOf([{ ...allowAll, Effect: "Deny" }]);

async function outcomeBy(options: AuthorizerOptions): Promise<string> {
  return decideBy(await createAuthorizer({ onRecord, ...options }));
}

async function decideBy(authorizer: Awaited<ReturnType<typeof createAuthorizer>>): Promise<string> {
  const principal = await authorizer.identify(tokenOf());
  const input = { InstanceId: instanceId, UserId: "u-1" };
  return (await authorizer.decide({ principal, operation: "DescribeUser", input })).outcome;
}

let folder: string;
beforeAll(async () => {
  // A path with a space.
  folder = await mkdtemp(join(tmpdir(), "library test "));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a configuration's folder", () => {
  it("is read and checked", async () => {
    const authorizer = await createAuthorizer({ config: "examples/aws", onRecord });
    await expect(authorizer.identify(tokenOf())).rejects.toMatchObject({ refusal: "issuer" });
  });

  it("with errors is refused with all of them, by file and line", async () => {
    const broken = await createFolder({
      ...goodFiles,
      "policies/read.json":
        '{\n"Version": "2012-10-17",\n"Statement": [{"Effect": "Allow", "Action": 7, "Resource": "*"}]\n}',
      "policies/unused.json": "{",
    });
    const refused = await createAuthorizer({ config: broken.path }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigurationError);
    expect(refused).toMatchObject({ code: "invalidConfiguration" });
    const { issues, message } = refused as ConfigurationError;
    const errors = issues.filter(({ severity }) => severity === "error");
    expect(errors.map(({ file, line }) => [file, line])).toEqual([
      [`${broken.name}/policies/read.json`, 3],
      [`${broken.name}/policies/unused.json`, 1],
    ]);
    for (const { code } of issues) expect(message).toContain(code);
    await broken.remove();
  });

  it("is read as one of its environments has it", async () => {
    const issuers = `issuers: ${JSON.stringify(allowing.config.issuers)}`;
    const own = await createFolder({ ...goodFiles, "environments/dev.yaml": `${issuers}\n` });
    const identifyBy = async (environment: string) => {
      const authorizer = await createAuthorizer({ config: own.path, environment, onRecord });
      return authorizer.identify(tokenOf());
    };
    const authorizer = await createAuthorizer({ config: own.path, onRecord });
    await expect(authorizer.identify(tokenOf())).rejects.toMatchObject({ refusal: "issuer" });
    expect(await identifyBy("dev")).toMatchObject({ id: "alice" });
    await expect(identifyBy("prod")).rejects.toBeInstanceOf(ConfigurationError);
    await own.remove();
  });

  it("that is not there is refused", async () => {
    const refused = createAuthorizer({ config: join(folder, "nowhere") });
    await expect(refused).rejects.toMatchObject({ issues: [{ code: "noSuchFolder" }] });
  });
});

describe("a bundle", () => {
  it("is a value, or a file's path, and a file's changes count", async () => {
    expect(await outcomeBy({ bundle: allowing })).toBe("allow");
    const file = join(folder, "bundle.json");
    await writeFile(file, formatBundle(allowing));
    const authorizer = await createAuthorizer({ bundle: file, refreshSeconds: 0, onRecord });
    expect(await decideBy(authorizer)).toBe("allow");
    await writeFile(file, formatBundle(denying));
    expect(await decideBy(authorizer)).toBe("deny");
    // A bad one replaces nothing.
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await writeFile(file, "{}");
    expect(await decideBy(authorizer)).toBe("deny");
    vi.restoreAllMocks();
  });

  it("must be signed by a key that is given", async () => {
    const file = join(folder, "signed.json");
    await writeFile(file, formatBundle(allowing, signatureOf(allowing.version, ed25519)));
    expect(
      await outcomeBy({ bundle: file, publicKey: pemOf(ed25519.publicKey), audience: "here" }).catch(codeOf),
    ).toBe("bundleUnavailable");
    const labelled = createBundle(allowing.config, allowing.policies, { audience: "here", sequence: 7 });
    await writeFile(file, formatBundle(labelled, signatureOf(labelled.version, ed25519)));
    const signed = { bundle: file, publicKey: pemOf(ed25519.publicKey), audience: "here" };
    expect(await outcomeBy(signed)).toBe("allow");
    expect(await outcomeBy({ ...signed, minSequence: 8 }).catch(codeOf)).toBe("bundleUnavailable");
    expect(await outcomeBy({ ...signed, audience: "elsewhere" }).catch(codeOf)).toBe("bundleUnavailable");
    expect(await outcomeBy({ ...signed, publicKey: pemOf(ecdsa.publicKey) }).catch(codeOf)).toBe(
      "bundleUnavailable",
    );
    expect(await outcomeBy({ ...signed, publicKey: "no key" }).catch(codeOf)).toBe("bundleUnavailable");
    await writeFile(file, formatBundle(allowing));
    expect(await outcomeBy(signed).catch(codeOf)).toBe("bundleUnavailable");
  });

  it("may be in a store of AWS, with the credentials of the process", async () => {
    const aws = await startAws();
    for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
    aws.objects.set("/bucket/bundle.json", formatBundle(allowing));
    expect(await outcomeBy({ bundle: "s3://bucket/bundle.json" })).toBe("allow");
    expect(aws.requests).toEqual(["GET /bucket/bundle.json"]);
    // Credentials change while a program runs.
    const authorizer = await createAuthorizer({
      bundle: "s3://bucket/bundle.json",
      refreshSeconds: 0,
      onRecord,
    });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await decideBy(authorizer);
    expect(vi.mocked(process.stderr.write).mock.calls.join()).toContain("bundleProblem");
    vi.restoreAllMocks();
    await aws.close();
  });

  it.each<[string, unknown]>([
    ["a file that is not there", { bundle: "/nowhere/bundle.json" }],
    ["a malformed value", { bundle: { schemaVersion: 1 } }],
    ["a changed value", { bundle: { ...denying, policies: allowing.policies } }],
    ["a bundle in shadow mode", { bundle: bundleOf([allowAll], { mode: "shadow" }) }],
    ["no source", {}],
    ["no options", { bundle: "" }],
    ["two sources", { bundle: allowing, config: "examples/aws" }],
    ["a malformed table", { bundle: allowing, principalsTable: "a b" }],
    ["a staleness below the refresh", { bundle: allowing, refreshSeconds: 60, maxStaleSeconds: 1 }],
    ["a malformed number", { bundle: allowing, refreshSeconds: -1 }],
  ])("is refused at once: %s", async (_, options) => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const refused = await createAuthorizer(options as AuthorizerOptions).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AuthorizerError);
    expect(refused).toMatchObject({ code: "bundleUnavailable" });
    vi.restoreAllMocks();
  });

  it("does not use the variables of the functions", async () => {
    vi.stubEnv("AUTHORIZER_BUNDLE", "file:/nowhere");
    vi.stubEnv("AUTHORIZER_PRINCIPALS_TABLE", "a b");
    expect(await outcomeBy({ bundle: allowing })).toBe("allow");
  });
});

function codeOf(error: unknown): string {
  return error instanceof AuthorizerError ? error.code : String(error);
}
