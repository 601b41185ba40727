/**
 * The "did you mean" of messages.
 */
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { lowerAscii } from "../../shared/ascii.ts";
import { nearestName } from "../../tools/authoring/nearest-name.ts";

const names = ["instances", "issuers", "bindings", "guardrails", "connect:CreateUser", "connect:CreateQueue"];

describe("nearestName", () => {
  it.each([
    ["instance", "instances"],
    ["bindigns", "bindings"],
    ["Guardrails", "guardrails"],
    ["isuers", "issuers"],
    ["connect:CreatUser", "connect:CreateUser"],
    ["connect:createuser", "connect:CreateUser"],
  ])("finds for %s %s", (name, expected) => {
    expect(nearestName(name, names)).toBe(expected);
  });

  it.each(["", "x", "routes", "instancesinstances", "s3:GetObject", "b".repeat(10_000)])(
    "finds nothing for %.20s",
    (name) => {
      expect(nearestName(name, names)).toBeUndefined();
    },
  );

  it("takes the nearest, and of equals the first", () => {
    expect(nearestName("abcf", ["abdd", "abcd", "abce"])).toBe("abcd");
  });
});

/** The same by the whole table of edits, as textbooks have it. */
function nearestByTable(name: string, candidates: readonly string[]): string | undefined {
  const limit = name.length > 100 ? -1 : Math.min(3, Math.floor(name.length / 3));
  const edits = candidates.map((candidate) => editsByTable(lowerAscii(name), lowerAscii(candidate)));
  const least = Math.min(...edits);
  return least <= limit ? candidates[edits.indexOf(least)] : undefined;
}

function editsByTable(from: string, to: string): number {
  const table: number[][] = Array.from({ length: from.length + 1 }, (_, row) => [row]);
  const at = (row: number, column: number) => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row <= from.length; row += 1)
    for (let column = row === 0 ? 1 : 0; column <= to.length; column += 1) {
      const replaced = at(row - 1, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      const cells = table[row] ?? [];
      cells[column] = Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1);
    }
  return at(from.length, to.length);
}

describe("nearestName, against the whole table of edits,", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", "A"), maxLength: 14 });

  it("finds the same among any names", () => {
    fc.assert(
      fc.property(letters, fc.array(letters, { maxLength: 8 }), (name, candidates) => {
        expect(nearestName(name, candidates)).toBe(nearestByTable(name, candidates));
      }),
      { numRuns: 3_000 },
    );
  });

  it("finds the same near a long name", () => {
    const edit = fc.tuple(fc.nat(60), fc.nat(2), fc.constantFrom("", "a", "x", "ba"));
    const edited = (name: string, edits: readonly (readonly [number, number, string])[]) =>
      edits.reduce((text, [at, less, more]) => text.slice(0, at) + more + text.slice(at + less), name);
    const long = fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 30, maxLength: 104 });
    fc.assert(
      fc.property(long, fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 5 }), (name, all) => {
        const candidates = all.map((edits) => edited(name, edits));
        expect(nearestName(name, candidates)).toBe(nearestByTable(name, candidates));
      }),
      { numRuns: 500 },
    );
  });
});

it("nearestName compares characters in proportion to the length of a name", () => {
  const compared = vi.spyOn(String.prototype, "charCodeAt");
  onTestFinished(() => compared.mockRestore());
  const counts = [24, 48, 96].map((length) => {
    compared.mockClear();
    // Alike to the end, where they are too different after all.
    expect(nearestName(`${"ab".repeat(length / 2)}xy`, [`xy${"ab".repeat(length / 2)}`])).toBeUndefined();
    return compared.mock.calls.length;
  });
  const [one = 0, two = 0, four = 0] = counts;
  expect(one).toBeGreaterThan(24);
  expect(four - two).toBeLessThan(2.5 * (two - one));
});
