/** `--format`: the forms in which commands print what they found, for people, programs and pipelines. */
import type { Issue } from "../../../shared/errors.ts";
import type { ParameterTable } from "../command.ts";

const texts = {
  text: "for people",
  json: "one JSON object",
  github: "annotations of a GitHub workflow",
  sarif: "SARIF 2.1.0, for code scanning",
  junit: "JUnit XML",
  markdown: "Markdown for a pull request's comment",
} as const;

export type Form = keyof typeof texts;

/** The options of a command that prints in these forms. */
export function formOptions<const Forms extends readonly Form[]>(...forms: Forms) {
  const described = forms.map((form) => `${form} (${texts[form]})`).join(", ");
  return {
    "--format <form>": { text: `the form of the output: ${described}; default: text`, choices: forms },
    "--json": { text: "the same as --format json", excludes: ["format"] },
  } as const satisfies ParameterTable;
}

/** The form that was asked for. */
export function chosenForm<Chosen extends Form>(
  format: Chosen | undefined,
  json = false,
): Chosen | "text" | "json" {
  return format ?? (json ? "json" : "text");
}

/** Something that was found, with its place if it has one. */
export interface Finding {
  readonly level: "error" | "warning" | "notice";
  /** What kind of finding it is, in a few words: an issue's code. */
  readonly title: string;
  readonly place?: Place;
  /** The message. What lines hold is not trusted. */
  readonly lines: readonly string[];
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function findingOf({ severity, code, message, file, line, column }: Issue): Finding {
  return { level: severity, title: code, place: { file, line, column }, lines: [message] };
}
