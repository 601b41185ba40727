/** A call that is being made up: condition keys get values where the caller, the input or Amazon Connect has them. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { parseTime } from "../../../shared/policy/condition/date-time.ts";
import type { ContextValue } from "../../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { findConditionKey } from "../../../shared/reach/implication/condition-key-table.ts";
import { capitalOf } from "../../../shared/reach/patterns/automaton.ts";
import { hierarchyLevelOf, memberKeys } from "../../../shared/request/keys/condition-keys.ts";
import type { WrittenFacts } from "../tests/test-file.ts";
import type { ExampleCall } from "./example-call.ts";
import type { Input } from "./operation-inputs.ts";

type Known = string | readonly string[];

/** Who calls, before condition keys change it. */
export interface DraftCaller {
  readonly issuer: IssuerConfiguration;
  readonly id: string;
  readonly groups: readonly string[];
  readonly claims: Readonly<Record<string, Known>>;
}

export class DraftCall {
  readonly issuer: IssuerConfiguration;
  id: string;
  name: string | undefined;
  groups: readonly string[];
  readonly tags: Record<string, string> = {};
  readonly claims: Record<string, Known>;
  readonly members: Record<string, unknown> = {};
  /** Of every resource that the call is about. */
  facts: WrittenFacts = {};
  from: string | undefined;
  via: "mcp" | undefined;
  atMs: number | undefined;

  constructor({ issuer, id, groups, claims }: DraftCaller) {
    this.issuer = issuer;
    this.id = id;
    this.groups = groups;
    this.claims = { ...claims };
  }

  /** The draft that such a call comes from, without its input and what is known of resources. */
  static of(
    { caller, from, via, at }: Pick<ExampleCall, "caller" | "from" | "via" | "at">,
    issuer: IssuerConfiguration,
  ): DraftCall {
    const { id, name, groups, tags, claims } = caller;
    const draft = new DraftCall({ issuer, id, groups, claims });
    draft.name = name;
    Object.assign(draft.tags, tags);
    draft.from = from;
    draft.via = via;
    draft.atMs = at === undefined ? undefined : Date.parse(at);
    return draft;
  }

  /** Gives a key a value, or none. Returns false if no call of this kind has it. @param key in lower case */
  set(key: string, value: ContextValue): boolean {
    if (value === UNKNOWN) return false;
    const slash = key.indexOf("/");
    const family = slash < 0 ? undefined : families[key.slice(0, slash)];
    if (family) return family(this, key.slice(slash + 1), value);
    if (key.startsWith("jwt:")) return this.#setClaim(key.slice("jwt:".length), value);
    const level = hierarchyLevelOf(key);
    if (level !== undefined) return this.#setLevel(Number(level.at(-3)), value);
    const setter = setters[key];
    if (setter) return setter(this, value);
    const member = memberKeys.get(key);
    if (member !== undefined) return this.#setMember(member, key, value);
    return value === undefined;
  }

  /** Joins the input with what condition keys read there, as far as the operation has such members. */
  inputOf(operation: string, input: Input): Input {
    const names = new Set(findOperation(operation)?.members.map(({ name }) => name));
    const { Tags: tags, ...others } = this.members;
    const written =
      tags === undefined
        ? others
        : { ...others, Tags: tags, tags, TagKeys: keysOf(tags), tagKeys: keysOf(tags) };
    const own = Object.entries(written).filter(([name]) => names.has(name));
    return { ...Object.fromEntries(own), ...input };
  }

  #setClaim(name: string, value: Known | undefined): boolean {
    const { id, groups } = this.issuer.claims;
    if (name === lowerAscii(id)) {
      if (typeof value !== "string") return false;
      this.id = value;
      return true;
    }
    if (typeof groups === "string" && name === lowerAscii(groups)) {
      this.groups = value === undefined ? [] : [value].flat();
      return true;
    }
    const own = Object.keys(this.claims).find((each) => lowerAscii(each) === name) ?? name;
    if (value === undefined) delete this.claims[own];
    else this.claims[own] = value;
    return true;
  }

  #setLevel(level: number, value: Known | undefined): boolean {
    const groups = [...(this.facts.hierarchy ?? [])];
    if (value === undefined) {
      this.facts = { ...this.facts, hierarchy: groups.slice(0, level - 1) };
      return true;
    }
    if (typeof value !== "string") return false;
    while (groups.length < level - 1) groups.push("some-group");
    groups[level - 1] = value;
    this.facts = { ...this.facts, hierarchy: groups };
    return true;
  }

  #setMember(member: string, key: string, value: Known | undefined): boolean {
    if (value === undefined) return true;
    const isList = findConditionKey(key)?.isMultivalued ?? false;
    if (!isList && typeof value !== "string") return false;
    this.members[member] = isList ? [value].flat() : value;
    return true;
  }

  tag(member: "Tags" | "facts", name: string, values: readonly string[]): boolean {
    const [first, second, ...more] = values;
    const other = name.replace(/[a-z]/g, (letter) => String.fromCharCode(capitalOf(letter.charCodeAt(0))));
    if (more.length > 0 || (second !== undefined && other === name)) return false;
    const pairs = {
      ...(first === undefined ? {} : { [name]: first }),
      ...(second === undefined ? {} : { [other]: second }),
    };
    if (member === "facts") this.facts = { ...this.facts, tags: { ...this.facts.tags, ...pairs } };
    else this.members["Tags"] = { ...(this.members["Tags"] as Input | undefined), ...pairs };
    return true;
  }
}

function keysOf(tags: unknown): readonly string[] {
  return Object.keys(tags as Input);
}

type Family = (draft: DraftCall, name: string, value: Known | undefined) => boolean;

const listed = (value: Known | undefined) => (value === undefined ? [] : [value].flat());

const families: Readonly<Record<string, Family>> = {
  "aws:principaltag": (draft, name, value) => {
    if (typeof value === "object") return false;
    if (value !== undefined) draft.tags[name] = value;
    return true;
  },
  "aws:resourcetag": (draft, name, value) => draft.tag("facts", name, listed(value)),
  "aws:requesttag": (draft, name, value) =>
    typeof value !== "object" && draft.tag("Tags", name, listed(value)),
  "connect:searchtag": (draft, name, value) => {
    if (typeof value === "object") return false;
    if (value !== undefined)
      draft.members["SearchFilter"] = {
        TagFilter: { TagCondition: { TagKey: name, TagValue: value } },
      };
    return true;
  },
};

type Setter = (draft: DraftCall, value: Known | undefined) => boolean;

/** A setter of one text. */
const single =
  (write: (draft: DraftCall, text: string) => boolean): Setter =>
  (draft, value) =>
    value === undefined || (typeof value === "string" && write(draft, value));

const fact =
  (member: "channel" | "flowType" | "userArn" | "contactAssociationId"): Setter =>
  (draft, value) => {
    if (typeof value === "object" && value.length > 1) return false;
    const [text] = listed(value);
    const isOptional = member === "userArn" || member === "contactAssociationId";
    if (text === undefined && !isOptional) return false;
    draft.facts = { ...draft.facts, [member]: text ?? null };
    if (member === "flowType") draft.members["Type"] = text;
    return true;
  };

const at: Setter = single((draft, text) => {
  const moment = parseTime(text);
  if (!moment || moment.earliest !== moment.latest) return false;
  draft.atMs = Number(moment.earliest / 1_000_000n);
  return true;
});

const setters: Readonly<Record<string, Setter>> = {
  "aws:userid": single((draft, text) => {
    draft.id = text;
    return true;
  }),
  "aws:username": single((draft, text) => {
    if (draft.issuer.claims.name === undefined) draft.id = text;
    else draft.name = text;
    return true;
  }),
  "aws:currenttime": at,
  "aws:epochtime": at,
  "aws:tokenissuetime": single((draft, text) => {
    const moment = parseTime(text);
    if (!moment) return false;
    draft.claims["iat"] = String(moment.earliest / 1_000_000_000n);
    return true;
  }),
  "aws:sourceip": single((draft, text) => {
    draft.from = text;
    return true;
  }),
  "authorizer:viamcp": single((draft, text) => {
    draft.via = text === "true" ? "mcp" : undefined;
    return true;
  }),
  "aws:tagkeys": (draft, value) => {
    for (const name of listed(value)) draft.tag("Tags", name, ["some-value"]);
    return true;
  },
  "connect:channel": fact("channel"),
  "connect:flowtype": fact("flowType"),
  "connect:userarn": fact("userArn"),
  "connect:contactassociationid": fact("contactAssociationId"),
  "connect:subtype": single((draft, text) => segment(draft, "connect:Subtype", text)),
  "connect:assignmenttype": single((draft, text) => segment(draft, "connect:AssignmentType", text)),
  // The call's instance and the resource decide them.
  "connect:instanceid": () => true,
  "aws:requestedregion": () => true,
  "aws:resourceaccount": () => true,
  "aws:securetransport": () => true,
  "aws:viaawsservice": () => true,
  "aws:viaawsmcpservice": () => true,
  "aws:principalisawsservice": () => true,
};

function segment(draft: DraftCall, name: string, text: string): boolean {
  const others = draft.members["SegmentAttributes"] as Input | undefined;
  draft.members["SegmentAttributes"] = { ...others, [name]: { ValueString: text } };
  return true;
}
