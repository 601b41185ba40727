/** What somebody is writing: the configuration's files with changes that are not saved. It is read as the gateway would read it. */
import * as z from "zod";
import { BoundPolicies } from "../../../../shared/bundle/binding-layers.ts";
import type { Binding, Bundle } from "../../../../shared/bundle/types.ts";
import { AccessModel, SharedCells } from "../../../authoring/access/access-model.ts";
import { compareModels } from "../../../authoring/access/compare-models.ts";
import { describeMatch } from "../../../authoring/access/roles.ts";
import { loadConfiguration } from "../../../authoring/configuration/load-configuration.ts";
import type { SourceFile } from "../../api.ts";
import { setFiles } from "../instead-of-node/files.ts";
import { showChanges } from "./compare-configurations.ts";
import type { DraftBase, DraftChanges, DraftFindings } from "./protocol.ts";

// It would try whether text can be evaluated, which the page's policy forbids.
z.config({ jitless: true });

/** More bindings are not compared while somebody types. */
const mostBindings = 100;

export class OpenDraft {
  readonly #base: DraftBase;
  readonly #cells = new SharedCells();
  /** What the last text says, if it can be used. */
  #bundle: Bundle | undefined;

  constructor(base: DraftBase) {
    this.#base = base;
  }

  /** Reads the files with the changed ones. What is found has the path of its file in the folder. */
  async judge(changed: readonly SourceFile[]): Promise<DraftFindings> {
    const { files, environment } = this.#base;
    setFiles(new Map([...files, ...changed].map(({ path, text }) => [path, text])));
    const loaded = await loadConfiguration(".", { isTrial: true, environment });
    this.#bundle = loaded.ok ? loaded.bundle : undefined;
    return { isUsable: loaded.ok, issues: loaded.ok ? loaded.warnings : loaded.issues };
  }

  /** Compares the last text that was judged with what decides now. */
  compare(): DraftChanges {
    const newer = this.#bundle;
    if (newer === undefined) return { kind: "unusable" };
    const older = this.#base.decides;
    const touched = touchedColumns(older, newer);
    if (touched.size > mostBindings) return { kind: "tooMany", bindings: touched.size };
    const sideOf = (bundle: Bundle) => {
      const bindings = bundle.config.bindings.filter((each) => touched.has(columnOf(each)));
      const config = { ...bundle.config, bindings };
      const model = new AccessModel(config, new BoundPolicies(bundle), this.#cells);
      return { bundle: { ...bundle, config }, model };
    };
    return { kind: "known", changes: showChanges(compareModels(sideOf(older), sideOf(newer))) };
  }
}

/** The columns whose bindings differ, or name a policy that differs. All, if anything else of authorizer.yaml does. */
function touchedColumns(older: Bundle, newer: Bundle): ReadonlySet<string> {
  if (older.version === newer.version) return new Set();
  const all = [...older.config.bindings, ...newer.config.bindings];
  if (restOf(older) !== restOf(newer)) return new Set(all.map(columnOf));
  const [before, now] = [policiesOf(older), policiesOf(newer)];
  const changed = new Set(
    [...before.keys(), ...now.keys()].filter((name) => before.get(name) !== now.get(name)),
  );
  if (isNamedByAll(newer, changed)) return new Set(all.map(columnOf));
  const written = [older, newer].map(
    ({ config }) => new Set(config.bindings.map((each) => JSON.stringify(each))),
  );
  const touched = all.filter((binding) => {
    const text = JSON.stringify(binding);
    return written.some((each) => !each.has(text)) || namesIn(binding).some((name) => changed.has(name));
  });
  return new Set(touched.map(columnOf));
}

function columnOf({ match }: Binding): string {
  return describeMatch(match);
}

/** All but the bindings and the policies. */
function restOf({ config: { bindings: _, ...rest } }: Bundle): string {
  return JSON.stringify(rest);
}

function policiesOf({ policies }: Bundle): ReadonlyMap<string, string> {
  return new Map(policies.map((policy) => [policy.name, JSON.stringify(policy)]));
}

function isNamedByAll({ config }: Bundle, changed: ReadonlySet<string>): boolean {
  return config.guardrails.some((name) => changed.has(name));
}

function namesIn({ policies, boundary }: Binding): readonly string[] {
  return boundary === undefined ? policies : [...policies, boundary];
}
