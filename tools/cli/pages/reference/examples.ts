/** Reads docs/examples/policies: policies by example, each with calls and their answers. A file is a chapter of the page. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const text = z.string().min(1);
const policy = z.record(text, z.unknown());

const when = z.strictObject({
  id: text.optional(),
  tags: z.record(text, text).optional(),
  claims: z.record(text, z.union([text, z.array(text)])).optional(),
  sourceIp: text.optional(),
  vpcId: text.optional(),
  vpceId: text.optional(),
  now: text.optional(),
  region: text.optional(),
  known: z.record(text, z.record(text, text)).optional(),
});

const circumstancesAndAnswer = {
  /** Of the caller, of the request, and what Amazon Connect says of resources. */
  when: when.default({}),
  answer: z.enum(["allowed", "implicit deny", "explicit deny", "not known"]),
};

const call = z.strictObject({
  operation: text,
  input: z.record(text, z.unknown()).default({}),
  ...circumstancesAndAnswer,
});

/** A whole call of each operation, or of those that name an instance, or of the rest. */
const everyCall = z.strictObject({
  every: z.enum(["operation", "operation on an instance", "other operation"]),
  ...circumstancesAndAnswer,
});

const example = z.strictObject({
  title: text,
  /** What it is for, and why it is written like this. */
  text,
  /** Alone it allows nothing: it is attached with the policy that allows everything. */
  beside: z.literal("everything").optional(),
  policy: policy.optional(),
  boundary: policy.optional(),
  guardrail: policy.optional(),
  /** Of `authorizer.yaml`. */
  accept: z.array(z.strictObject({ key: text, because: text })).optional(),
  /** The codes of `validate`. */
  warnings: z.array(text).default([]),
  calls: z.array(z.union([call, everyCall])).min(2),
  /** What follows from it, below the calls. */
  note: text.optional(),
});

const chapter = z.strictObject({ title: text, text: text.optional(), examples: z.array(example).min(1) });

export type When = z.infer<typeof when>;
export type ExampleCall = z.infer<typeof call>;
export type EveryCall = z.infer<typeof everyCall>;
export type Example = z.infer<typeof example>;
export type Chapter = z.infer<typeof chapter>;

/**
 * Reads the chapters in the order of their files' names.
 * @throws an error that names the file, if one is not of this form
 */
export function readExamples(folder: string): readonly Chapter[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const read = chapter.safeParse(parse(readFileSync(join(folder, file), "utf8")));
      if (read.success) return read.data;
      throw new Error(`${file}: ${z.prettifyError(read.error)}`);
    });
}
