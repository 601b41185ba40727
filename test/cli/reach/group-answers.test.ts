/** Short answers hide nothing: each operation is in one row with its own answer, and each pattern is literally true. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broadAreaOf } from "../../../shared/catalog/area.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { collapseNames, summarizeNames } from "../../../tools/cli/reach/collapse-names.ts";
import { groupAnswers, type Judged } from "../../../tools/cli/reach/group-answers.ts";

const names = operations().map(({ name }) => name);
const areas = new Map(operations().map((row) => [row.name, broadAreaOf(row)]));

/** Chooses by beginnings of names, as policies do, and a few by themselves. */
const some = fc
  .record({
    beginnings: fc.array(
      fc.constantFrom("List", "Describe", "Create", "Update", "UpdateUser", "Search", "St", ""),
    ),
    single: fc.subarray(names, { maxLength: 20 }),
    without: fc.subarray(names, { maxLength: 20 }),
  })
  .map(({ beginnings, single, without }) =>
    names.filter(
      (name) =>
        (single.includes(name) || beginnings.some((each) => name.startsWith(each))) &&
        !without.includes(name),
    ),
  );

function expand(text: string, all: readonly string[]): readonly string[] {
  const [, beginning, count] = /^(\w+)\* \((\d+)\)$/.exec(text) ?? [];
  if (beginning === undefined) return [text];
  const meant = all.filter((name) => name.startsWith(beginning));
  expect(meant).toHaveLength(Number(count));
  return meant;
}

describe("collapsed names", () => {
  it("mean exactly the names", () => {
    fc.assert(
      fc.property(some, (chosen) => {
        const texts = collapseNames(chosen, names);
        expect(texts.flatMap((text) => expand(text, names)).toSorted()).toEqual(chosen.toSorted());
      }),
    );
  });

  it("may say what is left out instead, if that is shorter", () => {
    const all = ["DeleteA", "DeleteB", "DeleteC", "ListA"];
    expect(summarizeNames(["DeleteB", "DeleteC", "ListA"], all)).toEqual(["all 3 but DeleteA"]);
    expect(summarizeNames(["DeleteB"], all)).toEqual(["DeleteB"]);
    expect(summarizeNames(all, all)).toEqual(["Delete* (3)", "ListA"]);
  });
});

describe("grouped answers", () => {
  it("have each operation once, with its own answer", () => {
    fc.assert(
      fc.property(some, some, (always, depends) => {
        const wordOf = (name: string) =>
          always.includes(name) ? "always" : depends.includes(name) ? "depends" : undefined;
        const judged = names.map((operation): Judged => {
          const word = wordOf(operation);
          return {
            operation,
            area: areas.get(operation) ?? "",
            word,
            reason: word === "depends" ? "on x" : "",
            isDenied: false,
          };
        });
        for (const word of ["always", "depends"]) {
          const rows = groupAnswers(judged).filter((row) => row.word === word);
          const count = rows
            .flatMap((row) => row.names)
            .reduce((sum, text) => {
              const [, all] = /^all (\d+) (?:operations|but)/.exec(text) ?? [];
              const patterns = [...text.matchAll(/\((\d+)\)/g)].map(([, each]) => Number(each));
              return sum + (all ? Number(all) : patterns.reduce((a, b) => a + b, 0) || 1);
            }, 0);
          expect(count).toBe(names.filter((name) => wordOf(name) === word).length);
        }
        // A name in a row of one area is of that area.
        for (const { area, names: shown } of groupAnswers(judged))
          if (![...areas.values()].includes(area)) continue;
          else for (const name of shown.filter((each) => areas.has(each))) expect(areas.get(name)).toBe(area);
      }),
    );
  });

  it("count what a wide Deny refuses, and name what a narrow one does", () => {
    const judge = (isDenied: (name: string) => boolean) =>
      groupAnswers(
        names.map((operation): Judged => {
          const denied = { word: "never", reason: "denied by p#0", isDenied: true };
          const silent = { word: undefined, reason: "", isDenied: false };
          return { operation, area: areas.get(operation) ?? "", ...(isDenied(operation) ? denied : silent) };
        }),
      );
    const count = names.filter((name) => name.startsWith("Delete")).length;
    expect(judge((name) => name.startsWith("Delete"))).toEqual([
      {
        area: "10 areas",
        word: "never",
        names: [`${count} operations, which \`--all\` lists`],
        reason: "denied by p#0",
      },
    ]);
    expect(judge(() => true)[0]?.area).toBe("all areas");
    expect(judge((name) => name === "DeleteUser")).toEqual([
      { area: "users", word: "never", names: ["DeleteUser"], reason: "denied by p#0" },
    ]);
  });
});
