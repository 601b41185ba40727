/**
 * docs/how-to/identity: tokens as each provider sends them are who the page says, by the very keys that the provider
 * would publish where it publishes them, and what the page says does not work is refused for the reason that it names.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { ecKey, nowSeconds, rsaKey, signText, toJwk } from "../../identity/tokens.ts";
import { run } from "../command-run.ts";
import { type Claims, type Provider, providers } from "./identity-providers.ts";
import { asShown, readPage } from "./shown.ts";

const key = rsaKey("k1");
/** Other keys that an issuer publishes beside: a second one, and one of another kind. */
const published = [toJwk(rsaKey("k0")), toJwk(ecKey("k2", "P-256"))];

const before = process.cwd();
let folder: string;
/** `authorizer.yaml` as `init` writes it. */
let written: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "identity-pages-"));
  await mkdir(join(folder, "config/policies/hr"), { recursive: true });
  for (const name of ["hr/users", "wallboard"])
    await writeFile(join(folder, `config/policies/${name}.json`), JSON.stringify(policy));
  process.chdir(folder);
  await run(["init", "repository", "--yes"]);
  written = await readFile("repository/config/authorizer.yaml", "utf8");
});
afterEach(() => vi.unstubAllGlobals());
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "connect:ListUsers", Resource: "*" }],
};
/** Two lines, as in a file that `init` writes: pages count with them. */
const instances = `instances:
  - arn: arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1
`;

/** Signs what the provider sends, with times of now in the place of those on the page. */
function tokenOf({ header }: Provider, claims: Claims, changed: object = {}): string {
  const now = nowSeconds();
  const times = { iat: now, exp: now + 3600, ...("nbf" in claims ? { nbf: now } : {}) };
  const head = { alg: "RS256", kid: key.kid, ...header, ...changed };
  return signText(JSON.stringify(head), JSON.stringify({ ...claims, ...times }), key);
}

/** Answers as the provider does, wherever it does, and nowhere else. */
function imitate({ addresses, jwk }: Provider): void {
  const answers = addresses({ keys: [...published, { ...toJwk(key), ...jwk }] });
  vi.stubGlobal("fetch", async (address: string) => {
    const found = answers[address];
    return new Response(JSON.stringify(found ?? {}), { status: found ? 200 : 404 });
  });
}

async function whoami(provider: Provider, configuration: string, token: string) {
  imitate(provider);
  await writeFile("config/authorizer.yaml", configuration);
  return run(["whoami", "--token", "-", "--verify"], `${token}\n`);
}

describe.each(providers)("docs/how-to/identity/$page", (provider) => {
  const { page, blocks } = readPage(`how-to/identity/${provider.page}`);
  const [yaml = ""] = blocks("yaml");
  const configuration = instances + yaml;
  const [sent = "{}"] = blocks("json");
  const claims: Claims = JSON.parse(sent);

  it("has issuers for the repository that `init` writes: its policies and tests hold as they are", async () => {
    const [issuers = ""] = yaml.split("bindings:\n");
    const changed = written.replace(/^issuers:\n(?: .*\n)+/m, () => issuers);
    expect(changed).not.toBe(written);
    await writeFile("repository/config/authorizer.yaml", changed);
    const validated = await run(["validate", "repository/config", "--strict"]);
    expect(validated).toMatchObject({ status: 0, stdout: "" });
    expect(await run(["test", "repository/config"])).toMatchObject({ status: 0 });
  });

  it("has the claims that `init` writes for its issuer", async () => {
    const [shown] = parse(yaml).issuers;
    const flags = ["--issuer", shown.issuer, "--audience", [shown.audience].flat()[0]];
    await rm("of-page", { recursive: true, force: true });
    expect(await run(["init", "of-page", "--yes", ...flags])).toMatchObject({ status: 0, stderr: "" });
    const [initial] = parse(await readFile("of-page/config/authorizer.yaml", "utf8")).issuers;
    const { claims: mapped, tokenUse } = shown;
    expect(initial).toEqual({ ...initial, claims: mapped, ...(tokenUse ? { tokenUse } : {}) });
    expect(Object.keys(initial)).not.toContain(tokenUse ? "" : "tokenUse");
  });

  const tokenUse = provider.failures.find(({ what }) => what === "tokenUse");
  it(`has an issuer of which \`validate\` ${tokenUse ? "warns" : "does not warn"} with \`tokenUse: access\``, async () => {
    const [from, to] = tokenUse?.configure ?? ["", ""];
    await writeFile("config/authorizer.yaml", configuration.replace(from, to));
    const { stdout } = await run(["validate", "config"]);
    expect(await readFile("config/authorizer.yaml", "utf8")).toMatch(/^ {4}tokenUse: access$/m);
    expect(stdout.match(/warning unmarkedTokens/g)).toEqual(tokenUse ? ["warning unmarkedTokens"] : null);
  });

  it("says who a token is", async () => {
    const answer = await whoami(provider, configuration, tokenOf(provider, claims));
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(answer.stdout).toMatch(asShown(blocks("text")[0] ?? ""));
    expect(blocks("sh").at(-1)).toContain("echo $TOKEN | npx connect-authorizer whoami --token - --verify\n");
  });

  for (const {
    what,
    claims: changed,
    header,
    token,
    configure: [from, to] = ["", ""],
    line,
  } of provider.failures)
    it(`says what comes of: ${what}`, async () => {
      const sentToken = token ?? tokenOf(provider, { ...claims, ...changed }, header);
      const { status, stdout } = await whoami(provider, configuration.replace(from, to), sentToken);
      expect(stdout).toContain(line);
      expect(status).toBe(1);
      expect(page).toContain(`\`${line}\``);
    });

  it("names no failure that is not tried here", () => {
    const named = [...page.matchAll(/`((?:refused {5}|groups {6})\w+)`/g)].map(([, line = ""]) => line);
    // A token that points to its groups has a test of its own.
    const tried = [...provider.failures.map(({ line }) => line), "refused     pointed"];
    expect(named.filter((line) => !tried.includes(line))).toEqual([]);
  });

  for (const { what, claims: changed, configure, line } of provider.also ?? [])
    it(`says how to take: ${what}`, async () => {
      const changedConfiguration = configure.reduce(
        (text, [from, to]) => text.replace(from, to),
        configuration,
      );
      expect(changedConfiguration).not.toBe(configuration);
      const token = tokenOf(provider, { ...claims, ...changed });
      const { status, stdout } = await whoami(provider, changedConfiguration, token);
      expect(stdout).toContain(`${line}\n`);
      expect(status).toBe(0);
    });
});

it("docs/how-to/identity/auth0.md has an Action that writes the claim which its configuration reads", async () => {
  const { blocks } = readPage("how-to/identity/auth0.md");
  const exports: { onExecutePostLogin?: (event: object, api: object) => Promise<void> } = {};
  new Function("exports", blocks("js")[0] ?? "")(exports);
  const claims: Record<string, unknown> = {};
  const setCustomClaim = (name: string, value: unknown) => Object.assign(claims, { [name]: value });
  await exports.onExecutePostLogin?.(
    { authorization: { roles: ["hr"] }, user: { app_metadata: { team: "a" } } },
    { accessToken: { setCustomClaim } },
  );
  expect(JSON.parse(blocks("json")[0] ?? "")).toMatchObject(claims);
  expect(claims).toEqual({ "https://example.com/groups": ["hr"], "https://example.com/team": "a" });
});

it("docs/how-to/identity/entra.md shows a token that only points to its groups, which is refused", async () => {
  const { page, blocks } = readPage("how-to/identity/entra.md");
  const [sent = "", overage = ""] = blocks("json");
  const entra = providers.find((each) => each.page === "entra.md");
  if (!entra) throw new Error("no such page");
  const configuration = instances + (blocks("yaml")[0] ?? "").replace("groups: roles", "groups: groups");
  const token = tokenOf(entra, { ...JSON.parse(sent), ...JSON.parse(overage) });
  const { status, stdout } = await whoami(entra, configuration, token);
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining("refused     pointed") });
  expect(page).toContain("`refused     pointed`");
});
