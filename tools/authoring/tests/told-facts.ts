/** What a test says that Amazon Connect would tell, in the place of the proxy's look-ups. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { HIERARCHY_OF } from "../../../shared/catalog/ask.ts";
import { findResourceType } from "../../../shared/catalog/catalog.ts";
import { parseConnectArn } from "../../../shared/catalog/resource-arn.ts";
import type { LookedUp } from "../../../shared/decide/authorize.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { hierarchyLevelOf } from "../../../shared/request/keys/condition-keys.ts";
import type { WrittenFacts } from "./test-file.ts";

type Value = string | readonly string[];

/** A property that a decision asked for, and that the test does not tell. */
export interface UntoldFact {
  /** The condition key, in lower case. */
  readonly key: string;
  /** As `known` names it: `agent/u-1`. */
  readonly resource: string;
  /** How to tell it: `tags: { team: … }`. */
  readonly example: string;
}

/** Answers the look-ups of one decision. What the test does not tell is unknown, and is kept. */
export class ToldFacts {
  readonly untold: UntoldFact[] = [];
  readonly #known: ReadonlyMap<string, WrittenFacts>;

  /** @param known by a resource's ARN, or by what follows the instance or the account in it */
  constructor(known: ReadonlyMap<string, WrittenFacts>) {
    this.#known = known;
  }

  /** @param question as the look-ups of decisions have it: an ARN, perhaps after {@link HIERARCHY_OF} */
  lookUp(question: string): LookedUp {
    const arn = question.replace(HIERARCHY_OF, "");
    const resource = shortNameOf(arn);
    const told = this.#known.get(arn) ?? this.#known.get(resource) ?? {};
    return {
      get: (key) => {
        const value = toldValue(told, key, arn);
        if (value === UNKNOWN) this.untold.push({ key, resource, example: exampleOf(key) });
        return value;
      },
    };
  }
}

/** Shortens a resource's ARN as `known` names it: without the instance, or the account. */
export function shortNameOf(arn: string): string {
  return arn.replace(/^(?:[^:]*:){5}/, "").replace(/^instance\/[^/]+\//, "");
}

function toldValue(told: WrittenFacts, key: string, arn: string): Value | undefined | typeof UNKNOWN {
  if (key.startsWith(tagPrefix)) return told.tags ? tagOf(told.tags, key) : UNKNOWN;
  if (hierarchyLevelOf(key) !== undefined) return told.hierarchy ? levelOf(told.hierarchy, key) : UNKNOWN;
  if (key === "connect:userarn") return optional(told.userArn, (text) => userArnOf(text, arn));
  if (key === "connect:contactassociationid") return optional(told.contactAssociationId, (text) => text);
  if (key === "connect:flowtype") return told.flowType === undefined ? UNKNOWN : [told.flowType];
  return (key === "connect:channel" ? told.channel : undefined) ?? UNKNOWN;
}

const tagPrefix = "aws:resourcetag/";

/** Condition keys ignore the case of tag keys: if two differ only in case, both values count. */
function tagOf(tags: Readonly<Record<string, string>>, key: string): Value | undefined {
  const name = key.slice(tagPrefix.length);
  const values = Object.entries(tags).flatMap(([tag, value]) => (lowerAscii(tag) === name ? [value] : []));
  return values.length > 1 ? values : values[0];
}

/** Levels are counted from 1, the top. */
function levelOf(groups: readonly string[], key: string): string | undefined {
  const [, level] = /l([1-5])id/.exec(key) ?? [];
  return groups[Number(level) - 1];
}

function optional<Told>(
  given: string | null | undefined,
  read: (text: string) => Told,
): Told | undefined | typeof UNKNOWN {
  if (given === undefined) return UNKNOWN;
  return given === null ? undefined : read(given);
}

/** Completes `agent/ID` to the ARN in the contact's instance. */
function userArnOf(text: string, contact: string): string {
  return text.startsWith("arn:") ? text : contact.replace(/contact\/[^/]*$/, text);
}

function exampleOf(key: string): string {
  if (key.startsWith(tagPrefix)) return `tags: { ${key.slice(tagPrefix.length)}: … }`;
  if (hierarchyLevelOf(key) !== undefined) return "hierarchy: […]";
  return `${propertyOf.get(key) ?? key}: …`;
}

const propertyOf: ReadonlyMap<string, string> = new Map([
  ["connect:channel", "channel"],
  ["connect:contactassociationid", "contactAssociationId"],
  ["connect:flowtype", "flowType"],
  ["connect:userarn", "userArn"],
]);

/** What is wrong with a resource's name in `known`, if anything. */
export function problemOfResource(name: string): string | undefined {
  const arn = name.startsWith("arn:") ? name : undefined;
  const within = "arn:aws:connect:us-east-1:123456789012";
  const candidates = arn === undefined ? [`${within}:instance/i-1/${name}`, `${within}:${name}`] : [arn];
  if (candidates.some((each) => parseConnectArn(each) !== undefined)) return undefined;
  const [type = "", id = "ID"] = name.split("/");
  const format = findResourceType(type)?.arn;
  const meant = format === undefined ? undefined : shortNameOf(format).replace(/\$\{\w+\}$/, () => id);
  const hint =
    meant === undefined ? "write `agent/ID`, as in ARNs, or a whole ARN" : `did you mean \`${meant}\``;
  return `\`${name}\` is not a resource of Amazon Connect; ${hint}`;
}
