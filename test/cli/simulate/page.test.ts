/** docs/how-to/simulate.md: its files are what it says, and its commands print what it shows. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { openConfiguration } from "../../../tools/cli/open-configuration.ts";
import { openSimulator } from "../../../tools/cli/simulate/serve-simulator.ts";
import { KeptText, run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

const load = async (path: string) => (await openConfiguration(path)).bundle;

const page = readFileSync(resolve(import.meta.dirname, "../../../docs/how-to/simulate.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\n\`\`\`${language}\n(.*?\n)\`\`\``, "gs"))].map(([, text = ""]) => text);
const [custom = "", principal = "", oneCase = ""] = blocks("json");
const [request = "", caller = "", serving = "", aws = "", cases = ""] = blocks("sh");
const [simulated = "", answered = ""] = blocks("text");
const argvOf = (command: string) => command.trim().replace("npx connect-authorizer ", "").split(" ");

useExampleProject();
beforeAll(async () => {
  await writeFile("cases.jsonl", oneCase);
  await writeFile("request.json", custom);
  await writeFile("caller.json", principal);
});

it("shows what its commands print", async () => {
  expect(await run(argvOf(cases))).toEqual({ status: 0, stdout: answered, stderr: "" });
  expect(await run(argvOf(request))).toEqual({ status: 0, stdout: simulated, stderr: "" });
  const { status, stdout } = await run(argvOf(caller));
  const { EvaluationResults } = JSON.parse(stdout);
  expect({ status, EvaluationResults }).toMatchObject({
    status: 1,
    EvaluationResults: [{ EvalDecision: "allowed" }, { EvalDecision: "implicitDeny" }],
  });
});

it("serves what the AWS CLI sends, with the project's configuration", async () => {
  expect(argvOf(serving)).toEqual(["simulate", "--serve", "--port", "8181"]);
  const server = await openSimulator(
    { port: 0, path: "config", load: () => load("config") },
    { stderr: new KeptText() },
  );
  onTestFinished(() => server.close());
  const [PolicySourceArn = ""] = /arn:aws:iam::\S+/.exec(aws) ?? [];
  const action = /--action-names (\S+)/.exec(aws)?.[1] ?? "";
  const fields = { Action: "SimulatePrincipalPolicy", PolicySourceArn, "ActionNames.member.1": action };
  const answer = await fetch(server.url, { method: "POST", body: new URLSearchParams(fields) });
  expect(await answer.text()).toContain("<EvalDecision>allowed</EvalDecision>");
});

it("serves custom policies where there is no configuration", async () => {
  const project = process.cwd();
  process.chdir("dist");
  onTestFinished(() => process.chdir(project));
  const stderr = new KeptText();
  const server = await openSimulator({ port: 0, path: "config", load: () => load("config") }, { stderr });
  onTestFinished(() => server.close());
  expect(stderr.text).toBe(
    "note: there is no folder `config`: requests with a PolicySourceArn are refused\n",
  );
  const PolicySourceArn = "arn:aws:iam::123456789012:group/admins";
  const fields = { Action: "GetContextKeysForPrincipalPolicy", PolicySourceArn };
  const answer = await fetch(server.url, { method: "POST", body: new URLSearchParams(fields) });
  expect(await answer.text()).toContain("name the configuration, by --config");
});
