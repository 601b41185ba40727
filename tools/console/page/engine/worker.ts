/** The page's worker: it opens the configuration, and computes columns, the wanted ones first. */
import { compareConfigurations } from "./compare-configurations.ts";
import type { OpenDraft } from "./draft.ts";
import { OpenAccess } from "./open-access.ts";
import type { FromWorker, Question, Questions, ToWorker } from "./protocol.ts";

let opening = 0;
let access: OpenAccess | undefined;
let draft: OpenDraft | undefined;
/** Columns that are not computed, the next one last. */
let missing: number[] = [];
let isWorking = false;

function say(message: FromWorker): void {
  postMessage(message);
}

async function answer(question: Question): Promise<Questions[keyof Questions]["answer"]> {
  switch (question.kind) {
    case "open": {
      access = new OpenAccess(question.asks);
      opening++;
      const { outline } = access;
      missing = [...outline.columns.keys()].reverse();
      work();
      return { ...outline, opening };
    }
    case "want": {
      const wanted = new Set(question.asks);
      missing = [
        ...missing.filter((each) => !wanted.has(each)),
        ...missing.filter((each) => wanted.has(each)),
      ];
      return null;
    }
    case "compare":
      return compareConfigurations(question.asks.older, question.asks.newer);
    case "draftBase": {
      // The linter and the reader of YAML are loaded for who edits.
      const [{ OpenDraft }, { createHints }] = await Promise.all([
        import("./draft.ts"),
        import("./hints.ts"),
      ]);
      draft = new OpenDraft(question.asks);
      return createHints(question.asks.decides.config.instances);
    }
    case "draft":
      return opened(draft).judge(question.asks);
    case "draftChanges":
      return opened(draft).compare();
    case "draftTests":
      return opened(draft).runTests();
    case "cell":
      return opened(access).cell(question.asks.row, question.asks.column);
  }
}

/** Computes a column, and lets messages in before the next one. */
function work(): void {
  if (isWorking) return;
  isWorking = true;
  setTimeout(() => {
    isWorking = false;
    const column = missing.pop();
    if (access === undefined || column === undefined) return;
    say({ kind: "column", opening, column, ...access.column(column) });
    work();
  });
}

function opened<Opened>(value: Opened | undefined): Opened {
  if (value === undefined) throw new Error("no configuration is open");
  return value;
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  answer(data).then(
    (answered) => say({ kind: "answer", id: data.id, answer: answered }),
    (cause: unknown) =>
      say({ kind: "failed", id: data.id, message: cause instanceof Error ? cause.message : String(cause) }),
  );
});
