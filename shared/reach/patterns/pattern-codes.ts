/** The patterns of a policy as rows of codes (`shared/policy/pattern/glob.ts`), which lint compares. */
import { compileActionPattern } from "../../policy/pattern/action-pattern.ts";
import { type Glob, STAR } from "../../policy/pattern/glob.ts";
import { compileResourcePattern } from "../../policy/pattern/resource-pattern.ts";
import type { Template } from "../../policy/pattern/template.ts";
import { type Codes, SYMBOL, VARIABLE } from "./automaton.ts";

/** Returns the codes of an action pattern, in lower case; `undefined` for one that the parser refuses. */
export function actionCodes(pattern: string): Codes | undefined {
  const compiled = compileActionPattern(pattern);
  return typeof compiled === "string" ? undefined : globCodes(compiled.glob);
}

/** Returns the codes of a resource pattern, its variables as {@link VARIABLE}; `undefined` for one that the parser refuses. */
export function resourceCodes(pattern: string, variables: boolean): Codes | undefined {
  const compiled = compileResourcePattern(pattern, variables);
  if (typeof compiled === "string") return undefined;
  if (compiled.glob !== undefined) return globCodes(compiled.glob);
  return templateCodes(compiled.template);
}

/** Returns the codes of a pattern with variables, each of them as {@link VARIABLE}. */
export function templateCodes({ codes }: Template): Codes {
  return codes.map((code) => (typeof code === "number" ? code : VARIABLE));
}

const symbols = new Map<string, number>();

/** Returns the codes of a pattern with variables, the same one for each variable that is written alike. */
export function symbolCodes({ codes }: Template): Codes {
  return codes.map((code) => {
    if (typeof code === "number") return code;
    const name = JSON.stringify([code.lowerKey, code.fallback]);
    const symbol = symbols.get(name) ?? SYMBOL + symbols.size;
    symbols.set(name, symbol);
    return symbol;
  });
}

export function globCodes({ kind, text, codes }: Glob): Codes {
  if (kind === "codes" || kind === "codesInParts") return codes;
  const literal = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return kind === "literal" ? literal : [...literal, STAR];
}
