/** What the local gateway prints for people: its banner, and a line for each decision. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Configuration } from "../../../shared/bundle/types.ts";
import { renderBanner } from "../../../tools/local/banner.ts";
import { formatDecision, formatDifference } from "../../../tools/local/records.ts";

const config: Configuration = {
  instances: [
    {
      arn: "arn:aws:connect:us-east-1:123456789012:instance/i-1",
      partition: "aws",
      region: "us-east-1",
      accountId: "123456789012",
      id: "i-1",
    },
  ],
  issuers: [],
  bindings: [
    { match: { groups: ["operators", "it's"] }, policies: ["read"] },
    { match: { groups: ["operators"] }, policies: ["write", "read"] },
    { match: { principals: ["root"] }, policies: ["everything"] },
  ],
  guardrails: [],
  mode: "enforce",
  tokenHeader: "authorization",
  routes: [],
};
const facts = {
  program: "npx connect-authorizer",
  url: "http://127.0.0.1:3000",
  connect: { kind: "embedded" },
  connectUrl: "http://127.0.0.1:5000",
  configFolder: "config",
  version: "0123456789abcdef",
  config,
} as const;

describe("the banner", () => {
  it("names groups with their policies and gives commands for a shell", () => {
    const lines = renderBanner(facts).split("\n");
    expect(lines).toContain("  console  http://127.0.0.1:3000/_console/");
    expect(lines).toContain("  operators  read, write");
    expect(lines).toContain("  TOKEN=$(npx connect-authorizer token --sub alice --group operators)");
    expect(lines.filter((line) => line.includes("curl"))).toEqual([
      '  curl -i -H "authorization: Bearer $TOKEN" http://127.0.0.1:3000/users/i-1/00dtcddd1-123e-111e-93e3-11111bfbfcc1',
      '  curl -i -X DELETE -H "authorization: Bearer $TOKEN" http://127.0.0.1:3000/users/i-1/00dtcddd1-123e-111e-93e3-11111bfbfcc1',
    ]);
  });

  it("names the address where it is not the usual one, and the header where it is another", () => {
    const other = {
      ...facts,
      url: "http://127.0.0.1:4711",
      config: { ...config, tokenHeader: "x-connect-token" as const },
    };
    const banner = renderBanner(other);
    expect(banner).toContain("--group operators --url http://127.0.0.1:4711)");
    expect(banner).toContain('-H "x-connect-token: $TOKEN"');
  });

  it("names the issuer where there are several: the one that has groups", () => {
    const issuers = ["https://a.test", "https://b.test"].map((issuer, index) => ({
      issuer,
      audience: ["app"],
      claims: { id: "sub", ...(index ? { groups: "g" } : {}) },
    }));
    for (const issuer of [["https://b.test"], ["https://a.test", "https://b.test"]]) {
      const bindings = [{ match: { issuer, groups: ["operators"] }, policies: ["read"] }];
      const banner = renderBanner({ ...facts, config: { ...config, issuers, bindings } });
      expect(banner).toContain("token --sub alice --group operators --issuer https://b.test)");
    }
  });

  it("quotes a group's name for the shell", () => {
    const odd = { ...config, bindings: [{ match: { groups: ["it's $(odd)"] }, policies: ["read"] }] };
    expect(renderBanner({ ...facts, config: odd })).toContain(String.raw`--group 'it'\''s $(odd)')`);
  });
});

describe("a decision's line", () => {
  it("tells who, what and why in one line, whatever the names hold", () => {
    const line = formatDecision({
      type: "decision",
      schemaVersion: 1,
      time: "2026-01-01T00:00:00.000Z",
      stage: "proxy",
      requestId: "r",
      outcome: "deny",
      principal: { id: "al\u001b[2Jice\n", name: "n", issuer: "i" },
      operation: "DeleteUser",
      decision: "explicitDeny",
      statements: [
        { policy: "p", index: 0, effect: "Deny", file: "p.json", line: 1 },
        { policy: "q", sid: "S", index: 1, effect: "Deny", file: "q.json", line: 9 },
      ],
    });
    expect(line).toBe("proxy deny DeleteUser al\\u{1b}[2Jice\\u{a} explicitDeny p#0 q#S");
  });

  it("of a difference tells what each bundle says", () => {
    const record = {
      type: "shadow",
      schemaVersion: 1,
      time: "2026-01-01T00:00:00.000Z",
      stage: "proxy",
      requestId: "r",
      principal: { id: "ali\u001bce", name: "n", issuer: "i" },
      policyVersion: "1",
      candidateVersion: "2",
    } as const;
    const live = {
      outcome: "allow",
      operation: "DeleteUser",
      statements: [{ policy: "p", index: 0, effect: "Allow", file: "p.json", line: 1 }],
    } as const;
    expect(
      formatDifference({
        ...record,
        difference: "loses",
        live,
        candidate: { outcome: "error", reason: "unknownInstance" },
      }),
    ).toBe("shadow loses DeleteUser ali\\u{1b}ce: allow p#0, would be error unknownInstance");
    expect(
      formatDifference({
        ...record,
        difference: "undecided",
        live: { outcome: "error", reason: "unknownInstance" },
        candidate: { outcome: "notYetKnown", missingContextKeys: ["aws:ResourceTag/Team"] },
      }),
    ).toBe(
      "shadow undecided - ali\\u{1b}ce: error unknownInstance, would be notYetKnown aws:ResourceTag/Team",
    );
    const by = (policy: string, sid: string, effect: "Allow" | "Deny") => ({
      operation: "DeleteUser",
      statements: [{ policy, sid, index: 0, effect, file: "p.json", line: 1 }],
    });
    const shown = formatDifference({
      ...record,
      principal: { ...record.principal, id: "alice" },
      difference: "gains",
      live: { outcome: "deny", ...by("deny-delete-update-users", "DenyDeleteAndUpdateUsers", "Deny") },
      candidate: { outcome: "allow", ...by("everything", "Everything", "Allow") },
    });
    const page = readFileSync(resolve(import.meta.dirname, "../../../docs/how-to/shadow.md"), "utf8");
    expect(page).toContain(`\`\`\`\n${shown}\n`);
  });
});
