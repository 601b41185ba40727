/** The drafts of the page, and what the worker says of them while somebody types. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { GivenConfiguration } from "../../api.ts";
import { Engine } from "../engine/engine.ts";
import type { DraftBase, DraftChanges, DraftFindings, DraftTests, Hints } from "../engine/protocol.ts";
import { DraftStore, type Drafts, isChanged } from "./drafts.ts";

/** Kept while the page is open, so that another view loses nothing. */
export const store = new DraftStore();

export interface ShownDrafts {
  readonly drafts: Drafts | undefined;
  /** Why the files cannot be read. */
  readonly problem: string;
}

/** Reads the folder, and reads it again when another configuration decides, and when somebody comes back to the page. */
export function useDrafts(configuration: GivenConfiguration): ShownDrafts {
  const [drafts, setDrafts] = useState(store.now);
  const [problem, setProblem] = useState("");
  useEffect(() => store.listen(setDrafts), []);
  useEffect(() => {
    const read = () =>
      store.read().then(
        () => setProblem(""),
        (cause: unknown) => setProblem(`The files cannot be read: ${String(cause)}`),
      );
    void read();
    addEventListener("focus", read);
    return () => removeEventListener("focus", read);
  }, [configuration]);
  return { drafts, problem };
}

export interface Judgement {
  readonly hints?: Hints;
  /** Of the text as it was a moment ago. */
  readonly findings?: DraftFindings;
  /** Absent while they are being compared for the first time. */
  readonly changes?: DraftChanges;
  /** Absent while they are run for the first time. */
  readonly tests?: DraftTests;
  /** These are of the text before. */
  readonly isOld?: { readonly changes: boolean; readonly tests: boolean };
}

const restMs = 150;

/** Judges the drafts after each change: what is found first, then what changes in access, and in the tests. Text that is written meanwhile is judged next. */
export function useJudgement(drafts: Drafts | undefined, { bundle }: GivenConfiguration): Judgement {
  const [judgement, setJudgement] = useState<Judgement>({});
  const judge = useRef<Judge | undefined>(undefined);
  useEffect(() => {
    const started = new Judge((more) => setJudgement((before) => merge(before, more)));
    judge.current = started;
    return () => started.stop();
  }, []);
  useEffect(() => {
    if (drafts === undefined) return;
    const timer = setTimeout(() => judge.current?.ask(drafts, bundle), restMs);
    return () => clearTimeout(timer);
  }, [drafts, bundle]);
  return judgement;
}

type MoreJudgement = Omit<Judgement, "isOld"> & { readonly isOld?: Partial<Judgement["isOld"]> };

function merge(before: Judgement, { isOld, ...more }: MoreJudgement): Judgement {
  return { ...before, ...more, isOld: { changes: false, tests: false, ...before.isOld, ...isOld } };
}

/** A worker of its own, which is asked for one text at a time. */
class Judge {
  readonly #engine = new Engine(() => undefined);
  readonly #tell: (more: MoreJudgement) => void;
  #next: (() => Promise<void>) | undefined;
  #isBusy = false;
  /** What the worker knows as saved. */
  #known = "";
  #decides: DraftBase["decides"] | undefined;

  constructor(tell: (more: MoreJudgement) => void) {
    this.#tell = tell;
  }

  ask(drafts: Drafts, decides: DraftBase["decides"]): void {
    this.#next = () => this.#judge(drafts, decides);
    if (!this.#isBusy) void this.#work();
  }

  stop(): void {
    this.#next = undefined;
    this.#engine.stop();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#next !== undefined) {
      const work = this.#next;
      this.#next = undefined;
      await work().catch((cause: unknown) => this.#tell({ findings: failed(cause) }));
    }
    this.#isBusy = false;
  }

  async #judge({ files, environment }: Drafts, decides: DraftBase["decides"]): Promise<void> {
    const all = [...files.values()];
    const saved = all.filter(({ isNew }) => !isNew).map(({ path, text }) => ({ path, text }));
    const known = JSON.stringify([
      all.filter(({ isNew }) => !isNew).map(({ path, tag }) => [path, tag]),
      environment,
    ]);
    if (known !== this.#known || decides !== this.#decides) {
      this.#tell({ hints: await this.#engine.ask("draftBase", { files: saved, environment, decides }) });
      [this.#known, this.#decides] = [known, decides];
    }
    const changed = all.filter(isChanged).map(({ path, written }) => ({ path, text: written }));
    this.#tell({ findings: await this.#engine.ask("draft", changed), isOld: { changes: true, tests: true } });
    if (this.#next !== undefined) return;
    // They may take long, and are ended by the next text.
    void this.#runTests();
    this.#tell({ changes: await this.#engine.ask("draftChanges", null), isOld: { changes: false } });
  }

  async #runTests(): Promise<void> {
    const asked = this.#engine.ask("draftTests", null);
    const tests = await asked.catch((cause: unknown): DraftTests => {
      return { kind: "wrong", issues: failed(cause).issues };
    });
    if (tests !== undefined) this.#tell({ tests, isOld: { tests: false } });
  }
}

function failed(cause: unknown): DraftFindings {
  const message = `the page cannot judge this text: ${cause instanceof Error ? cause.message : String(cause)}`;
  const place = { file: "authorizer.yaml", path: "", line: 1, column: 1 };
  return { isUsable: false, issues: [{ severity: "error", code: "internal", ...place, message }] };
}
