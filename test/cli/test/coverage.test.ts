/** `test --coverage`: the statements that decided a test, and the conditions that tests met and did not meet. */
import { describe, expect, it } from "vitest";
import { runTest, runTests } from "./tested-folder.ts";

const known = (team: string) => `known: { agent/some-user-id: { tags: { team: ${team} } } }`;

const some = `  - { as: hr, call: CreateUser, expect: allow }
  - { as: hr, call: DescribeUser, ${known("a")}, expect: allow }
  - { as: night, call: ListQueues, at: 2026-12-24T00:00:00Z, expect: implicitDeny }
`;

const whole = `${some}
  - { as: hr, call: CreateUser, input: { SecurityProfileIds: [admins] }, expect: explicitDeny }
  - { as: hr, call: DescribeUser, ${known("b")}, expect: implicitDeny }
  - { as: alice, call: ListUsers, expect: allow }
  - { as: night, call: ListQueues, at: 2027-01-01T00:00:00Z, expect: allow }
  - { as: night, call: ListUsers, from: 192.0.2.7, expect: allow }
  - { as: night, call: ListUsers, from: 198.51.100.7, expect: implicitDeny }
  - { as: night, call: StopContact, known: { contact/some-contact-id: { channel: VOICE } }, expect: allow }
  - { as: night, call: StopContact, known: { contact/some-contact-id: { channel: CHAT } }, expect: implicitDeny }
  - { as: night, call: ListPrompts, expect: deny }
`;

describe("--coverage", () => {
  it("counts by policy, and lists with its place what no test reaches", async () => {
    const { status, stdout } = await runTests(some, "--coverage");
    expect({ status, lines: stdout.split("\n") }).toEqual({
      status: 0,
      lines: [
        "coverage 25 %: 2 of 8 statements decide a test, 0 of 5 conditions are tested both ways",
        "    night: 0 of 4, 0 of 4",
        "    reading: 0 of 1, 0 of 0",
        "    users: 2 of 3, 0 of 1",
        "    DIR/policies/night.json:4:5 Allow night#AtNight decides no test",
        "    DIR/policies/night.json:5:43 DateGreaterThan on aws:CurrentTime of Allow night#AtNight is never met",
        "    DIR/policies/night.json:6:5 Allow night#Office decides no test",
        "    DIR/policies/night.json:7:37 IpAddress on aws:SourceIp of Allow night#Office is tested neither way",
        "    DIR/policies/night.json:8:5 Allow night#Voice decides no test",
        "    DIR/policies/night.json:9:40 StringEquals on connect:Channel of Allow night#Voice is tested neither way",
        "    DIR/policies/night.json:10:5 Allow night#3 decides no test",
        "    DIR/policies/night.json:11:40 StringEquals on jwt:iat of Allow night#3 is tested neither way",
        "    DIR/policies/reading.json:3:17 Allow reading#0 decides no test",
        "    DIR/policies/users.json:6:40 StringEquals on aws:ResourceTag/Team of Allow users#OwnTeam is never unmet",
        "    DIR/policies/users.json:7:5 Deny users#NotThisProfile decides no test",
        "✓ 3 tests, access not compared",
        "",
      ],
    });
  });

  it("counts each condition both ways, and none whose key is not known", async () => {
    const { stdout } = await runTests(whole, "--coverage", "--json");
    const { coverage } = JSON.parse(stdout);
    expect(coverage).toMatchObject({
      statements: { covered: 7, total: 8 },
      conditions: { covered: 4, total: 5 },
      missing: [
        "DIR/policies/night.json:10:5 Allow night#3 decides no test",
        "DIR/policies/night.json:11:40 StringEquals on jwt:iat of Allow night#3 is tested neither way",
      ],
    });
  });

  it("counts the Allow of a boundary that a call needs", async () => {
    const test =
      "  - { as: seller, call: DescribeUser, known: { agent/some-user-id: { tags: { team: a } } }, expect: allow }";
    const { stdout } = await runTests(test, "--coverage");
    expect(stdout).toContain("    reading: 1 of 1, 0 of 0\n    users: 1 of 3, 0 of 1\n");
  });
});

describe("--min-coverage", () => {
  it.each([
    ["0", 0],
    ["25", 0],
    ["26", 1],
    ["100", 1],
  ])("of %s ends with %i for a quarter of the statements", async (percent, status) => {
    const done = await runTests(some, "--min-coverage", percent);
    expect(done.status).toBe(status);
    expect(done.stdout).toMatch(/^coverage 25 %/);
    expect(done.stderr.includes(`coverage is below ${percent} %\n`)).toBe(status === 1);
  });

  it.each(["-1", "101", "9.5", "x", ""])("of `%s` is refused", async (percent) => {
    const { status, stderr } = await runTest(`--min-coverage=${percent}`);
    expect(status).toBe(2);
    expect(stderr).toContain("must be a whole number from 0 to 100");
  });
});
