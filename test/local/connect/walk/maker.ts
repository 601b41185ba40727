/** Makes resources of every family, by the family's own create operation, with inputs made from the schemas. */
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { enumerationAt } from "../../../../shared/catalog/enumerations.ts";
import { type Family, familyOfKey, familyOfType } from "../../../../tools/local/connect/families/families.ts";
import { endingsOf } from "../../../../tools/local/connect/families/words.ts";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { east } from "../connect-fixture.ts";
import { type Extent, type Input, makeInput } from "./inputs.ts";
import type { WireClient } from "./wire-client.ts";

export interface Made {
  readonly input: Input;
  /** Members that name it in other operations: `InstanceId`, its parents, its own identifier. */
  readonly at: Input;
  readonly id: string;
  /** Absent where the create operation does not give it. */
  readonly arn: string | undefined;
}

const useCaseTypes = enumerationAt("CreateUseCaseRequest.UseCaseType") ?? [];

/** Makes resources in one instance. */
export class Maker {
  readonly #send: WireClient["send"];
  readonly #instance: string;
  /** What stays in the instance for others to refer to, by family. */
  readonly #fixtures = new Map<string, Promise<Made>>();
  #bots = 0;
  #useCases = 0;

  constructor(send: WireClient["send"], instance = east) {
    this.#send = send;
    this.#instance = instance;
  }

  /** An input with identifiers of resources that exist. */
  input(operation: string, extent: Extent): Promise<Input> {
    return makeInput(operation, extent, (type) => this.#identify(type));
  }

  async make(family: Family, extent: Extent): Promise<Made> {
    const create = family.operations.create ?? "";
    const made = await this.input(create, extent);
    if (family.special.copiesParent) delete made[family.key];
    // It is for one target.
    if (family.name === "PhoneNumber") {
      delete made["TargetArn"];
      made["InstanceId"] = this.#instance;
    }
    // A bot is of one version.
    if (family.name === "Bot")
      Object.assign(made, {
        LexBot: { Name: `bot-${++this.#bots}`, LexRegion: "us-west-2" },
        LexV2Bot: undefined,
      });
    const input = { ...made, ...(await this.#parentsOf(family)) };
    // An evaluation is of an active version.
    if (family.name === "ContactEvaluation")
      await this.#send("ActivateEvaluationForm", {
        InstanceId: this.#instance,
        EvaluationFormId: made["EvaluationFormId"],
        EvaluationFormVersion: 1,
      });
    // An alias is of a version.
    if (family.name === "ContactFlowModuleAlias")
      await this.#send("CreateContactFlowModuleVersion", {
        InstanceId: this.#instance,
        ContactFlowModuleId: input["ContactFlowModuleId"],
      });
    // An association has one use case of each type.
    if (family.name === "UseCase")
      input["UseCaseType"] = useCaseTypes[this.#useCases++ % useCaseTypes.length];
    const output = await this.#send(create, input);
    const id = idIn(family, input, output);
    const instance = { InstanceId: this.#instance };
    const named = Object.fromEntries(family.parents.map((member) => [member, input[member]]));
    const own = family.special.identify
      ? partOf(family, input)
      : { [family.key]: family.special.copiesParent ? Number(id) : id };
    return { input, at: { ...instance, ...named, ...own }, id, arn: arnIn(family, output) };
  }

  async #identify(type: string): Promise<string | undefined> {
    if (type === "instance") return this.#instance;
    if (type === "contact") return seedIds.contact;
    if (type === "authentication-profile") return seedIds.authenticationProfile;
    const family = familyOfType(type);
    return family && (await this.#fixtureOf(family)).id;
  }

  #fixtureOf(family: Family): Promise<Made> {
    const known = this.#fixtures.get(family.name) ?? this.make(family, "minimal");
    this.#fixtures.set(family.name, known);
    return known;
  }

  async #parentsOf(family: Family): Promise<Input> {
    const found: Input = {};
    for (const member of family.parents) {
      const parent = familyOfKey(member);
      if (parent) found[member] = (await this.#fixtureOf(parent)).id;
    }
    return found;
  }
}

/** A Lex bot is named by its own members. */
function partOf({ name }: Family, input: Input): Input {
  const bot = input["LexBot"] as Input | undefined;
  return name === "LexBot" ? { BotName: bot?.["Name"], LexRegion: bot?.["LexRegion"] } : { LexBot: bot };
}

function idIn(family: Family, input: Input, output: Input): string {
  if (family.special.identify) return JSON.stringify(partOf(family, input));
  if (family.natural !== undefined) return String(input[family.natural]);
  const flat = { ...output, ...structuresIn(output) };
  if (family.special.copiesParent) return String(flat["Version"]);
  const stem = family.key.replace(/Id$/, "");
  const names = [family.key, `${stem}Id`, "Id", "AssociationId"];
  const id = names.map((name) => flat[name]).find((value) => value !== undefined);
  return String(id);
}

function arnIn({ name }: Family, output: Input): string | undefined {
  const flat = { ...output, ...structuresIn(output) };
  const names = endingsOf(name).flatMap((ending) => [`${ending}Arn`, `${ending}ARN`]);
  const arn = [...names, "Arn"].map((member) => flat[member]).find((value) => value !== undefined);
  return typeof arn === "string" ? arn : undefined;
}

/** The members of the structures in an answer. */
export function structuresIn(output: Input): Input {
  const inner = Object.values(output).filter(
    (value): value is Input => typeof value === "object" && value !== null,
  );
  return Object.assign({}, ...inner);
}

/** Members of an operation's input that name the resource, and those of its own that the operation requires. */
export function addressOf(operation: string, { at, input }: Made): Input {
  const members = findOperation(operation)?.members ?? [];
  const entries = members.flatMap(({ name, required }) => {
    const value = at[name] ?? (required ? input[name] : undefined);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether an element of a list's or search's answer is the resource. */
export function isMade(element: unknown, family: Family, { input, id }: Made): boolean {
  const version: unknown = Reflect.get(Object(element), "Version");
  if (family.special.copiesParent && version !== undefined) return version === Number(id);
  const texts = family.special.identify
    ? [JSON.stringify(input["LexBot"]).slice(1, -1)]
    : [JSON.stringify(id), `${id}"`, `:${id},`, `:${id}}`];
  return texts.some((text) => JSON.stringify(element).includes(text));
}

/** The list in an answer. */
export function listIn(output: Input): readonly unknown[] {
  return Object.values(output).find((value): value is unknown[] => Array.isArray(value)) ?? [];
}
