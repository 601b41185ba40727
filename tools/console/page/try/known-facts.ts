/** Reads what a person says that Amazon Connect would tell. It is loaded when somebody says something. */
import { DocumentError } from "../../../../shared/errors.ts";
import { readKnownFacts } from "../../../authoring/explain/known-facts.ts";
import type { WrittenFacts } from "../../../authoring/tests/test-file.ts";

/** @returns a text that says what is wrong, or the facts */
export function readFacts(text: string): ReadonlyMap<string, WrittenFacts> | string {
  try {
    return readKnownFacts(text, "");
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    const [first] = cause.issues;
    return `Line ${first?.line ?? 1}: ${first?.message ?? cause.message}`;
  }
}
