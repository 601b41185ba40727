/** Workflow commands: read as GitHub's runner reads them, they are what was found and nothing else, whatever the texts are. */
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { Finding } from "../../../tools/cli/formats/form.ts";
import { formatGithub } from "../../../tools/cli/formats/github.ts";

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads one line of output as `ActionCommand.TryParseV2` of actions/runner does; `undefined` if it is no command. */
function readCommand(line: string): Command | undefined {
  const text = line.trimStart();
  if (!text.startsWith("::")) return undefined;
  const end = text.indexOf("::", 2);
  if (end < 0) return undefined;
  const info = text.slice(2, end);
  const blank = info.indexOf(" ");
  const [name, rest] = blank < 0 ? [info, ""] : [info.slice(0, blank), info.slice(blank + 1)];
  const decode = (value: string) =>
    [
      ["%0D", "\r"],
      ["%0A", "\n"],
      ["%3A", ":"],
      ["%2C", ","],
      ["%25", "%"],
    ].reduce((decoded, [from = "", to = ""]) => decoded.replaceAll(from, to), value);
  const properties = rest.split(",").map((each) => {
    const [key = "", ...value] = each.trim().split("=");
    return [key, decode(value.join("="))];
  });
  const message = text
    .slice(end + 2)
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%25", "%");
  return { name, properties: Object.fromEntries(properties), message };
}

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "::",
        "error",
        "set-output name=x",
        "%",
        "%0A",
        "\n",
        "\r",
        ",",
        "=",
        ":",
        " ",
        "##[",
        "]",
        "\u2028",
        "a",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);
const findings = fc.array(
  fc.record({
    level: fc.constantFrom("error", "warning", "notice"),
    title: hostile,
    lines: fc.array(hostile, { minLength: 1, maxLength: 3 }),
  }) satisfies fc.Arbitrary<Finding>,
  { maxLength: 4 },
);

describe("GitHub's annotations", () => {
  it("are one line for each finding, which the runner reads as that finding", () => {
    fc.assert(
      fc.property(findings, (found) => {
        const lines = formatGithub(found).split(/[\r\n]/);
        expect(lines.pop()).toBe("");
        expect(lines.map(readCommand)).toEqual(
          found.map(({ level, title, lines: texts }) => ({
            name: level,
            // The runner trims each property.
            properties: { title: withoutControls(title).trimEnd() },
            message: texts.map(withoutControls).join("\n"),
          })),
        );
        for (const line of lines) expect(line).not.toMatch(/##\[|##vso\[/);
      }),
    );
  });

  it("escape what ends a command, a property or a line", () => {
    const place = { file: "a,b:c%0A.json", line: 2, column: 3 };
    const lines = ["50 % of ::set-env name=A::b", "::error::no\r\n::warning::no"];
    expect(formatGithub([{ level: "error", title: "x,file=y::z", place, lines }])).toBe(
      "::error file=a%2Cb%3Ac%250A.json,line=2,col=3,title=x%2Cfile=y%3A%3Az::50 %25 of ::set-env name=A::b%0A\\u{3a}:error::no\\u{d}\\u{a}::warning::no\n",
    );
  });

  it("name files from the root of what was checked out", () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("GITHUB_WORKSPACE", import.meta.dirname);
    const place = { file: `${import.meta.dirname}/config/a b.json`, line: 1, column: 1 };
    expect(formatGithub([{ level: "notice", title: "t", place, lines: ["m"] }])).toBe(
      "::notice file=config/a b.json,line=1,col=1,title=t::m\n",
    );
  });
});
