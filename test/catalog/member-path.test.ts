import { describe, expect, it } from "vitest";
import { InputError } from "../../shared/errors.ts";
import { mapMember } from "../../shared/request/canonical/member-path.ts";

const mark = (value: string) => `${value}!`;

describe("mapMember", () => {
  it("rewrites every string at the path and names each with its indexes", () => {
    const paths: string[] = [];
    const input = { Configs: [{ Ref: { Id: "a" } }, { Ref: { Id: "b" } }], Other: "c" };
    const output = mapMember(input, "Configs[].Ref.Id", (value, path) => {
      paths.push(path);
      return value.toUpperCase();
    });
    expect(output).toEqual({ Configs: [{ Ref: { Id: "A" } }, { Ref: { Id: "B" } }], Other: "c" });
    expect(paths).toEqual(["Configs[0].Ref.Id", "Configs[1].Ref.Id"]);
    expect(input.Configs[0]?.Ref.Id).toBe("a");
  });

  it("rewrites lists of strings and the values of maps", () => {
    expect(mapMember({ Ids: ["a", "b"] }, "Ids[]", mark)).toEqual({ Ids: ["a!", "b!"] });
    expect(mapMember({ Map: { x: { Id: "a" } } }, "Map{}.Id", mark)).toEqual({ Map: { x: { Id: "a!" } } });
  });

  it("rewrites structures that nest in themselves, at every depth", () => {
    const input = { E: { Id: "a", And: [{ Id: "b", Or: [{ Id: "c" }] }] } };
    expect(mapMember(input, "E<And[],Or[]>.Id", mark)).toEqual({
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
    const output = mapMember(input, "Filters[].Values[]", (value, _, parent) =>
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
    expect(mapMember(input, "Configs[].Ref.Id", mark)).toEqual(input);
    expect(mapMember({}, "Configs[].Ref.Id", mark)).toEqual({});
  });

  it("refuses what is not a string where an identifier belongs", () => {
    expect(() => mapMember({ Id: 1 }, "Id", mark)).toThrow(new InputError("Id", "must be a string"));
    expect(() => mapMember({ Ids: "a" }, "Ids[]", mark)).toThrow(new InputError("Ids", "must be a list"));
    expect(() => mapMember({ Ref: ["a"] }, "Ref.Id", mark)).toThrow(
      new InputError("Ref", "must be an object"),
    );
  });
});
