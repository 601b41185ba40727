/** The steps of each page that has commands for the SAM CLI, and of the release. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Check, PageScript } from "./page-scripts.ts";

const localApi = "http://127.0.0.1:3000";

/** Both answers of README's first minute, the second as the page has it. */
const firstMinute: Check = ({ stdout }, { page }) => {
  const [allowed = "", refused = ""] = stdout.split(/(?<=\})(?=\{)/);
  if (usernameOf(allowed) !== "jane.doe") return `the first answer is \`${allowed}\``;
  return page.includes(`\n\`\`\`\n${refused.trim()}\n\`\`\`\n`)
    ? undefined
    : `the page does not say \`${refused}\``;
};

function usernameOf(text: string): unknown {
  try {
    return JSON.parse(text)?.User?.Username;
  } catch {
    return undefined;
  }
}

const says =
  (...parts: readonly string[]): Check =>
  ({ stdout, stderr }) =>
    parts.some((part) => `${stdout}\n${stderr}`.includes(part))
      ? undefined
      : `its output is without \`${parts.join("` and ")}\``;

const hasPackage: Check = async (_, { folder }) => {
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const name = `connect-authorizer-${version}.tgz`;
  return (await readdir(folder)).includes(name) ? undefined : `there is no ${name}`;
};

const hasBill: Check = async (_, { folder }) => {
  const { bomFormat, components } = JSON.parse(await readFile(join(folder, "sbom.cdx.json"), "utf8"));
  return bomFormat === "CycloneDX" && components.length > 0
    ? undefined
    : "sbom.cdx.json is no bill of materials";
};

const buildForEvents = "AUTHORIZER_CONFIG=events/config AUTHORIZER_ROLE_POLICY=unchecked sam build";

export const pageScripts: readonly PageScript[] = [
  {
    page: "README.md",
    where: "clone",
    covers: "all",
    steps: [
      { kind: "serve", commands: ["npm ci && npm start"], url: localApi },
      {
        kind: "run",
        commands: [
          "TOKEN=$(npm run --silent cli -- token --sub alice --group operators)",
          `USER_URL=${localApi}/users/00fbeee1-123e-111e-93e3-11111bfbfcc1/00dtcddd1-123e-111e-93e3-11111bfbfcc1`,
          'curl -H "authorization: Bearer $TOKEN" $USER_URL',
          'curl -H "authorization: Bearer $TOKEN" -X DELETE $USER_URL',
        ],
        check: firstMinute,
      },
      {
        kind: "packed",
        commands: [
          "npx connect-authorizer init my-api --yes",
          "cd my-api && npm install",
          "npm start",
          `curl -H "authorization: Bearer $(npx connect-authorizer token --sub ann --group recorders)" ${localApi}/users/00fbeee1-123e-111e-93e3-11111bfbfcc1/00dtcddd1-123e-111e-93e3-11111bfbfcc1`,
        ],
      },
    ],
  },
  {
    page: "docs/how-to/deployment.md",
    where: "clone",
    covers: "all",
    steps: [
      { kind: "run", commands: ["npm ci"] },
      { kind: "run", commands: ["npm run --silent cli -- validate config"] },
      {
        kind: "run",
        commands: ["npm run --silent cli -- role-policy --write template.yaml"],
        // The role in your template.yaml is for your `config/`, and this clone has AWS's examples.
        check: says("template.yaml has the policy already", "into template.yaml"),
      },
      { kind: "run", commands: ["sam build"], check: says("Build Succeeded") },
      { kind: "guided", commands: ["sam deploy --guided"] },
    ],
  },
  {
    page: "docs/how-to/sam-local.md",
    where: "checkout",
    covers: "all",
    steps: [
      { kind: "run", commands: ["sam validate --lint"], check: says("is a valid SAM Template") },
      { kind: "run", commands: [buildForEvents], check: says("Build Succeeded") },
      {
        kind: "event",
        commands: ["sam local invoke AuthorizerFunction --event events/authorizer/not-yet-known.json"],
        event: "authorizer/not-yet-known",
      },
      {
        kind: "event",
        commands: [
          "sam local invoke ProxyFunction --event events/proxy/connect-unreachable.json --parameter-overrides ConnectEndpoint=http://127.0.0.1:9",
        ],
        event: "proxy/connect-unreachable",
      },
      { kind: "counted", commands: ["node tools/events/run.mjs invoke"] },
      { kind: "counted", commands: ["node tools/events/run.mjs start-api"] },
      {
        kind: "serve",
        commands: [
          "sam local start-api --warm-containers EAGER --add-host host.docker.internal:host-gateway --parameter-overrides ConnectEndpoint=http://host.docker.internal:8080",
        ],
        url: localApi,
        connectPort: 8080,
      },
      {
        kind: "run",
        commands: [
          `TOKEN=$(node -p 'require("./events/tokens.json").operator')`,
          `curl -H "authorization: Bearer $TOKEN" ${localApi}/users/00fbeee1-123e-111e-93e3-11111bfbfcc1/00dtcddd1-123e-111e-93e3-11111bfbfcc1`,
        ],
        check: ({ stdout }) =>
          usernameOf(stdout) === "jane.doe" ? undefined : `the answer is \`${stdout}\``,
      },
    ],
  },
  {
    page: "events/README.md",
    where: "checkout",
    covers: "all",
    steps: [
      { kind: "same", commands: [buildForEvents] },
      // Both events are among all those that are invoked below, each in a container of its own, which takes long.
      {
        kind: "parsed",
        commands: [
          "sam local invoke AuthorizerFunction --event events/authorizer/explicit-deny.json",
          "sam local invoke ProxyFunction --event events/proxy/denied-by-body.json",
        ],
      },
      { kind: "same", commands: ["node tools/events/run.mjs invoke"] },
    ],
  },
  {
    // test/cli/pages/bundles-page.test.ts runs its other commands. The key would have to be made first.
    page: "docs/how-to/bundles.md",
    where: "checkout",
    covers: "sam",
    steps: [{ kind: "parsed", commands: ["AUTHORIZER_SIGN=$PWD/signing-key.pem sam build"] }],
  },
  {
    page: "docs/how-to/shadow.md",
    where: "checkout",
    covers: "sam",
    steps: [
      {
        kind: "parsed",
        commands: ["sam deploy --parameter-overrides ShadowBundleLocation=s3://my-bucket/next.json …"],
      },
    ],
  },
  {
    page: "docs/how-to/principals.md",
    where: "checkout",
    covers: "sam",
    steps: [
      { kind: "parsed", commands: ["sam deploy --parameter-overrides PrincipalsTableName=principals …"] },
    ],
  },
  {
    page: "docs/how-to/openapi.md",
    where: "checkout",
    covers: "sam",
    steps: [
      {
        kind: "parsed",
        commands: ["sam deploy --guided --template-file template.yaml --stack-name connect-methods"],
      },
    ],
  },
  {
    // What init writes. `node tools/events/run.mjs project` builds, serves and leads through a deployment of it.
    page: "tools/cli/project/init/files/README.md",
    where: "checkout",
    covers: "sam",
    steps: [{ kind: "parsed", commands: ["sam deploy --config-env prod"] }],
  },
  {
    page: "docs/how-to/releasing.md",
    where: "clone",
    covers: "all",
    steps: [
      { kind: "run", commands: ["npm ci"] },
      { kind: "run", commands: ["npm pack"], check: hasPackage },
      { kind: "counted", commands: ["npm run --silent check:package"] },
      { kind: "run", commands: ["npm publish --dry-run"], check: says("+ connect-authorizer@") },
      { kind: "run", commands: ["cp dist/package/sbom.cdx.json ."], check: hasBill },
      { kind: "counted", commands: ["npm run --silent reproducible > digests.txt"], output: "digests.txt" },
    ],
  },
];
