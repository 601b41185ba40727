// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * Which keys a decision still needs, and which it does not although a policy names them.
 */
import { describe, expect, it } from "vitest";
import { findMissingKeys, type MissingSort } from "../../shared/policy/evaluate/missing-keys.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import type { Statement } from "../reference/policy-json.ts";
import { compileGood } from "./engine.ts";

const base = "arn:aws:connect:us-east-1:123456789012:instance/i";
const resource = `${base}/agent/a`;

/** Asks with two keys of unknown value and two that are there. */
function missing(
  statement: Partial<Statement>,
  { sort = "unknown", asked = resource }: { sort?: MissingSort; asked?: string | typeof UNKNOWN } = {},
): readonly string[] {
  const about = statement.NotResource === undefined ? { Resource: "*" } : {};
  const whole = { Effect: "Allow", Action: "connect:DescribeUser", ...about, ...statement } as Statement;
  const set = compileGood({ Version: "2012-10-17", Statement: whole });
  const context = createContext({ Open: UNKNOWN, Open2: UNKNOWN, Name: "a", Color: "blue" });
  return findMissingKeys([set], { action: "connect:DescribeUser", resource: asked, context }, sort);
}

describe("findMissingKeys, of what leaves a decision open,", () => {
  it.each<[string, Partial<Statement>, readonly string[]]>([
    ["names the key of a condition", { Condition: { StringEquals: { Open: "x" } } }, ["Open"]],
    [
      "names each key once",
      { Condition: { StringEquals: { Open: "x" }, StringLike: { OPEN: "y" } } },
      ["Open"],
    ],
    ["names a variable of the resource", { Resource: `${base}/agent/\${Open}` }, ["Open"]],
    [
      "names every variable of it, but none that is absent and has a default",
      { Resource: `${base}/\${Absent, 'agent'}/\${Open}` },
      ["Open"],
    ],
    [
      "names no variable of a pattern that cannot match",
      { Resource: [`${base}/queue/\${Open}`, `${base}/agent/\${Open2}`] },
      ["Open2"],
    ],
    [
      "names a variable of a condition's value",
      { Condition: { StringEquals: { Color: "${Open}" } } },
      ["Open"],
    ],
    [
      "names no variable of a value beside one that matches",
      { Condition: { StringEquals: { Color: ["blue", "${Open}"] }, StringLike: { Open2: "x" } } },
      ["Open2"],
    ],
    [
      "names the key alone, not the variables that it would be compared with",
      { Condition: { StringEquals: { Open: "${Open2}" } } },
      ["Open"],
    ],
    [
      "names nothing of a statement whose condition fails",
      { Condition: { StringEquals: { Open: "x", Color: "red" } } },
      [],
    ],
    [
      "names nothing of a statement that is not about the resource",
      { Resource: `${base}/queue/*`, Condition: { StringEquals: { Open: "x" } } },
      [],
    ],
    [
      "names nothing of a NotResource that spares the resource for certain",
      { NotResource: [resource, `${base}/agent/\${Open}`], Condition: { StringEquals: { Open2: "x" } } },
      [],
    ],
    [
      "names no variable of a pattern that another one without a value makes match nothing",
      { Resource: [`${base}/agent/\${Absent}\${Open}`, `${base}/agent/\${Open2}`] },
      ["Open2"],
    ],
    ["names a variable of NotResource", { NotResource: `${base}/agent/\${Open}` }, ["Open"]],
    [
      "names nothing of another action",
      { Action: "connect:ListUsers", Condition: { Null: { Open: "true" } } },
      [],
    ],
  ])("%s", (_, statement, expected) => {
    expect(missing(statement)).toEqual(expected);
  });

  it("names the resource only where a statement is about some resources", () => {
    const condition = { Condition: { StringEquals: { Open: "x" } } };
    expect(missing({ Resource: resource, ...condition }, { asked: UNKNOWN })).toEqual(["resource", "Open"]);
    expect(missing({ Resource: "*", ...condition }, { asked: UNKNOWN })).toEqual(["Open"]);
  });
});

describe("findMissingKeys, of what is unknown or absent,", () => {
  const sort = "unknownOrAbsent";

  it.each<[string, Partial<Statement>, readonly string[]]>([
    ["names a key that is absent", { Condition: { StringEquals: { Absent: "x" } } }, ["Absent"]],
    ["names no key that is there", { Condition: { StringEquals: { Color: "x" } } }, []],
    [
      "names the key alone, not the variables that it would be compared with",
      { Condition: { StringEquals: { Absent: "${Other}" } } },
      ["Absent"],
    ],
    [
      "names the variables that a key which is there is compared with",
      { Condition: { StringEquals: { Color: "${Other}" } } },
      ["Other"],
    ],
    [
      "names a key also where another condition fails",
      { Condition: { StringEquals: { Color: "red" }, Bool: { Absent: "true" } } },
      ["Absent"],
    ],
    [
      "names nothing of a statement that is not about the resource",
      { Resource: `${base}/queue/*`, Condition: { StringEquals: { Absent: "x" } } },
      [],
    ],
    [
      "names a variable of the resource, though without a value it matches nothing",
      { Resource: `${base}/agent/\${Absent}` },
      ["Absent"],
    ],
    ["names no variable of a pattern that cannot match", { Resource: `${base}/queue/\${Absent}` }, []],
  ])("%s", (_, statement, expected) => {
    expect(missing(statement, { sort })).toEqual(expected);
  });
});
