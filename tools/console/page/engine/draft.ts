/** What somebody is writing: the configuration's files with changes that are not saved. It is read as the gateway would read it. */
import { join } from "node:path";
import * as z from "zod";
import { BoundPolicies } from "../../../../shared/bundle/binding-layers.ts";
import type { Binding, Bundle } from "../../../../shared/bundle/types.ts";
import { AccessModel, SharedCells } from "../../../authoring/access/access-model.ts";
import { compareModels } from "../../../authoring/access/compare-models.ts";
import { describeMatch } from "../../../authoring/access/roles.ts";
import { loadConfiguration } from "../../../authoring/configuration/load-configuration.ts";
import { readTests } from "../../../authoring/tests/read-tests.ts";
import { runAll } from "../../../authoring/tests/results/run-all.ts";
import type { TestRow } from "../../../authoring/tests/results/test-row.ts";
import type { Tested } from "../../../authoring/tests/results/tested.ts";
import type { SourceFile } from "../../api.ts";
import { setFiles } from "../instead-of-node/files.ts";
import { showChanges } from "./compare-configurations.ts";
import type { DraftBase, DraftChanges, DraftFindings, DraftTests, ShownTest } from "./protocol.ts";

// It would try whether text can be evaluated, which the page's policy forbids.
z.config({ jitless: true });

/** More bindings are not compared while somebody types. */
const mostBindings = 100;

/** Of the files that the page gives. */
const folder = ".";

/** The tests that are run until messages are let in. */
const sliceMs = 50;

export class OpenDraft {
  readonly #base: DraftBase;
  readonly #cells = new SharedCells();
  /** What the last text says, if it can be used. */
  #bundle: Bundle | undefined;
  #tested: Tested | undefined;

  constructor(base: DraftBase) {
    this.#base = base;
  }

  /** Reads the files with the changed ones. What is found has the path of its file in the folder. */
  async judge(changed: readonly SourceFile[]): Promise<DraftFindings> {
    const { files, environment } = this.#base;
    setFiles(new Map([...files, ...changed].map(({ path, text }) => [path, text])));
    const loaded = await loadConfiguration(folder, { isTrial: true, environment });
    this.#bundle = loaded.ok ? loaded.bundle : undefined;
    this.#tested = loaded.ok ? { ...loaded, folder } : undefined;
    return { isUsable: loaded.ok, issues: loaded.ok ? loaded.warnings : loaded.issues };
  }

  /**
   * Runs the tests of the last text that was judged, as the command `test` does.
   * @returns `undefined` if another text was judged meanwhile
   */
  async runTests(): Promise<DraftTests | undefined> {
    const tested = this.#tested;
    if (tested === undefined) return { kind: "unusable" };
    let begun = performance.now();
    const goOn = async () => {
      if (performance.now() - begun > sliceMs) {
        await new Promise((resolve) => setTimeout(resolve));
        begun = performance.now();
      }
      return this.#tested === tested;
    };
    const found = await readTests(join(folder, "tests"), tested);
    if (!(await goOn())) return undefined;
    if (found === undefined) return { kind: "none" };
    if (found.issues.length > 0) return { kind: "wrong", issues: found.issues };
    const rows = await runAll(found, tested, { goOn });
    return rows && { kind: "run", tests: rows.map(showTest) };
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

function showTest({ name, file, line, column, holds, why, note }: TestRow): ShownTest {
  return { name, file, line, column, holds, why, ...(note === undefined ? {} : { note }) };
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
