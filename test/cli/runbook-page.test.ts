/** docs/runbook.md and docs/deployment.md: the commands work, the links lead somewhere, and no parameter is left out. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");
const commands = [...read("docs/runbook.md").matchAll(/^( *)```sh\n(.*?)^\1```$/gms)].map(
  ([, , code = ""]) => code,
);

describe("docs/runbook.md", () => {
  it("has commands that work, one after the other", () => {
    expect(commands).toHaveLength(5);
    mkdirSync(resolve(root, "dist"), { recursive: true });
    const store = `file:${join(mkdtempSync(join(tmpdir(), "runbook-")), "policies.json")}`;
    const outputs = commands.map((code) =>
      execFileSync("bash", ["-ec", code.replaceAll("s3://my-bucket/policies.json", store)], {
        cwd: root,
        encoding: "utf8",
      }),
    );
    expect(outputs[0]).toContain("bob is not authorized to perform: connect:DeleteUser");
    // What has just been published differs in nothing.
    expect(outputs[2]).not.toMatch(/^[+~-]/m);
    const envelope: { signature?: unknown } = JSON.parse(readFileSync(store.slice("file:".length), "utf8"));
    expect(JSON.stringify(envelope)).toContain('"signature"');
  }, 60_000);
});

describe("docs/deployment.md", () => {
  it("names every parameter of the template, and no other", () => {
    const template = read("template.yaml");
    const section = template.slice(template.indexOf("\nParameters:"), template.indexOf("\nConditions:"));
    const parameters = [...section.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
    const page = read("docs/deployment.md");
    const table = page.slice(page.indexOf("## Parameters"), page.indexOf("Three that go together"));
    const named = table
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .flatMap((line) => [...(line.split("|")[2] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual(parameters.sort());
  });
});

const pages = [
  "comparison",
  "configuration",
  "deployment",
  "policies-by-example",
  "releasing",
  "runbook",
  "security-model",
];

describe.each(pages)("docs/%s.md", (page) => {
  it("links to files and headings that exist", () => {
    const links = [...read(`docs/${page}.md`).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    for (const target of links.filter((each) => !each.startsWith("http"))) {
      const [file = "", anchor] = target.split("#");
      const path = file === "" ? `docs/${page}.md` : join("docs", file);
      expect([target, existsSync(resolve(root, path))]).toEqual([target, true]);
      if (anchor === undefined) continue;
      const anchors = [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
      expect([target, anchors.includes(anchor)]).toEqual([target, true]);
    }
  });
});

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
