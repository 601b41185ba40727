/**
 * The members that a configuration is written with, as parts of its schema.
 *
 * The text of every error here is `code: message`; `check-shape.ts` finds its line and column.
 */
import * as z from "zod";

export const text = z.string().min(1, { error: "emptyText: the text must not be empty", abort: true });

/** A text that passes a check. `problem` says what is wrong with another text. */
export function textThat(isRight: (text: string) => boolean, problem: (text: string) => string) {
  return text.refine(isRight, { error: ({ input }) => problem(String(input)) });
}

/** A list of different texts. `formOf` gives the form in which they are compared. */
export function textsOf<Item extends z.ZodType<string>>(item: Item, formOf = (written: string) => written) {
  const reportTwins = (items: unknown, context: z.RefinementCtx) => {
    const seen = new Set<string>();
    for (const [index, written] of (Array.isArray(items) ? items : []).entries()) {
      if (typeof written !== "string" || written === "") continue;
      const form = formOf(written);
      const message = `duplicateValue: \`${form}\` is repeated in this list`;
      if (seen.has(form)) context.addIssue({ code: "custom", path: [index], message });
      seen.add(form);
    }
  };
  return z
    .array(item)
    .superRefine(reportTwins, { when: () => true })
    .meta({ uniqueItems: true });
}

export function someOf<Item extends z.ZodType<string>>(item: Item, formOf?: (written: string) => string) {
  return textsOf(item, formOf).min(1, "emptyList: the list must not be empty");
}

/** A list of different texts, at least one. A single text is a list of one. */
export function oneOrSomeOf<Item extends z.ZodType<string>>(item: Item) {
  return z.union([item, someOf(item)]);
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number, code: string) {
  const error = ({ input }: { readonly input: unknown }) =>
    typeof input === "number"
      ? `${code}: \`${input}\` is not a whole number from ${min} to ${max}`
      : undefined;
  // A number that fails the first check is outside the bounds, too: that is not reported again.
  return z.int({ error, abort: true }).min(min, { error }).max(max, { error });
}

/** A mapping of these members only. */
export function closed<Required extends z.ZodRawShape, Others extends z.ZodRawShape>(
  description: string,
  required: Required,
  others: Others,
) {
  const names = Object.keys({ ...required, ...others }).join(" ");
  return z
    .strictObject(
      { ...required, ...z.object(others).partial().shape },
      // What `check-shape.ts` needs to suggest another name.
      { error: ({ code }) => (code === "unrecognized_keys" ? names : undefined) },
    )
    .describe(description);
}

/** A mapping of anything that JSON can hold. */
export const jsonMapping = z.record(z.string(), z.unknown()).superRefine((members, context) => {
  const message = "wrongType: expected a number that JSON can hold";
  for (const path of notJson(members)) context.addIssue({ code: "custom", path, message });
});

function notJson(value: unknown): string[][] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [[]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => notJson(inner).map((path) => [key, ...path]));
}

/** The values that are there of one or some. */
export function listOf<Item>(items: Item | readonly (Item | undefined)[] | undefined): readonly Item[] {
  return [items].flat().filter((item) => item !== undefined) as Item[];
}
