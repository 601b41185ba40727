/**
 * Reads requests of OpenID AuthZEN's Authorization API 1.0 (https://openid.net/specs/authorization-api-1_0.html): sections
 * "Information Model", "Access Evaluation API" and "Access Evaluations API".
 *
 * Members that the specification does not name are ignored, as it asks. `context` and `action.properties` are checked and
 * not used: no condition key takes its value from them.
 */
import { InputError } from "../../shared/errors.ts";
import { isPlainObject } from "../../shared/shape.ts";

type Members = Readonly<Record<string, unknown>>;

export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties: Members;
}

/** May this subject do this to this resource? */
export interface Question {
  readonly subject: Entity;
  /** The action's name. */
  readonly action: string;
  readonly resource: Entity;
}

/** What a request asks; each item is read by {@link readQuestion}. */
export type Asked =
  | { readonly kind: "one"; readonly item: Members }
  | {
      readonly kind: "many";
      readonly items: readonly unknown[];
      readonly defaults: Members;
      /** The decision after which the rest is left out. */
      readonly stopAt: boolean | undefined;
    };

/** As many rows as a page of a user interface shows. */
const maxQuestions = 50;

const stops: ReadonlyMap<unknown, boolean | undefined> = new Map([
  [undefined, undefined],
  ["execute_all", undefined],
  ["deny_on_first_deny", false],
  ["permit_on_first_permit", true],
]);

/** @throws InputError for a request that is wrong as a whole */
export function readEvaluations(body: Members): Asked {
  const { evaluations, options, ...defaults } = own(body, ["evaluations", "options", ...entityNames]);
  if (evaluations !== undefined && !Array.isArray(evaluations))
    throw new InputError("evaluations", "must be a list");
  const semantic = own(objectAt(options, "options") ?? {}, ["evaluations_semantic"])["evaluations_semantic"];
  if (!stops.has(semantic)) {
    const known = [...stops.keys()].filter((name) => name !== undefined).join(", ");
    throw new InputError("options.evaluations_semantic", `must be one of ${known}`);
  }
  if (evaluations === undefined || evaluations.length === 0) return { kind: "one", item: defaults };
  if (evaluations.length > maxQuestions)
    throw new InputError("evaluations", `holds more than ${maxQuestions} questions; send several requests`);
  return { kind: "many", items: evaluations, defaults, stopAt: stops.get(semantic) };
}

/** The members of an entity that may come from the defaults, while the rest of it comes from the item. */
const identifying = {
  subject: ["type", "id"],
  action: ["name"],
  resource: ["type", "id"],
  context: [],
} as const;
const entityNames = ["subject", "action", "resource", "context"] as const;

/**
 * Fills in what an item leaves out: whole entities, and the identifying members of its own ones. Properties are never
 * mixed: half of another question's input would be a question that nobody asked.
 *
 * @throws InputError for an item that is not an object
 */
export function withDefaults(item: unknown, defaults: Members): Members {
  if (!isPlainObject(item)) throw new InputError("", "each of `evaluations` must be an object");
  const filled: Record<string, unknown> = {};
  for (const name of entityNames) {
    const [given, usual] = [own(item, [name])[name], defaults[name]];
    filled[name] = given ?? usual;
    if (isPlainObject(given) && isPlainObject(usual))
      filled[name] = { ...own(usual, identifying[name]), ...given };
  }
  return filled;
}

/** @throws InputError with the path of what is missing or has the wrong type */
export function readQuestion(item: Members): Question {
  const { subject, action, resource, context } = own(item, entityNames);
  objectAt(context, "context");
  return {
    subject: readEntity(subject, "subject"),
    action: readAction(action),
    resource: readEntity(resource, "resource"),
  };
}

function readEntity(value: unknown, path: string): Entity {
  const members = required(objectAt(value, path), path);
  return {
    type: textAt(members, "type", path),
    id: textAt(members, "id", path),
    properties: propertiesOf(members, path),
  };
}

function readAction(value: unknown): string {
  const members = required(objectAt(value, "action"), "action");
  propertiesOf(members, "action");
  return textAt(members, "name", "action");
}

function propertiesOf(members: Members, path: string): Members {
  return objectAt(own(members, ["properties"])["properties"], `${path}.properties`) ?? {};
}

function textAt(members: Members, name: string, path: string): string {
  const value = required(own(members, [name])[name], `${path}.${name}`);
  if (typeof value !== "string" || value === "")
    throw new InputError(`${path}.${name}`, "must be a text that is not empty");
  return value;
}

function objectAt(value: unknown, path: string): Members | undefined {
  if (value === undefined || isPlainObject(value)) return value;
  throw new InputError(path, "must be an object");
}

function required<Value>(value: Value | undefined, path: string): Value {
  if (value === undefined) throw new InputError(path, "is missing");
  return value;
}

/** Only the object's own members. */
function own(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(members, name) ? [[name, members[name]] as const] : [])),
  );
}
