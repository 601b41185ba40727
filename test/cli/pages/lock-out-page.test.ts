/** docs/how-to/lock-a-caller-out.md: its steps, one after the other, on a configuration that is published. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codesOf } from "../../page-blocks.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const page = "docs/how-to/lock-a-caller-out.md";
const [policy = ""] = codesOf(page, "json");
const [guardrails = ""] = codesOf(page, "yaml");
const [denied = ""] = codesOf(page, "text");
const commands = codesOf(page, "sh").map((code) =>
  code
    .trim()
    .split("\n")
    .map((line) =>
      line.replace("npx connect-authorizer ", "").replace("s3://my-bucket/policies.json", "STORE").split(" "),
    ),
);

it("locks out the one caller, and nobody else", async () => {
  const store = `file:${join(process.cwd(), "policies.json")}`;
  const [compare = [], check = [], publish = []] = commands.map((lines) =>
    lines.map((words) => words.map((word) => (word === "STORE" ? store : word))),
  );
  expect(await run(["publish", "config", "--to", store, "--yes"])).toMatchObject({
    status: 0,
  });
  const [diff = []] = compare;
  expect(await run(diff)).toMatchObject({ status: 0, stdout: expect.not.stringMatching(/^[-+~]/m) });

  await writeFile("config/policies/lock-out.json", policy);
  const main = await readFile("config/authorizer.yaml", "utf8");
  await writeFile("config/authorizer.yaml", main.replace(/^guardrails: .*\n/m, guardrails));
  const [validate = [], alice = [], bob = []] = check;
  expect(await run(validate)).toMatchObject({ status: 0 });
  const explained = await run(alice);
  expect(explained).toMatchObject({ status: 0 });
  expect(explained.stdout.startsWith(denied)).toBe(true);
  expect(await run(bob)).toMatchObject({ status: 0 });
  // Every operation, not the one that the page shows.
  const all = await run(["what-can", "--sub", "alice", "--group", "admins", "--json", "--config", "config"]);
  const { operations }: { operations: { answer: string }[] } = JSON.parse(all.stdout);
  expect(new Set(operations.map(({ answer }) => answer))).toEqual(new Set(["never"]));

  const [to = []] = publish;
  const published = await run([...to, "--yes"]);
  expect(published.status).toBe(0);
  const lines = published.stdout.split("\n");
  expect(lines.filter((line) => line.startsWith("- ")).length).toBeGreaterThan(0);
  expect(lines.filter((line) => /^[+~]/.test(line))).toEqual([]);
});
