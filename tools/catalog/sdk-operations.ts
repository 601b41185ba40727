/** Reads the operations from the installed SDK's schemas: routes, members, and paths that look like identifiers. */
import * as connect from "@aws-sdk/client-connect";
import { NormalizedSchema } from "@smithy/core/schema";
import type { InputMember, OperationRow } from "../../shared/catalog/types.ts";
import { requiredMembers } from "../../shared/request/decode/from-json.ts";

/** A member, at any depth, whose value is a scalar. */
export interface Leaf {
  /** In the grammar of `shared/catalog/member-path.ts`. */
  readonly path: string;
  /** Whether it and every structure around it are required. */
  readonly required: boolean;
}

export interface SdkOperation {
  readonly name: string;
  readonly method: OperationRow["method"];
  readonly uri: string;
  /** Top-level members that are not labels, in the SDK's order. */
  readonly members: readonly InputMember[];
  readonly leaves: readonly Leaf[];
  /** Members that hold a structure around them again, not in a list of its own kind: paths do not follow them. */
  readonly loops: readonly Loop[];
}

/** A member by which a structure holds itself. */
interface Loop {
  readonly path: string;
  /** Where that structure is first. */
  readonly first: string;
}

/** Kind number of an operation among the SDK's schemas (Smithy's static operation schema). */
const operationKind = 9;

/** Lists every operation of the SDK, sorted by name; `exports` are those of the installed package when left out. */
export function readSdkOperations(exports: object = connect): readonly SdkOperation[] {
  const schemas: readonly unknown[] = Object.values(exports);
  return schemas
    .filter((schema): schema is readonly unknown[] => Array.isArray(schema) && schema[0] === operationKind)
    .map(readOperation)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readOperation(schema: readonly unknown[]): SdkOperation {
  // [kind, namespace, name, traits, input, output]
  const [, , name, traits, inputSchema] = schema as [
    number,
    string,
    string,
    { http: [string, string] },
    never,
  ];
  const input = NormalizedSchema.of(inputSchema);
  const required = requiredMembers(input);
  const members = [...input.structIterator()].map(([member, its]) =>
    readMember(member, its, required.has(member)),
  );
  const leaves: Leaf[] = [];
  const loops: Loop[] = [];
  walk({ schema: input, path: "", required: true, seen: new Map(), leaves, loops });
  const [method, uri] = traits.http;
  return {
    name,
    method: method as OperationRow["method"],
    uri,
    members: members.filter(({ place }) => place !== "path"),
    leaves,
    loops,
  };
}

function readMember(name: string, schema: NormalizedSchema, required: boolean): InputMember {
  const traits = schema.getMergedTraits();
  if (traits.httpLabel) return { name, place: "path", wireName: name, required: true };
  if (typeof traits.httpQuery === "string")
    return { name, place: "query", wireName: traits.httpQuery, required };
  if (typeof traits.httpHeader === "string")
    return { name, place: "header", wireName: traits.httpHeader, required };
  return { name, place: "body", wireName: name, required };
}

interface Walk {
  readonly schema: NormalizedSchema;
  readonly path: string;
  readonly required: boolean;
  /** The structures around this one: name → path. */
  readonly seen: ReadonlyMap<string, string>;
  readonly leaves: Leaf[];
  readonly loops: Loop[];
}

function walk({ schema, path, required, seen, leaves, loops }: Walk): void {
  if (schema.isListSchema() || schema.isMapSchema()) {
    const below = `${path}${schema.isListSchema() ? "[]" : "{}"}`;
    walk({ schema: schema.getValueSchema(), path: below, required, seen, leaves, loops });
    return;
  }
  if (!schema.isStructSchema()) {
    leaves.push({ path, required });
    return;
  }
  const name = schema.getName() ?? "";
  const first = seen.get(name);
  if (first !== undefined) {
    loops.push({ path, first });
    return;
  }
  const nested = nestedLists(schema, name);
  const here = nested.length > 0 ? nest(path, nested) : path;
  const names = requiredMembers(schema);
  for (const [member, its] of schema.structIterator()) {
    // The path finds those in the lists too.
    if (nested.includes(member)) continue;
    const below = here === "" ? member : `${here}.${member}`;
    walk({
      schema: its,
      path: below,
      required: required && names.has(member),
      seen: new Map([...seen, [name, here]]),
      leaves,
      loops,
    });
  }
}

/** `Steps[]` and `AndSteps` make `Steps<AndSteps[]>[]`. */
function nest(path: string, lists: readonly string[]): string {
  const each = /(?:\[\]|\{\})?$/.exec(path)?.[0] ?? "";
  const name = path.slice(0, path.length - each.length);
  return `${name}<${lists.map((list) => `${list}[]`).join(",")}>${each}`;
}

/** Names the list members that hold structures of the structure's own kind (`AndConditions`). */
function nestedLists(schema: NormalizedSchema, name: string): readonly string[] {
  return [...schema.structIterator()]
    .filter(([, its]) => its.isListSchema() && its.getValueSchema().getName() === name)
    .map(([member]) => member);
}
