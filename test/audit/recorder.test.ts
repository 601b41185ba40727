import { afterEach, describe, expect, it, vi } from "vitest";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import { createRecorder } from "../../shared/audit/recorder.ts";
import { readSettings } from "../../shared/settings.ts";
import { Chooser } from "../policy/random-policies.ts";
import { assertRecord } from "./assert-record.ts";
import { smallestRecord } from "./smallest-record.ts";

const allowed: DecisionRecord = { ...smallestRecord, status: 200 };

const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
afterEach(() => stderr.mockClear());

/** Writes a record a thousand times, and gives what was written. */
function write(
  variables: Readonly<Record<string, string>>,
  record: DecisionRecord,
): readonly DecisionRecord[] {
  const written: DecisionRecord[] = [];
  const choose = new Chooser(1);
  const onRecord = (each: DecisionRecord) => void written.push(assertRecord(each));
  const recorder = createRecorder(readSettings(variables), {
    onRecord,
    random: () => choose.count(0, 999_999) / 1_000_000,
  });
  for (let count = 0; count < 1_000; count++) recorder.write(record);
  return written;
}

function sample(percent: string) {
  return { AUTHORIZER_AUDIT_ALLOW_SAMPLE: percent };
}

describe("the sample of calls that were let through", () => {
  it("is as large as is asked for, and each record carries the rate", () => {
    const written = write(sample("10"), allowed);
    expect(written.length).toBeGreaterThan(60);
    expect(written.length).toBeLessThan(140);
    expect(new Set(written.map(({ samplePercent }) => samplePercent))).toEqual(new Set([10]));
    expect(write(sample("0.5"), allowed).length).toBeLessThan(30);
  });

  it.each([
    ["0", 0],
    ["100", 1_000],
    ["", 1_000],
  ])("of %j percent is %i of a thousand", (percent, count) => {
    expect(write(sample(percent), allowed)).toHaveLength(count);
  });

  it.each(["-1", "101", "ten", "10%", "1e1", " 10", "NaN", "0x10", "1,5", "\u0661\u0660"])(
    "is every call where the percentage is %j, and that is said",
    (percent) => {
      expect(write(sample(percent), allowed)).toHaveLength(1_000);
      expect(stderr).toHaveBeenCalledOnce();
      expect(String(stderr.mock.calls[0]?.[0])).toContain("auditProblem");
    },
  );

  it.each<[string, Partial<DecisionRecord>]>([
    ["a refusal", { outcome: "deny", status: 403 }],
    ["a refusal by the authorizer", { outcome: "deny", stage: "authorizer" }],
    ["an error", { outcome: "error", status: 400 }],
    ["a call that Amazon Connect refused", { status: 404 }],
    ["a call that failed on the way", { status: 502 }],
  ])("leaves out nothing of %s, not even at 0 percent", (_, more) => {
    const written = write(sample("0"), { ...allowed, ...more });
    expect(written).toHaveLength(1_000);
    expect(written[0]).not.toHaveProperty("samplePercent");
  });

  it("is drawn for each record anew, whatever the record holds", () => {
    const drawn: number[] = [];
    const written: string[] = [];
    const values = [0.05, 0.5, 0.0999, 0.1, 0.9];
    const onRecord = ({ requestId }: DecisionRecord) => void written.push(requestId);
    const random = () => values[drawn.push(1) - 1] ?? 1;
    const recorder = createRecorder(readSettings(sample("10")), { onRecord, random });
    for (const requestId of ["a", "a", "b", "b", "a"]) recorder.write({ ...allowed, requestId });
    recorder.write({ ...allowed, requestId: "denied", outcome: "deny" });
    expect(written).toEqual(["a", "b", "denied"]);
    // A refusal takes no number: none that follows depends on it.
    expect(drawn).toHaveLength(5);
  });

  it("counts for all calls: records weighed by their rate come to the calls that were made", () => {
    const weighed = write(sample("25"), allowed).reduce(
      (sum, { samplePercent = 100 }) => sum + 100 / samplePercent,
      0,
    );
    expect(weighed).toBeGreaterThan(850);
    expect(weighed).toBeLessThan(1_150);
  });

  it("is all of them where each call must be recorded", () => {
    expect(write({ ...sample("0"), AUTHORIZER_AUDIT_REQUIRED: "true" }, allowed)).toHaveLength(1_000);
  });
});

describe("whether each call must be recorded", () => {
  it.each([
    [undefined, false],
    ["", false],
    ["false", false],
    ["true", true],
    ["yes", true],
    ["False", true],
    ["0", true],
  ])("given as %j is %j", (text, isRequired) => {
    const { required } = createRecorder(readSettings({ AUTHORIZER_AUDIT_REQUIRED: text }), {});
    expect(required !== undefined).toBe(isRequired);
  });
});

describe("a record that cannot be written", () => {
  const failing = {
    onRecord: () => {
      throw new TypeError("secret");
    },
  };

  it.each([{}, sample("50"), { AUTHORIZER_AUDIT_REQUIRED: "true" }])(
    "of a settled call changes nothing and is said, without the error's words: %j",
    async (variables) => {
      await createRecorder(readSettings(variables), failing).write({ ...allowed, outcome: "deny" });
      const line = String(stderr.mock.calls[0]?.[0]);
      expect(JSON.parse(line)).toMatchObject({ level: "ERROR", type: "auditProblem", requestId: "r-1" });
      expect(line).not.toContain("secret");
    },
  );

  it("also when that shows later, changes nothing and is said", async () => {
    const onRecord = async () => {
      throw new TypeError("secret");
    };
    await createRecorder(readSettings({}), { onRecord }).write(allowed);
    const line = String(stderr.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toMatchObject({ level: "ERROR", type: "auditProblem", requestId: "r-1" });
    expect(line).not.toContain("secret");
  });

  it("of a call that is to go on is a coded error", () => {
    const recorder = createRecorder(readSettings({ AUTHORIZER_AUDIT_REQUIRED: "true" }), failing);
    expect(() => recorder.required?.writeFirst(allowed)).toThrow(
      expect.objectContaining({ code: "auditUnavailable" }),
    );
  });
});
