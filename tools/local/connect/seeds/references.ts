/** References in a seed: by identifier, ARN or name. They become the identifiers that operations take. */
import { createHash } from "node:crypto";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { rewriteAt, topMember } from "../../../../shared/catalog/member-path.ts";
import type { TargetSpec } from "../../../../shared/catalog/types.ts";
import { nearestName } from "../../../authoring/nearest-name.ts";
import { type Family, familyNamed, familyOfType } from "../families/families.ts";
import type { InstanceState } from "../instance-state.ts";
import type { Members } from "../records/resource-table.ts";
import type { Draft, Identified } from "./draft.ts";
import { pathOfMember, type Report, type SeedPath } from "./problem.ts";

interface Known {
  readonly ids: Set<string>;
  /** With what the resource belongs to. */
  readonly names: Set<string>;
  /** `undefined`: several have it. */
  readonly byName: Map<string, string | undefined>;
}

/** The resources of a seed, and those that the instance had before it. */
export class References {
  readonly #instance: InstanceState;
  readonly #report: Report;
  readonly #families = new Map<string, Known>();

  constructor(instance: InstanceState, report: Report) {
    this.#instance = instance;
    this.#report = report;
  }

  /** Gives an entry its identifier, so that others can refer to it. */
  add(entry: Omit<Draft, "id"> & Identified): Draft {
    const { id: given, arn, ...draft } = entry;
    const { family, path, name } = draft;
    const { copiesParent, identify } = family.special;
    if (copiesParent || identify || family.natural !== undefined) return { ...draft, id: undefined };
    const known = this.#known(family.name);
    const id = given ?? arn?.split("/").at(-1) ?? this.#makeId(draft);
    if (!/^[\w.-]{1,256}$/.test(id))
      this.#report({
        path,
        code: "wrongValue",
        message: `the identifier \`${id}\` must have only letters, digits and the characters \`_-.\``,
      });
    if (known.ids.has(id))
      this.#report({
        path,
        code: "duplicateId",
        message: `another ${family.label} has the identifier \`${id}\``,
      });
    known.ids.add(id);
    if (name !== undefined) this.#addName(draft, name, id);
    return { ...draft, id };
  }

  /** Resources that belong to different ones may have the same name. */
  #addName({ family, path, input }: Omit<Draft, "id">, name: string, id: string): void {
    const known = this.#known(family.name);
    const whole = JSON.stringify([family.parents.map((member) => input[member]), name]);
    if (known.names.has(whole) && family.special.unique !== null)
      this.#report({
        path,
        code: "duplicateName",
        message: `another ${family.label} has the name \`${name}\``,
      });
    else known.byName.set(name, known.byName.has(name) ? undefined : id);
    known.names.add(whole);
  }

  /** The same in every instance and at every start, in the form of a UUID. */
  #makeId({ family, name, path, input }: Omit<Draft, "id">): string {
    const parents = family.parents.map((member) => input[member]);
    const text = JSON.stringify([family.name, parents, name ?? path.at(-1)]);
    const hex = createHash("sha256").update(text).digest("hex");
    const id = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-5$3-a$4-$5");
    // Two that have one name are reported as such, not for an identifier that nobody wrote.
    return this.#known(family.name).ids.has(id)
      ? `${id.slice(0, -4)}${String(path.at(-1)).padStart(4, "0")}`
      : id;
  }

  /** Resolves what a draft refers to, also in the members that create has not. */
  resolve(draft: Draft, operationOf: (member: string) => string): void {
    const { family, path } = draft;
    draft.input = this.resolveInput(family.operations.create ?? "", draft.input, path);
    for (const member of Object.keys(draft.more))
      draft.more = this.resolveInput(operationOf(member), draft.more, path);
  }

  /** Resolves what the input of an operation refers to. */
  resolveInput(operation: string, input: Members, path: SeedPath): Members {
    const targets = findOperation(operation)?.targets ?? [];
    return targets.reduce((resolved, target) => {
      const family = familyOfTarget(target);
      if (!family || resolved[topMember(target.source)] === undefined) return resolved;
      return rewriteAt(resolved, target.source, (text, at) =>
        target.types?.some((type) => type.startsWith("aws-managed")) && !this.#has(family.name, text)
          ? text
          : this.identify(family.name, text, pathOfMember(path, at)),
      );
    }, input);
  }

  /** The identifier that a text means. What means nothing is reported, and left as it is. */
  identify(family: string, text: string, path: SeedPath): string {
    const known = this.#known(family);
    const bare = (text.startsWith("arn:") ? (text.split("/").at(-1) ?? "") : text).replace(/:[^:]*$/, "");
    if (known.ids.has(bare) || this.#instance.table(family).find(bare))
      return text.startsWith("arn:") ? bare : text;
    const named = known.byName.get(text);
    if (named !== undefined) return named;
    const { label } = familyNamed(family);
    const nearest = nearestName(text, [...known.byName.keys(), ...known.ids]);
    const hint =
      nearest === undefined ? "write it into the seed, or refer to another" : `did you mean \`${nearest}\`?`;
    const message = known.byName.has(text)
      ? `several resources of the kind ${label} have the name \`${text}\`; refer to one by its identifier`
      : `there is no ${label} \`${text}\`; ${hint}`;
    this.#report({ path, code: "unknownReference", message });
    return text;
  }

  #has(family: string, text: string): boolean {
    const { ids, byName } = this.#known(family);
    return ids.has(text) || byName.has(text);
  }

  #known(family: string): Known {
    const known = this.#families.get(family) ?? { ids: new Set(), names: new Set(), byName: new Map() };
    this.#families.set(family, known);
    return known;
  }
}

/** The family that a target means by a plain identifier. */
function familyOfTarget({ source, type, discriminator, orAnyArn }: TargetSpec): Family | undefined {
  if (source === "*" || discriminator || orAnyArn || type === "instance") return undefined;
  const family = familyOfType(type);
  return family && family.natural === undefined && family.parents.length === 0 ? family : undefined;
}
