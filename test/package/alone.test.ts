/** The product works where nothing else is: no checkout, no packages. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { version } from "../../package.json";
import { copyAlone, root } from "./product.ts";

const alone = copyAlone();
afterAll(alone.remove);
const config = join(root, "events/config");

/** An AWS that nothing listens for. */
const nothingAtAws = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_PROFILE: "",
  AWS_MAX_ATTEMPTS: "1",
};

describe("the library alone", () => {
  it("loads without the SDK's packages", () => {
    const names = (file: string) =>
      execFileSync(process.execPath, ["--print", `Object.keys(require("./${file}")).join()`], {
        cwd: alone.folder,
        encoding: "utf8",
      });
    expect(names("index.mjs")).toContain("createAuthorizer");
    expect(names("policy.mjs")).toContain("evaluate");
  });
});

describe("the program alone", () => {
  it("prints its version in no more than four times what an empty program takes", () => {
    const took = (work: () => void) => {
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    const rounds = [1, 2, 3, 4].map(() => ({
      version: took(() => expect(alone.run(["--version"])).toBe(`${version}\n`)),
      empty: took(() => execFileSync(process.execPath, ["--eval", ""])),
    }));
    const fastest = (name: "version" | "empty") => Math.min(...rounds.map((round) => round[name]));
    expect(fastest("version")).toBeLessThan(4 * fastest("empty"));
  });

  it("validates, and prints the catalogue and the schema", () => {
    expect(alone.run(["validate", config])).not.toMatch(/ error /);
    expect(alone.run(["catalog", "CreateUser"])).toContain("PUT /users/{InstanceId}");
    expect(alone.run(["schema"])).toBe(
      readFileSync(join(root, "examples/aws/authorizer.schema.json"), "utf8"),
    );
  });

  it("writes a signed bundle", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = join(alone.folder, "key.pem");
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }));
    const out = join(alone.folder, "signed bundle.json");
    alone.run(["bundle", config, "--out", out, "--sign", key]);
    expect(JSON.parse(readFileSync(out, "utf8"))).toHaveProperty("signature");
  });

  it("has the clients of AWS", () => {
    for (const place of ["s3://my-bucket/b.json", "ssm:/b", "appconfig:a/b/c"])
      expect(() => alone.run(["diff", place, config], nothingAtAws)).toThrow("ECONNREFUSED");
    expect(() => alone.run(["principal", "list", "--table", "principals"], nothingAtAws)).toThrow(
      "ECONNREFUSED",
    );
  });

  it("takes credentials of a profile from a process, a role and a session of SSO", () => {
    const file = join(alone.folder, "aws config");
    const credentials = `{"Version":1,"AccessKeyId":"local","SecretAccessKey":"local"}`;
    writeFileSync(
      join(alone.folder, "credentials.mjs"),
      `console.log(${JSON.stringify(JSON.stringify(JSON.parse(credentials)))});`,
    );
    writeFileSync(
      file,
      [
        "[profile process]",
        `credential_process = "${process.execPath}" "${join(alone.folder, "credentials.mjs")}"`,
        "[profile role]",
        "role_arn = arn:aws:iam::123456789012:role/Publisher",
        "source_profile = process",
        "[profile sso]",
        "sso_session = company",
        "sso_account_id = 123456789012",
        "sso_role_name = Publisher",
        "[sso-session company]",
        "sso_region = us-east-1",
        "sso_start_url = https://example.awsapps.com/start",
      ].join("\n"),
    );
    const inProfile = (profile: string) => () =>
      alone.run(["diff", "s3://my-bucket/b.json", config], {
        ...nothingAtAws,
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_PROFILE: profile,
        AWS_CONFIG_FILE: file,
        AWS_SHARED_CREDENTIALS_FILE: join(alone.folder, "none"),
        HOME: alone.folder,
        USERPROFILE: alone.folder,
      });
    expect(inProfile("process")).toThrow("ECONNREFUSED");
    expect(inProfile("role")).toThrow("ECONNREFUSED");
    expect(inProfile("sso")).toThrow(/SSO session .* invalid/);
  });
});
