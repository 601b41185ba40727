/** The configuration that tests are about, and its statements as its author finds them. */
import { join } from "node:path";
import type { MatchedStatement } from "../../../../shared/policy/evaluate/evaluate.ts";
import type { SharedCells } from "../../access/access-model.ts";
import { displayPath } from "../../configuration/read/source-file.ts";
import { formatStatement } from "../../explain/statement-text.ts";
import type { TestedBundle } from "../read-tests.ts";

export interface Tested extends TestedBundle {
  /** Its folder. */
  readonly folder: string;
  /** What was found for an earlier version of it. */
  readonly cells?: SharedCells;
}

/** Names a statement with the file that it is in, as the current folder sees it. */
export function nameStatement(statement: MatchedStatement, folder: string): string {
  return formatStatement({ ...statement, file: displayPath(join(folder, statement.file)) });
}
