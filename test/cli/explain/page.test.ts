/** docs/how-to/explain.md: each command on it prints what the page says. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { formatRecordLine } from "../../../shared/audit/record-line.ts";
import { allowAll, bundleOf, given, instanceId } from "../../functions/lambda-fixture.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const page = readFileSync(resolve(import.meta.dirname, "../../../docs/how-to/explain.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));
const [principal = "", request = ""] = blocks.flatMap(({ language, text }) =>
  language === "json" ? [text] : [],
);

/** Splits a command line as a shell does: quotation marks group. */
function wordsOf(line: string): readonly string[] {
  const [, words = ""] = /^npx connect-authorizer (.*)\n?$/.exec(line) ?? [];
  return [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

const examples = blocks.flatMap(({ language, text }, index) => {
  const next = blocks[index + 1];
  return language === "sh" && next?.language === "text" ? [{ line: text, output: next.text }] : [];
});

describe("docs/how-to/explain.md", () => {
  it.each(examples)("says what is printed by: $line", async ({ line, output }) => {
    await writeFile("principal.json", principal);
    await writeFile("request.json", request);
    expect(await run(wordsOf(line))).toEqual({ status: 0, stdout: output, stderr: "" });
  });

  it("has an example of each form, and one of a record that works", async () => {
    expect(examples.length).toBe(3);
    const lines = blocks.flatMap(({ language, text }) =>
      language === "sh" && text.includes("--record") ? text.trim().split("\n") : [],
    );
    expect(lines.length).toBe(2);
    const lambdas = given(bundleOf([{ ...allowAll, Effect: "Deny" }]));
    await lambdas.call("GET", `/users/${instanceId}/u-1`, { claims: { sub: "bob" } });
    const log = lambdas.records.map((each) => formatRecordLine({ ...each, requestId: "1f0c" }));
    for (const name of ["denied.json", "calls.log"]) await writeFile(name, log.join("\n"));
    for (const line of lines) {
      const answer = await run(wordsOf(line));
      expect(answer).toMatchObject({ status: 0, stderr: "" });
      expect(answer.stdout).toMatch(/^Denied: `bob` may not DescribeUser: the Deny p#0 /);
    }
  });

  it("has at most 750 words", () => {
    expect(page.split(/\s+/).length).toBeLessThanOrEqual(750);
  });
});
