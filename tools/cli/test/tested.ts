/** The configuration that tests are about, and its statements as its author finds them. */
import { join } from "node:path";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { formatStatement } from "../explain/statement-text.ts";

export interface Tested {
  /** Its folder. */
  readonly folder: string;
  readonly bundle: Bundle;
  readonly opened: OpenedBundle;
}

/** Names a statement with the file that it stands in, as the current folder sees it. */
export function nameStatement(statement: MatchedStatement, folder: string): string {
  return formatStatement({ ...statement, file: displayPath(join(folder, statement.file)) });
}
