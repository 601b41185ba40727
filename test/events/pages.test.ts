/**
 * The commands that pages show: each is accounted for by what `.ci/run` runs. What comes of them is seen there.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parametersOf } from "../../tools/events/guided-deployment.ts";
import {
  callsSam,
  commandsOf,
  findUnaccounted,
  type PageScript,
} from "../../tools/events/pages/page-scripts.ts";
import { readPages } from "../../tools/events/pages/run-pages.ts";
import { pageScripts } from "../../tools/events/pages/scripts.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = readPages();
const readme = pages.get("README.md") ?? "";
const withReadme = (text: string) => findUnaccounted(new Map([...pages, ["README.md", text]]), pageScripts);

describe("the commands of the pages", () => {
  it("are accounted for, each", () => {
    expect(findUnaccounted(pages, pageScripts)).toEqual([]);
    expect(pages.size).toBeGreaterThan(30);
  });

  it.each([
    [
      "a command beside the others",
      "npm ci && npm start\n",
      "npm ci && npm start\nsam local invoke NoSuchFunction\n",
    ],
    [
      "one more in a block of its own",
      "## Use it in your project\n",
      "```sh\nsam sync\n```\n\n## Use it in your project\n",
    ],
    ["other flags", "init my-api --yes\n", "init my-api --yes --no-such-flag\n"],
    ["one that does not call the SAM CLI", "npm start\ncurl", "npm start --no-such-flag\ncurl"],
  ])("are refused in README.md when nothing runs %s", (_, from, to) => {
    expect(readme).toContain(from);
    expect(withReadme(readme.replace(from, () => to)).join()).toMatch(/^README\.md:\d+: nothing runs `/);
  });

  it("are refused when a step is of no page any more, or in another place", () => {
    expect(withReadme(readme.replace("npm start\ncurl", "curl"))).toEqual([
      "README.md does not have `npm start`",
    ]);
    const swapped = readme.replace(/^(npx .*\n)(cd .*\n)/m, "$2$1");
    expect(withReadme(swapped)).toEqual(["README.md has its commands in another order than their steps"]);
    const elsewhere: PageScript = { page: "docs/no.md", where: "checkout", covers: "all", steps: [] };
    expect(findUnaccounted(pages, [...pageScripts, elsewhere])).toEqual(["docs/no.md is not there"]);
  });

  it("are refused on any page when they call the SAM CLI", () => {
    const page = "docs/reference/gateways.md";
    const text = `${pages.get(page)}\n\`\`\`sh\nexport A=1\nA=b sam deploy   # now\n\`\`\`\n`;
    expect(findUnaccounted(new Map([...pages, [page, text]]), pageScripts)).toEqual([
      expect.stringMatching(/^docs\/reference\/gateways\.md:\d+: nothing runs `A=b sam deploy`$/),
    ]);
  });

  it("are read from blocks of a shell, without comments, with continued lines joined", () => {
    const text =
      "```sh\na 'b#c'   # why\n\n# only this\nd \\\n  --e   # f\n```\n```js\nsam g\n```\n   ```sh\n   h\n   ```\nsam i\n";
    expect(commandsOf("p.md", text).map(({ line, command }) => `${line} ${command}`)).toEqual([
      "2 a 'b#c'",
      "5 d --e",
      "12 h",
    ]);
  });

  it.each([
    ["sam build", true],
    ["A=b C=d sam local invoke F", true],
    ["npm ci && sam build", true],
    ["$(sam list)", true],
    ["node sample", false],
    ["npm run sam-local", false],
  ])("%s calls the SAM CLI: %s", (command, expected) => {
    expect(callsSam({ page: "p.md", line: 1, command })).toBe(expected);
  });

  it("name parameters that the template has, where they override any", () => {
    const parameters = parametersOf(readFileSync(resolve(root, "template.yaml"), "utf8"));
    const named = [...pages].flatMap(([page, text]) =>
      commandsOf(page, text).flatMap(({ command }) =>
        [...command.matchAll(/--parameter-overrides ((?:\w+=\S+ ?)+)/g)].flatMap(([, list = ""]) =>
          [...list.matchAll(/(\w+)=/g)].map(([, name]) => name),
        ),
      ),
    );
    expect(new Set(named)).toEqual(
      new Set(["ConnectEndpoint", "PrincipalsTableName", "ShadowBundleLocation"]),
    );
    expect(parameters).toEqual(expect.arrayContaining([...new Set(named)]));
  });
});

describe(".ci/run", () => {
  it("runs every page that has steps", () => {
    const run = readFileSync(resolve(root, ".ci/run"), "utf8");
    const named = [...run.matchAll(/tools\/events\/run\.mjs pages (.*)$/gm)].flatMap(([, list = ""]) =>
      list.split(" "),
    );
    expect(named.sort()).toEqual(pageScripts.map(({ page }) => page).sort());
  });
});
