/** The library as those who installed the package meet it: types, `import`, `require`, and bundled once more. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { allowAll, bundleOf, instanceId, tokenOf } from "../functions/lambda-fixture.ts";
import { root } from "./product.ts";

/** A folder in which the package is installed, and the SDK's client beside it. */
const folder = mkdtempSync(join(tmpdir(), "an installation "));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
const link = (name: string, target: string) =>
  symlinkSync(target, join(folder, "node_modules", name), "junction");
link("connect-authorizer", root);
link("@aws-sdk", join(root, "node_modules/@aws-sdk"));
link("aws-sdk-client-mock", join(root, "node_modules/aws-sdk-client-mock"));
link("@types/node", join(root, "node_modules/@types/node"));
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));

const use = `
import { ConnectClient } from "@aws-sdk/client-connect";
import { type Authorizer, AuthorizerError, createAuthorizer, guardConnectClient } from "connect-authorizer";
import { compilePolicies, evaluate, parsePolicy } from "connect-authorizer/policy";

export async function use(token: string): Promise<ConnectClient> {
  const authorizer: Authorizer = await createAuthorizer({ config: "config" });
  const principal = await authorizer.identify(token);
  const decision = await authorizer.decide({ principal, operation: "DescribeUser", input: {} });
  const outcome: "allow" | "deny" = decision.outcome;
  if (outcome === "deny") throw new AuthorizerError("internal", decision.message);
  return guardConnectClient(new ConnectClient({}), authorizer, principal);
}

const parsed = parsePolicy({ Version: "2012-10-17", Statement: [] });
if (parsed.ok) console.log(evaluate(compilePolicies([parsed.policy]), { action: "a:B", resource: "*" }).decision);
// @ts-expect-error: types are not any
createAuthorizer({ nothing: "config" });
`;

describe("the types", () => {
  it.each([
    ["node16", "node16"],
    ["preserve", "bundler"],
  ])(
    "are found and strict: module %s, moduleResolution %s",
    (module, moduleResolution) => {
      writeFileSync(join(folder, "use.ts"), use);
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2022",
        strict: true,
        noEmit: true,
        types: ["node"],
      };
      // The files of the SDK are not ours to check.
      const project = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ["use.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
      expect(stdout).toBe("");
    },
    60_000,
  );
});

describe("the library", () => {
  const decide = `
    const { ok, policy } = parsePolicy({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "a:*", Resource: "*" }] });
    const { decision } = evaluate(compilePolicies([policy]), { action: "a:B", resource: "*" });
    createAuthorizer({ config: "no such folder" }).catch((error) => console.log(decision, error instanceof ConfigurationError));`;
  const names = ["{ createAuthorizer, ConfigurationError }", "{ compilePolicies, evaluate, parsePolicy }"];
  const sources = {
    "import.mjs": `import ${names[0]} from "connect-authorizer"; import ${names[1]} from "connect-authorizer/policy"; ${decide}`,
    "require.cjs": `const ${names[0]} = require("connect-authorizer"); const ${names[1]} = require("connect-authorizer/policy"); ${decide}`,
  };
  const run = (file: string) =>
    execFileSync(process.execPath, [join(folder, file)], { cwd: folder, encoding: "utf8", stdio: "pipe" });

  it.each(Object.entries(sources))("works by %s", (file, source) => {
    writeFileSync(join(folder, file), source);
    expect(run(file)).toBe("allowed true\n");
  });

  it("sends, refuses and looks up by the SDK that is installed beside it", () => {
    const Condition = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    const bundle = bundleOf([{ ...allowAll, Condition }]);
    const source = `
      import { AccessDeniedException, ConnectClient, DescribeUserCommand, ListTagsForResourceCommand } from "@aws-sdk/client-connect";
      import { mockClient } from "aws-sdk-client-mock";
      import { createAuthorizer, guardConnectClient } from "connect-authorizer";
      const client = new ConnectClient({ region: "us-west-2", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
      const mock = mockClient(client);
      mock.on(ListTagsForResourceCommand).resolvesOnce({ tags: { Team: "red" } }).resolves({ tags: { Team: "blue" } });
      mock.on(DescribeUserCommand).resolves({ User: { Id: "found" } });
      const authorizer = await createAuthorizer({ bundle: ${JSON.stringify(bundle)}, onRecord() {} });
      const principal = await authorizer.identify(${JSON.stringify(tokenOf())});
      const connect = guardConnectClient(client, authorizer, principal);
      const command = (UserId) => new DescribeUserCommand({ InstanceId: ${JSON.stringify(instanceId)}, UserId });
      const refused = await connect.send(command("u-2")).catch((error) => error instanceof AccessDeniedException);
      const { User } = await connect.send(command("u-1"));
      console.log(refused, User.Id, connect instanceof ConnectClient);`;
    writeFileSync(join(folder, "mocked.mjs"), source);
    expect(run("mocked.mjs")).toBe("true found true\n");
  });

  it.each(["esm", "cjs"] as const)("works bundled once more, as %s", async (format) => {
    writeFileSync(join(folder, "import.mjs"), sources["import.mjs"]);
    const outfile = join(folder, `bundled.${format === "esm" ? "mjs" : "cjs"}`);
    const options = { bundle: true, platform: "node", minify: true, logLevel: "error" } as const;
    // For the older format, esbuild says that \`import.meta\` is empty in it.
    const logOverride = { "empty-import-meta": "silent" } as const;
    await build({ ...options, logOverride, format, entryPoints: [join(folder, "import.mjs")], outfile });
    expect(run(outfile.slice(folder.length + 1))).toBe("allowed true\n");
  });
});
