/** The view Live without a browser: what the gateway tells, what is kept of a record, and which records are of one call. */
import { describe, expect, it } from "vitest";
import { CallLog, mostCalls } from "../../tools/console/page/live/calls/call-log.ts";
import { outcomeOf, reasonOf, shortResource } from "../../tools/console/page/live/calls/describe-call.ts";
import { everyCall, filterCalls } from "../../tools/console/page/live/calls/filter-calls.ts";
import { openRecords } from "../../tools/console/page/live/calls/opened-records.ts";
import { readSeenRecord, type SeenRecord } from "../../tools/console/page/live/calls/seen-record.ts";
import { Feed } from "../../tools/console/server/feed.ts";

const members = {
  type: "decision",
  schemaVersion: 1,
  time: "2026-03-04T05:06:07.000Z",
  stage: "proxy",
  requestId: "r-1",
  outcome: "allow",
  operation: "DescribeUser",
  principal: { id: "alice", name: "alice", issuer: "https://issuer.example" },
};

function seen(changes: object): SeenRecord {
  const record = readSeenRecord({ ...members, ...changes });
  if (!record) throw new Error("not a record");
  return record;
}

describe("what happened at the gateway", () => {
  const line = (length: number) => ({ kind: "record", line: "x".repeat(length) }) as const;

  it("is told from what is kept, in parts, with how many are forgotten", async () => {
    const feed = new Feed();
    for (let at = 0; at < 1_200; at++) feed.publish(line(at));
    const first = await feed.read(undefined);
    expect([first.next, first.events.length, first.events[0], first.missed]).toEqual([
      700,
      500,
      line(200),
      undefined,
    ]);
    const second = await feed.read(first.next);
    expect([second.next, second.events.length, second.events[0]]).toEqual([1_200, 500, line(700)]);
    expect(await feed.read(50)).toMatchObject({ next: 700, missed: 150 });
  });

  it("takes bounded memory, however long the records are", async () => {
    const feed = new Feed();
    for (let at = 0; at < 100; at++) feed.publish(line(240_000));
    const { events } = await feed.read(undefined);
    expect(events.length).toBe(Math.floor(8_000_000 / 240_000));
  });
});

describe("the calls of records", () => {
  it("are one for the authorizer's, the proxy's, Connect's and the candidate's record, in any order", () => {
    const authorizer = { stage: "authorizer", outcome: "notYetKnown" };
    const upstream = {
      type: "upstream",
      status: 404,
      reason: "ResourceNotFoundException",
      principal: undefined,
    };
    const shadow = { type: "shadow", difference: "loses" };
    for (const order of [
      [authorizer, {}, upstream, shadow],
      [shadow, upstream, {}, authorizer],
    ]) {
      const log = new CallLog();
      for (const changes of order) log.add(seen(changes));
      const [call, ...others] = log.calls;
      expect(others).toEqual([]);
      expect(call?.records.map(({ type, stage }) => `${type} ${stage}`)).toEqual([
        "decision authorizer",
        "decision proxy",
        "upstream proxy",
        "shadow proxy",
      ]);
      expect([call?.final.outcome, call?.final.status]).toEqual(["allow", 404]);
    }
  });

  it("stay apart for callers who choose the request id of another call", () => {
    const log = new CallLog();
    log.add(seen({ outcome: "deny" }));
    log.add(seen({ outcome: "allow" }));
    log.add(seen({ stage: "authorizer", principal: { id: "eve", name: "alice", issuer: "x" } }));
    expect(log.calls.map(({ final }) => `${final.callerId} ${final.outcome}`)).toEqual([
      "eve allow",
      "alice allow",
      "alice deny",
    ]);
  });

  it("are forgotten, the oldest first", () => {
    const log = new CallLog();
    for (let at = 0; at < mostCalls + 10; at++) log.add(seen({ requestId: `r-${at}` }));
    expect([log.calls.length, log.count]).toEqual([mostCalls, mostCalls + 10]);
    expect(log.calls.at(-1)?.final.requestId).toBe("r-10");
  });

  it("are found by outcome, caller, operation and any word", () => {
    const log = new CallLog();
    log.add(seen({ requestId: "a", resource: "arn:aws:connect:eu-west-1:1:instance/i/agent/u-1" }));
    log.add(seen({ requestId: "b", outcome: "deny", operation: "DeleteUser" }));
    log.add(seen({ requestId: "c", outcome: "error", principal: { id: "bob", groups: ["hr"] } }));
    const found = (wanted: object) =>
      filterCalls(log.calls, { ...everyCall, ...wanted }).map(({ final }) => final.requestId);
    expect(found({})).toEqual(["c", "b", "a"]);
    expect(found({ outcome: "refused" })).toEqual(["c", "b"]);
    expect(found({ caller: "HR" })).toEqual(["c"]);
    expect(found({ operation: "user delete" })).toEqual(["b"]);
    expect(found({ text: "agent/u-1" })).toEqual(["a"]);
    expect(found({ outcome: "differs" })).toEqual([]);
  });
});

describe("a record", () => {
  it.each([
    [{ statements: [{ policy: "p", sid: "S", index: 0, effect: "Allow" }] }, "allowed", "Allow p#S"],
    [
      { status: 404, reason: "ResourceNotFoundException" },
      "allowed",
      "Amazon Connect answered 404 ResourceNotFoundException",
    ],
    [
      { outcome: "deny", decision: "explicitDeny", statements: [{ policy: "p", index: 2, effect: "Deny" }] },
      "denied",
      "Deny p#2",
    ],
    [
      { outcome: "deny", decision: "implicitDeny", layer: "attached", action: "connect:A" },
      "denied",
      "no Allow for connect:A",
    ],
    [
      { outcome: "deny", decision: "implicitDeny", layer: "boundary", action: "connect:A" },
      "denied",
      "the permissions boundary does not allow connect:A",
    ],
    [
      { outcome: "error", reason: "unauthorized", message: "TokenError: expired" },
      "failed",
      "unauthorized: expired",
    ],
    [{ outcome: "notYetKnown" }, "open", "the proxy decides, which knows the body"],
  ])("is put into words: %j", (changes, outcome, reason) => {
    expect([outcomeOf(seen(changes)), reasonOf(seen(changes))]).toEqual([outcome, reason]);
  });

  it("is read from logs as `explain --record` takes them, the newest first", () => {
    const older = JSON.stringify(members);
    const newer = JSON.stringify({ ...members, time: "2026-03-04T05:07:00.000Z", requestId: "r-2" });
    const prefixed = `2026-03-04T05:07:00.000Z\t2026/03/04/[$LATEST]abc123\t${newer}`;
    const exported = JSON.stringify({ events: [{ message: newer }, { message: older }] }, undefined, 2);
    for (const text of [`${older}\n${newer}`, `noise\n${prefixed}\r\n${older}`, exported])
      expect(openRecords("a file", text)?.calls.map(({ final }) => final.requestId)).toEqual(["r-2", "r-1"]);
    expect(openRecords("a file", "nothing")).toBeUndefined();
  });

  it("is kept only so far as it is one, and never with a token", () => {
    for (const value of [null, [], "x", {}, { ...members, time: "never" }, { ...members, type: "other" }])
      expect(readSeenRecord(value)).toBeUndefined();
    const long = seen({
      message: "Bearer abcdefghijkl eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.sig",
      asks: Array.from({ length: 5_000 }, () => ({ action: "x".repeat(9_000), resource: {} })),
      authorization: "secret",
    });
    expect(long.message).toBe("(a token, not shown) (a token, not shown)");
    expect(JSON.stringify(long).length).toBeLessThan(50_000);
    expect(JSON.stringify(long)).not.toContain("secret");
  });

  it("names a resource by what is behind its instance", () => {
    expect(shortResource("arn:aws:connect:eu-west-1:1:instance/i/agent/u-1")).toBe("agent/u-1");
    expect(shortResource("arn:aws:connect:eu-west-1:1:instance/i")).toBe("the instance");
    expect(shortResource("*")).toBe("*");
  });
});
