/**
 * What was changed in the files and is not saved. It is kept while the page is open, also when another view is; the browser asks
 * before it leaves the page.
 */
import type { EditedFile, FilesAnswer, SaveConflict } from "../../api.ts";
import { Refused, readFiles, saveFile } from "../shell/gateway.ts";

/** A file as it was read, and as it is written now. */
export interface Draft extends EditedFile {
  /** What it would be saved as. */
  readonly written: string;
  /**
   * Another one each time that something other than the editor writes the text. Only then does the editor take it over: what it wrote
   * itself comes back late, and would replace what was typed meanwhile.
   */
  readonly revision: number;
  /** Not in the folder yet. */
  readonly isNew: boolean;
  /** What somebody else made of it, which nobody here has looked at yet; `null`: it was removed. */
  readonly theirs?: EditedFile | null;
}

export interface Drafts {
  readonly isReadOnly: boolean;
  readonly environment?: string | undefined;
  /** By path; in the order of the list. */
  readonly files: ReadonlyMap<string, Draft>;
  /** Why the last save did not succeed. */
  readonly problem: string;
}

type Listener = (drafts: Drafts) => void;

export function isChanged({ text, written, isNew }: Draft): boolean {
  return isNew || text !== written;
}

export class DraftStore {
  #now: Drafts | undefined;
  readonly #listeners = new Set<Listener>();

  get now(): Drafts | undefined {
    return this.#now;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the folder. What is changed here stays; if it was changed there too, a person decides. */
  async read(): Promise<void> {
    const answer = await readFiles();
    this.#set({ problem: this.#now?.problem ?? "", ...answer, files: merge(answer, this.#now?.files) });
  }

  write(path: string, written: string): void {
    this.#change(path, (draft) => ({ ...draft, written }));
  }

  add(path: string, written: string): void {
    if (this.#now === undefined) return;
    const added: Draft = { path, text: "", tag: "", written, revision: 0, isNew: true };
    this.#set({ ...this.#now, files: inOrder(new Map([...this.#now.files, [path, added]])) });
  }

  /** Takes back what was changed. */
  undo(path: string): void {
    const draft = this.#now?.files.get(path);
    if (draft?.isNew) this.#remove(path);
    else this.#change(path, (each) => replaced(each, each.text));
  }

  /** Settles a conflict. Mine is saved over theirs then. */
  settle(path: string, whose: "mine" | "theirs"): void {
    const draft = this.#now?.files.get(path);
    if (draft?.theirs === undefined) return;
    const { theirs, ...mine } = draft;
    if (theirs === null) {
      if (whose === "theirs") this.#remove(path);
      else this.#change(path, () => ({ ...mine, text: "", tag: "", isNew: true }));
      return;
    }
    const written = whose === "mine" ? mine.written : theirs.text;
    this.#change(path, () => replaced({ ...mine, ...theirs, isNew: false }, written));
  }

  /** Saves all that is changed: what is named before what names it. Ends at the first that is refused. */
  async save(): Promise<void> {
    const changed = [...(this.#now?.files.values() ?? [])].filter(isChanged);
    const last = (path: string) => (path.startsWith("policies/") ? 0 : 1);
    this.#tell("");
    for (const { path, written, isNew, tag } of changed.toSorted((a, b) => last(a.path) - last(b.path))) {
      try {
        const saved = await saveFile({ path, text: written, was: isNew ? null : tag });
        this.#change(path, (draft) => ({ ...draft, text: written, tag: saved.tag, isNew: false }));
      } catch (cause) {
        if (!(cause instanceof Refused) || cause.status !== 409) return this.#tell(reasonOf(cause));
        const { now }: SaveConflict = JSON.parse(cause.message);
        return this.#change(path, (draft) => ({ ...draft, theirs: now }));
      }
    }
  }

  #remove(path: string): void {
    if (this.#now === undefined) return;
    this.#set({ ...this.#now, files: new Map([...this.#now.files].filter(([each]) => each !== path)) });
  }

  #tell(problem: string): void {
    if (this.#now !== undefined) this.#set({ ...this.#now, problem });
  }

  #change(path: string, change: (draft: Draft) => Draft): void {
    const draft = this.#now?.files.get(path);
    if (this.#now === undefined || draft === undefined) return;
    this.#set({ ...this.#now, files: new Map([...this.#now.files, [path, change(draft)]]) });
  }

  #set(now: Drafts): void {
    this.#now = now;
    const isAny = [...now.files.values()].some(isChanged);
    removeEventListener("beforeunload", warn);
    if (isAny) addEventListener("beforeunload", warn);
    for (const listener of this.#listeners) listener(now);
  }
}

function replaced(draft: Draft, written: string): Draft {
  return { ...draft, written, revision: draft.revision + 1 };
}

/** The browser asks in words of its own. */
function warn(event: Event): void {
  event.preventDefault();
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function merge({ files }: FilesAnswer, before: Drafts["files"] = new Map()): Drafts["files"] {
  const read = new Map(files.map((file) => [file.path, file]));
  const merged = files.map((file): readonly [string, Draft] => {
    const draft = before.get(file.path);
    if (draft === undefined) return [file.path, { ...file, written: file.text, revision: 0, isNew: false }];
    const { written, revision } = draft;
    if (written === file.text) return [file.path, { ...file, written, revision, isNew: false }];
    if (!isChanged(draft)) return [file.path, replaced({ ...draft, ...file }, file.text)];
    return [file.path, draft.tag === file.tag && !draft.isNew ? draft : { ...draft, theirs: file }];
  });
  const lost = [...before].filter(([path, draft]) => !read.has(path) && isChanged(draft));
  return inOrder(
    new Map([
      ...merged,
      ...lost.map(([path, draft]) => [path, draft.isNew ? draft : { ...draft, theirs: null }] as const),
    ]),
  );
}

/** authorizer.yaml, policies, environments, tests; each by name. */
function inOrder(files: Drafts["files"]): Drafts["files"] {
  const order = ["authorizer.yaml", "policies", "environments", "tests"];
  const rank = (path: string) => order.indexOf(path.split("/")[0] ?? "");
  return new Map([...files].sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1)));
}
