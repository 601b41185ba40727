/** `openapi`, run in this process on AWS's examples. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../command-run.ts";

const examples = "examples/aws";
const rest = ["openapi", examples, "--for", "rest-api"];
const arn = "arn:aws:lambda:us-east-1:123456789012:function";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "openapi test "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("openapi", () => {
  it("prints the document, or writes it into a file and says how many operations it has", async () => {
    const file = join(await temporaryFolder(), "api.json");
    const selected = ["openapi", examples, "--operation", "connect:describeuser", "--operation", "ListUser*"];
    const printed = await run([...selected, "--server", "https://api.test/prod/"]);
    const document = JSON.parse(printed.stdout);
    expect(printed).toMatchObject({ status: 0, stderr: "" });
    expect(document).toMatchObject({ openapi: "3.1.1", servers: [{ url: "https://api.test/prod" }, {}] });
    const ids = Object.values<object>(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual([
      "CallOperation",
      "DescribeUser",
      "ListUserHierarchyGroups",
      "ListUserNotifications",
      "ListUserProficiencies",
      "ListUsers",
    ]);
    const written = await run([...selected, "--server", "https://api.test/prod", "--out", file]);
    expect(written).toEqual({ status: 0, stderr: "", stdout: `${file}: 5 operations\n` });
    expect(await readFile(file, "utf8")).toBe(printed.stdout);
  });

  it("leaves out what no caller may do, by --allowed", async () => {
    const folder = await temporaryFolder();
    await cp(examples, folder, { recursive: true });
    const file = join(folder, "authorizer.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(
      file,
      text.replace(/- everything\b|everything,? ?/g, (found) =>
        found.replace("everything", "record-contacts"),
      ),
    );
    const { status, stdout, stderr } = await run(["openapi", folder, "--allowed"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const { paths } = JSON.parse(stdout);
    expect(JSON.stringify(paths)).toContain('"operationId":"StartContactRecording"');
    expect(JSON.stringify(paths)).not.toContain('"operationId":"DeleteInstance"');
  });

  it("names functions for API Gateway, and asks for API keys", async () => {
    const functions = ["--authorizer-arn", `${arn}:a:live`, "--proxy-arn", `${arn}:p`];
    const more = ["--operation", "DescribeUser", "--reauthorize-every", "0", "--api-key", "authorizer"];
    const { status, stdout } = await run([...rest, ...functions, ...more]);
    expect(status).toBe(0);
    expect(stdout).toContain(`functions/${arn}:a:live/invocations`);
    expect(stdout).not.toContain("Fn::Sub");
    expect(JSON.parse(stdout)).toMatchObject({
      "x-amazon-apigateway-api-key-source": "AUTHORIZER",
      components: {
        securitySchemes: {
          ConnectAuthorizer: { "x-amazon-apigateway-authorizer": { authorizerResultTtlInSeconds: 0 } },
        },
      },
    });
  });

  it("writes all operations for API Gateway where the quota allows it", async () => {
    expect(await run([...rest, "--max-resources", "403"])).toMatchObject({ status: 2 });
    expect(await run([...rest, "--max-resources", "404"])).toMatchObject({ status: 0, stderr: "" });
  });

  it.each([
    [
      rest,
      "these operations need 404 resources, and a REST API can have 300: choose some with `--operation` or `--allowed`, or name your quota with `--max-resources`",
    ],
    [
      ["openapi", examples, "--operation", "DescribeUsr"],
      "no operation that is served matches `--operation DescribeUsr`; did you mean `DescribeUser`",
    ],
    [
      ["openapi", examples, "--operation", "GetFederationToken"],
      "no operation that is served matches `--operation GetFederationToken`",
    ],
    [["openapi", examples, "--proxy-arn", `${arn}:p`], "`--proxy-arn` needs `--for rest-api`"],
    [
      [...rest, "--server", "https://api.test"],
      "`--server` is for `--for clients`: API Gateway gives an API its address",
    ],
    [
      ["openapi", examples, "--server", "api.test"],
      "`--server api.test` must be a URL, like `https://api.example.com/prod`",
    ],
    [
      [...rest, "--operation", "DescribeUser", "--proxy-arn", "proxy"],
      `\`--proxy-arn proxy\` is not the ARN of a function; example: \`${arn}:proxy\``,
    ],
    [
      [...rest, "--operation", "DescribeUser", "--reauthorize-every", "3601"],
      "`--reauthorize-every 3601` must be a whole number from 0 to 3600",
    ],
    [[...rest, "--max-resources", "many"], "`--max-resources many` must be a whole number from 1 to 10000"],
  ])("refuses %j", async (argv, message) => {
    const { status, stdout, stderr } = await run(argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("refuses a route that API Gateway cannot have", async () => {
    const folder = await temporaryFolder();
    await cp(examples, folder, { recursive: true });
    const file = join(folder, "authorizer.yaml");
    const text = await readFile(file, "utf8");
    const id = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
    const route = `routes:\n  - route: GET /~agents\n    operation: ListUsers\n    input: { InstanceId: ${id} }\n`;
    await writeFile(file, `${text.replace(/^routes:.*$/m, "# ")}\n${route}`);
    const { status, stderr } = await run([
      "openapi",
      folder,
      "--for",
      "rest-api",
      "--operation",
      "ListUsers",
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain(
      "the route `/~agents` has a character that API Gateway does not allow in a path",
    );
  });
});
