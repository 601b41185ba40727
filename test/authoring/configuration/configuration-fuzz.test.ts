/**
 * Whatever an author's file holds: a configuration that makes a bundle, or issues with their places. Never a crash.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { readConfiguration } from "../../../tools/authoring/configuration/read/configuration.ts";
import { parseYaml } from "../../../tools/authoring/document/parse-yaml.ts";
import { policy } from "../../bundle/bundle-fixture.ts";

const good = `instances:
  - arn: arn:aws:connect:us-east-1:123456789012:instance/aaaa
issuers:
  - issuer: https://issuer.example/
    audience: [one, two]
    claims: { id: oid, name: email, groups: "cognito:groups", tags: { team: "custom:team" } }
    jwksUri: https://keys.example/jwks.json
    jwks: { keys: [{ kty: RSA, kid: k1, n: AQAB, e: AQAB, key_ops: [verify] }] }
bindings:
  - match: { groups: [a, b], principals: [id-1], claims: { department: sales } }
    policies: [p]
    boundary: p
guardrails: [p]
mode: enforce
tokenHeader: x-connect-token
routes: []
dependentActions: ignored
principals: authoritative
doors: { mcp: true, authzen: { trusted: [{ groups: [g] }] } }
`;
const policies = [policy("p", "connect:*")];

/** The rule: no errors, then a bundle; errors, then each in the file. Gives whether there were none. */
function holds(text: string): boolean {
  const { sink, root } = parseYaml(text, "f.yaml");
  const read = root && readConfiguration(root);
  const lines = text.split("\n");
  for (const { line, column, message, code } of sink.issues) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(code).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(message).toMatch(/^[^\n]*[^.\n]$/);
  }
  const said = sink.issues.map((issue) => JSON.stringify(issue));
  expect(new Set(said).size).toBe(said.length);
  const errors = sink.issues.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return false;
  if (!read) throw new Error("there is neither a configuration nor an error");
  const known = read.policies.every(({ name }) => name === "p");
  if (known) openBundle(createBundle(read.config, policies));
  return true;
}

describe("an author's file", { timeout: 30_000 }, () => {
  it("is good as it stands", () => {
    expect(holds(good)).toBe(true);
  });

  it("is answered when bytes of it are changed, cut out or repeated", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "",
        " ",
        "\n",
        ":",
        "- ",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "#",
        "&a ",
        "*a",
        "!x ",
        "|",
        ">",
        "~",
        "\t",
        "? ",
      ),
      fc.constantFrom(
        "null",
        "true",
        "1e999",
        "1e21",
        ".nan",
        "__proto__",
        "constructor",
        "<<",
        "---\n",
        "%YAML 1.1\n",
        "\u0000",
        "\ud800",
        "*",
      ),
      fc.string({ maxLength: 5 }),
    );
    const edit = fc.record({ at: fc.nat(good.length), remove: fc.nat(12), insert: piece });
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = good;
      for (const { at, remove, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + remove);
      holds(text);
    });
    fc.assert(property, { seed: 45, numRuns: 1000 });
  });

  it("is answered when any value in it is replaced by any other", () => {
    const places = [
      "instances",
      "issuers",
      "bindings",
      "guardrails",
      "mode",
      "tokenHeader",
      "routes",
      "dependentActions",
      "principals",
      "doors",
    ];
    const property = fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
      const lines = good.split(/\n(?=[a-z])/i).filter((block) => !block.startsWith(`${place}:`));
      holds([...lines, `${place}: ${JSON.stringify(value)}`].join("\n"));
    });
    fc.assert(property, { seed: 46, numRuns: 500 });
  });
});
