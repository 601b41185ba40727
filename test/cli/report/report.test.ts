/** `report --html`: what the page says is what `what-can` says, and nothing that others wrote becomes markup. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

interface Written {
  /** Binding → its policies. */
  readonly bindings: readonly (readonly [match: object, policies: readonly string[]])[];
  readonly policies: Readonly<Record<string, readonly object[]>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

async function folderOf({ bindings, policies, more }: Written): Promise<ConfigurationFolder> {
  const configuration = {
    instances: [{ arn }],
    issuers: [
      { issuer: "https://issuer.example/", audience: "app", claims: { id: "sub", groups: "groups" } },
    ],
    bindings: bindings.map(([match, names]) => ({ match, policies: names })),
    ...more,
  };
  const folder = await createFolder({
    "authorizer.yaml": JSON.stringify(configuration),
    ...Object.fromEntries(
      Object.entries(policies).map(([name, statements]) => [
        `policies/${name}.json`,
        JSON.stringify({ Version: "2012-10-17", Statement: statements }, null, 2),
      ]),
    ),
  });
  onTestFinished(() => folder.remove());
  return folder;
}

async function report(...argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(["report", ...argv, "--html", "-"]);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

const allow = { Effect: "Allow", Action: "connect:*", Resource: "*" };

/** What a reader sees. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ");
}

/** The words of a binding's column, by operation; what no binding may use is in no table. */
function wordsOf(page: string, binding: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const area of page.split("<details open class=").slice(1)) {
    const heads = [...area.matchAll(/<th scope="col">(.*?)<\/th>/g)].map(([, head = ""]) => head);
    const column = heads.findIndex((head) => head.includes(`>${binding}<`));
    for (const [, name = "", cells = ""] of area.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/gs)) {
      const cell = cells.split("<td>")[column] ?? "";
      words.set(name.replaceAll("<wbr>", ""), /<\/i>(\w+)</.exec(cell)?.[1] ?? "");
    }
  }
  return words;
}

describe("the page", () => {
  it("says of each operation what `what-can` says, and is the same each time", async () => {
    const page = await report("config");
    expect(await report("config")).toBe(page);
    for (const group of ["operators", "contact-admins"]) {
      const words = wordsOf(page, `groups ${group}`);
      const { operations } = JSON.parse((await run(["what-can", "--group", group, "--json"])).stdout);
      for (const { operation, answer } of operations) {
        const word = /some|depends/.test(answer) ? "sometimes" : answer;
        expect([operation, words.get(operation) ?? "never"]).toEqual([operation, word]);
      }
      expect(operations.length).toBeGreaterThan(300);
    }
    const text = textOf(page);
    expect(text).toContain("groups operators everything, deny-delete-update-users 384 11 0");
    expect(text).toContain(
      "Deny deny-delete-update-users#DenyDeleteAndUpdateUsers policies/deny-delete-update-users.json:4",
    );
  });

  it("leads from a cell to its reason, and from there to the statement's lines", async () => {
    const page = await report("config");
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(ids.size).toBe([...page.matchAll(/ id="/g)].length);
    expect(links.length).toBeGreaterThan(400);
    expect(links.filter((id) => !ids.has(id ?? ""))).toEqual([]);
    expect(page).toContain("<b>5</b>  &quot;Sid&quot;: &quot;DenyDeleteAndUpdateUsers&quot;,");
  });

  it("needs no script and no network, and lets nothing in", async () => {
    const page = await report("config");
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|\sstyle=|(?:src|href)="(?!#)|url\(|@import/i);
  });

  it("shows what others wrote as text: markup, quotes, characters that hide or reorder", async () => {
    const hostile = `<img src=x onerror=alert(1)>"'&amp;</style><script>alert(2)</script>\u202e\u0007`;
    const folder = await folderOf({
      bindings: [
        [{ groups: [hostile] }, ["p"]],
        [{ claims: { [`x"><b>`]: [hostile] } }, ["p", "q"]],
      ],
      policies: {
        p: [{ ...allow, Resource: `${arn}/queue/<script>${hostile}` }],
        q: [{ ...allow, Condition: { StringEquals: { "aws:RequestTag/<b>": [hostile, "</pre>"] } } }],
      },
    });
    const page = await report(folder.path, "--at", "2026-11-30T18:00:00Z");
    const tags = new Set([...page.matchAll(/<\/?([^\s>]+)/g)].map(([, tag]) => tag?.toLowerCase()));
    const own =
      "!doctype html head meta title style body a header h1 h2 h3 p dl div dt dd nav ul ol li main section table caption thead tbody tr th td small span i b code br wbr details summary pre strong footer";
    expect([...tags].filter((tag) => !own.split(" ").includes(tag ?? ""))).toEqual([]);
    expect(page).not.toMatch(/(?![\n])[\p{Cc}\p{Cf}]/u);
    expect([...page.matchAll(/<[^>]*\bon\w+=/g)]).toEqual([]);
    expect(textOf(page)).toContain(`${hostile.slice(0, 20)}`);
    expect(textOf(page)).toContain(String.raw`</script>\u{202e}`);
  });

  it("groups bindings that have the same access in an area, and by words alone where they are too many", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `g${index}`);
    const page = await report(
      (
        await folderOf({
          bindings: names.map((name) => [{ groups: [name] }, [name]]),
          policies: Object.fromEntries(
            names.map((name) => [
              name,
              [{ ...allow, Action: "connect:DescribeQueue", Resource: `${arn}/queue/${name}` }],
            ]),
          ),
        })
      ).path,
    );
    const text = textOf(page);
    expect(text).toContain("groups g0 groups g1 groups g2 and 57 other bindings with the same access here");
    expect(text).toContain(
      "sometimes by statements that differ groups g0 groups g1 groups g2 and 57 other reasons",
    );
    const [, first = ""] = /<a href="#(why-\d+)">groups g0</.exec(page) ?? [];
    const [, reason = ""] = new RegExp(`<li id="${first}">(.*?)\n<li id`, "s").exec(page) ?? [];
    expect(reason).toContain("policies/g0.json:4");
    expect(page.length).toBeLessThan(100_000);
  });
});

describe("report", () => {
  it("marks what is gained and lost since another configuration, what escalates first", async () => {
    const queue = { ...allow, Action: ["connect:DescribeQueue", "connect:ListQueues"] };
    const bindings: Written["bindings"] = [[{ groups: ["a"] }, ["p"]]];
    const older = await folderOf({ bindings, policies: { p: [queue] } });
    const newer = await folderOf({
      bindings: [...bindings, [{ groups: ["b"] }, ["p"]]],
      policies: { p: [{ ...queue, Action: ["connect:DescribeQueue", "connect:CreateUser"] }] },
    });
    const text = textOf(await report(newer.path, "--compare", older.path));
    expect(text).toContain("3 cells gained, 0 changed, 1 lost. 2 of them escalate: look there first.");
    const changes = text.slice(text.indexOf("change binding operations"));
    const order = [
      "CreateUser (never → sometimes)",
      "DescribeQueue (never → always)",
      "ListQueues (always → never)",
    ];
    const places = order.map((each) => changes.indexOf(each));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(text).toContain("groups b new");
    const same = textOf(await report(older.path, "--compare", older.path));
    expect(same).toContain("No access changes.");
  });

  it("is made of a git revision's difference, with the time that is said", async () => {
    const queue = { ...allow, Action: "connect:DescribeQueue" };
    const folder = await folderOf({ bindings: [[{ groups: ["a"] }, ["p"]]], policies: { p: [queue] } });
    const git = (...argv: string[]) => execFileSync("git", argv, { cwd: folder.path, stdio: "ignore" });
    git("init", "--quiet");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "before");
    const file = join(folder.path, "policies/p.json");
    await writeFile(file, (await readFile(file, "utf8")).replace("DescribeQueue", "CreateQueue"));
    const at = "2026-11-30T18:00:00Z";
    const page = await report(folder.path, "--compare", "HEAD", "--at", at);
    const text = textOf(page);
    expect(text).toContain(`Made at ${at} Compared with HEAD`);
    expect(text).toContain("1 cell gained, 0 changed, 1 lost.");
    expect(wordsOf(page, "groups a").get("CreateQueue")).toBe("sometimes");
    expect(await report(folder.path, "--compare", "HEAD", "--at", at)).toBe(page);
    const { status, stderr } = await run(["report", folder.path, "--html", "-", "--compare", "no-such"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("no-such")]);
  });

  it("is made of an environment, also where that is compared", async () => {
    const folder = await folderOf({
      bindings: [[{ groups: ["a"] }, ["p"]]],
      policies: { p: [{ ...allow, Resource: `${arn}/*` }] },
      more: { instances: [{ name: "main", arn }] },
    });
    const other = arn.replace("us-east-1", "eu-west-2");
    await mkdir(join(folder.path, "environments"));
    await writeFile(
      join(folder.path, "environments/prod.yaml"),
      `instances:\n  - name: main\n    arn: ${other}\n`,
    );
    const [own, prod] = [await report(folder.path), await report(folder.path, "--env", "prod")];
    expect(textOf(prod)).toContain("Environment prod");
    expect([own.includes(other), prod.includes(other)]).toEqual([false, true]);
    expect(wordsOf(own, "groups a").get("DescribeQueue")).toBe("always");
    // The policy names the other instance, so that nobody may do anything there.
    expect(wordsOf(prod, "groups a").get("DescribeQueue") ?? "never").toBe("never");
    expect(textOf(await report(folder.path, "--env", "prod", "--compare", folder.path))).toContain(
      "No access changes.",
    );
  });

  it("writes a file and says what it holds; a bundle's statements are shown as it has them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "report-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [bundle, page] = [join(folder, "bundle.json"), join(folder, "pages/access.html")];
    await run(["bundle", "config", "--out", bundle]);
    const { status, stdout } = await run(["report", bundle, "--html", page]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/: 6 bindings, \d{3} operations\n$/);
    expect(textOf(await readFile(page, "utf8"))).toContain(
      "policies/everything.json:4, as the bundle has it",
    );
  });

  it("is called as docs/how-to/pull-requests.md shows it", async () => {
    const text = await readFile(join(import.meta.dirname, "../../../docs/how-to/pull-requests.md"), "utf8");
    const shown = [...text.matchAll(/^npx connect-authorizer (report .*)$/gm)].map(([, line = ""]) => line);
    for (const line of shown)
      expect((await run(line.replace("origin/main", "config").split(" "))).status).toBe(0);
    expect(shown.length).toBe(2);
    expect(textOf(await readFile("access.html", "utf8"))).toContain("No access changes.");
  });

  it.each([
    [["--html", "-", "--at", "today"], "`--at today` is not a time; write it as `2026-11-30T18:00:00Z`"],
    [["--html", "-", "--compare", "no-such"], "`no-such` is neither a folder nor a bundle's file"],
    [["--html", "-", "--env", "no-such"], "no-such"],
    [[], "--html"],
  ])("refuses %j", async (argv, message) => {
    const { status, stdout, stderr } = await run(["report", "config", ...argv]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});
