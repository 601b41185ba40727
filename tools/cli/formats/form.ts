/** `--format`: the forms in which commands print what they found, for people, programs and pipelines. */
import type { Issue } from "../../../shared/errors.ts";
import type { ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";

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

const fileTexts = { ...texts, comment: "Markdown cut to what a comment of GitHub holds" } as const;

type FileForm = keyof typeof fileTexts;

/** The option of a command that writes other forms into files as well, so that a pipeline runs it once. */
export function alsoOption<const Forms extends readonly FileForm[]>(...forms: Forms) {
  const described = forms.map((form) => `${form} (${fileTexts[form]})`).join(", ");
  const text = `also write another form into a file, like ${forms[0]}=FILE: ${described}; may be repeated`;
  return { "--also <form=file>": { text, isRepeated: true } } as const satisfies ParameterTable;
}

/** Reads what `--also` asks for. @throws UsageError for a form that the command does not have */
export function readAlso<Chosen extends FileForm>(
  also: readonly string[],
  forms: readonly Chosen[],
): readonly { readonly form: Chosen; readonly file: string }[] {
  return also.map((text) => {
    const [, name, file] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
    const form = forms.find((each) => each === name);
    if (form !== undefined && file !== undefined) return { form, file };
    const names = forms.map((each) => `\`${each}\``).join(", ");
    throw new UsageError(`\`--also ${text}\` must be FORM=FILE, with a form of ${names}`);
  });
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
