import { describe, expect, it } from "vitest";
import { collectAt, rewriteAt } from "../../shared/catalog/member-path.ts";
import { InputError } from "../../shared/errors.ts";

const mark = (value: string) => `${value}!`;

describe("rewriteAt", () => {
  it("rewrites every string at the path and names each with its indexes", () => {
    const paths: string[] = [];
    const input = { Configs: [{ Ref: { Id: "a" } }, { Ref: { Id: "b" } }], Other: "c" };
    const output = rewriteAt(input, "Configs[].Ref.Id", (value, path) => {
      paths.push(path);
      return value.toUpperCase();
    });
    expect(output).toEqual({ Configs: [{ Ref: { Id: "A" } }, { Ref: { Id: "B" } }], Other: "c" });
    expect(paths).toEqual(["Configs[0].Ref.Id", "Configs[1].Ref.Id"]);
    expect(input.Configs[0]?.Ref.Id).toBe("a");
  });

  it("rewrites lists of strings and the values of maps", () => {
    expect(rewriteAt({ Ids: ["a", "b"] }, "Ids[]", mark)).toEqual({ Ids: ["a!", "b!"] });
    expect(rewriteAt({ Map: { x: { Id: "a" } } }, "Map{}.Id", mark)).toEqual({ Map: { x: { Id: "a!" } } });
  });

  it("rewrites structures that nest in themselves, at every depth", () => {
    const input = { E: { Id: "a", And: [{ Id: "b", Or: [{ Id: "c" }] }] } };
    expect(rewriteAt(input, "E<And[],Or[]>.Id", mark)).toEqual({
      E: { Id: "a!", And: [{ Id: "b!", Or: [{ Id: "c!" }] }] },
    });
  });

  it("gives the structure that the string stands in", () => {
    const input = {
      Filters: [
        { Key: "QUEUE", Values: ["a"] },
        { Key: "CHANNEL", Values: ["b"] },
      ],
    };
    const output = rewriteAt(input, "Filters[].Values[]", (value, _, parent) =>
      parent["Key"] === "QUEUE" ? mark(value) : value,
    );
    expect(output).toEqual({
      Filters: [
        { Key: "QUEUE", Values: ["a!"] },
        { Key: "CHANNEL", Values: ["b"] },
      ],
    });
  });

  it("leaves out what is absent at any level", () => {
    const input = { Configs: [{}, { Ref: {} }] };
    expect(rewriteAt(input, "Configs[].Ref.Id", mark)).toEqual(input);
    expect(rewriteAt({}, "Configs[].Ref.Id", mark)).toEqual({});
  });

  it("gives the very input when no string changes", () => {
    const input = { Ids: ["a"], Map: { x: { Id: "a" } } };
    expect(rewriteAt(input, "Map{}.Id", (value) => value)).toBe(input);
    expect(rewriteAt(input, "Ids[]", mark).Map).toBe(input.Map);
  });

  it("walks into no structure that is not wanted", () => {
    const input = {
      Filters: [
        { Key: "A", Ids: ["a"] },
        { Key: "B", Ids: 5 },
      ],
    };
    const isA = ({ Key }: Readonly<Record<string, unknown>>) => Key === "A";
    expect(rewriteAt(input, "Filters[].Ids[]", mark, isA).Filters[0]).toEqual({ Key: "A", Ids: ["a!"] });
    expect(collectAt("Filters[].Ids[]", input.Filters, isA).map(({ path }) => path)).toEqual([
      "Filters[0].Ids[0]",
    ]);
  });

  it("refuses what is not a string where an identifier belongs", () => {
    expect(() => rewriteAt({ Id: 1 }, "Id", mark)).toThrow(new InputError("Id", "must be a string"));
    expect(() => rewriteAt({ Ids: "a" }, "Ids[]", mark)).toThrow(new InputError("Ids", "must be a list"));
    expect(() => rewriteAt({ Ref: ["a"] }, "Ref.Id", mark)).toThrow(
      new InputError("Ref", "must be an object"),
    );
  });
});

describe("collectAt", () => {
  it("finds what rewriteAt rewrites, by the same paths and in the same structures", () => {
    const E = { Id: "a", And: [{ Id: "b", Or: [{ Id: "c" }, {}] }] };
    const rewritten: unknown[] = [];
    rewriteAt({ E }, "E<And[],Or[]>.Id", (value, path, parent) => {
      rewritten.push({ value, path, parent });
      return value;
    });
    expect(collectAt("E<And[],Or[]>.Id", E)).toEqual(rewritten);
    expect(rewritten).toHaveLength(3);
  });
});
