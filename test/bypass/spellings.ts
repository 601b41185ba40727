/**
 * The spellings of an identifier, and what is decided of each (docs/decisions/0003-canonical-identifiers.md).
 */

/**
 * `same`: it is the id, and the id is what Connect receives. `qualified`: it is the id with a qualifier, and that is
 * received. `refused`: nothing is received, whatever the policies allow. `other`: it names something else. `elsewhere`:
 * it names something else where that may stand, and is refused where it may not.
 */
export type Verdict = "same" | "qualified" | "refused" | "other" | "elsewhere";

/** One spelling. */
export interface Spelling {
  readonly name: string;
  readonly verdict: Verdict;
  /** Spells a lower-case UUID. */
  spell(id: string): string;
}

function spelling(name: string, verdict: Verdict, spell: (id: string) => string): Spelling {
  return { name, verdict, spell };
}

/** Changes an id's first letter. */
function changed(id: string, change: (letter: string) => string): string {
  return id.replace(/[a-f]/, change);
}

function encoded(letter: string, percent = "%"): string {
  return `${percent}${letter.charCodeAt(0).toString(16)}`;
}

/** How a value may be spelled, wherever it stands; in a path it is percent-encoded once more, as clients do. */
export const spellings: readonly Spelling[] = [
  spelling("as it is", "same", (id) => id),
  spelling("in capitals", "same", (id) => id.toUpperCase()),
  spelling("with one capital", "same", (id) => changed(id, (letter) => letter.toUpperCase())),
  spelling("with $LATEST", "qualified", (id) => `${id}:$LATEST`),
  spelling("with $SAVED", "qualified", (id) => `${id}:$SAVED`),
  spelling("with a version", "qualified", (id) => `${id}:1`),
  spelling("with an alias", "qualified", (id) => `${id}:my-alias`),
  spelling("in capitals, with $LATEST", "qualified", (id) => `${id.toUpperCase()}:$LATEST`),
  spelling("with two qualifiers", "refused", (id) => `${id}:$LATEST:1`),
  spelling("with an empty qualifier", "refused", (id) => `${id}:`),
  spelling("with a wildcard for a qualifier", "refused", (id) => `${id}:*`),
  spelling("empty", "refused", () => ""),
  spelling("as a dot", "refused", () => "."),
  spelling("as two dots", "refused", () => ".."),
  spelling("with a dot segment", "refused", (id) => `./${id}`),
  spelling("by a way round", "refused", (id) => `x/../${id}`),
  spelling("with a slash behind", "refused", (id) => `${id}/`),
  spelling("with a slash in front", "refused", (id) => `/${id}`),
  spelling("with a backslash", "refused", (id) => `${id}\\`),
  spelling("percent-encoded", "refused", (id) => changed(id, (letter) => encoded(letter))),
  spelling("percent-encoded twice", "refused", (id) => changed(id, (letter) => encoded(letter, "%25"))),
  spelling("with a wildcard", "refused", (id) => `${id.slice(0, -1)}?`),
  spelling("with a star", "refused", (id) => `${id.slice(0, -1)}*`),
  spelling("as a star", "refused", () => "*"),
  spelling("with a space behind", "refused", (id) => `${id} `),
  spelling("with a plus in front", "refused", (id) => `+${id}`),
  spelling("with a tab in front", "refused", (id) => `\t${id}`),
  spelling("with a line break behind", "refused", (id) => `${id}\n`),
  spelling("with a NUL behind", "refused", (id) => `${id}\u0000`),
  spelling("with a full-width digit", "refused", (id) => id.replace("0", "\uff10")),
  spelling("with a Cyrillic letter", "refused", (id) => changed(id, () => "\u0430")),
  spelling("with a zero-width space", "refused", (id) => `${id}\u200b`),
  spelling("with a soft hyphen", "refused", (id) => id.replace("-", "\u00ad-")),
  spelling("with a query behind", "refused", (id) => `${id}?x=1`),
  spelling("with a fragment behind", "refused", (id) => `${id}#x`),
  spelling("with a matrix parameter", "refused", (id) => `${id};x=1`),
  spelling("with a comma and another", "refused", (id) => `${id},${id}`),
  spelling("in braces", "refused", (id) => `{${id}}`),
  spelling("as a variable", "refused", (id) => `\${${id}}`),
  spelling("in quotes", "refused", (id) => `"${id}"`),
  // Connect has no dashless form: these are other ids, and go out as what they are.
  spelling("without hyphens", "other", (id) => id.replaceAll("-", "")),
  spelling("with an underscore", "other", (id) => id.replace("-", "_")),
];

/** How a label may stand in the raw path. */
export const rawSegments: readonly Spelling[] = [
  spelling("with one letter percent-encoded", "same", (id) => changed(id, (letter) => encoded(letter))),
  spelling("with a capital percent-encoded", "same", (id) =>
    changed(id, (letter) => encoded(letter.toUpperCase())),
  ),
  spelling("with a hyphen percent-encoded", "same", (id) => id.replace("-", "%2D")),
  spelling("with a colon and a version", "qualified", (id) => `${id}:1`),
  spelling("with an encoded colon and a version", "qualified", (id) => `${id}%3a1`),
  spelling("with one letter percent-encoded twice", "refused", (id) =>
    changed(id, (letter) => encoded(letter, "%25")),
  ),
  spelling("empty", "refused", () => ""),
  spelling("as a dot", "refused", () => "."),
  spelling("as encoded dots", "refused", () => "%2e%2E"),
  spelling("behind a dot segment", "refused", (id) => `./${id}`),
  spelling("by a way round", "refused", (id) => `x/../${id}`),
  spelling("by an encoded way round", "refused", (id) => `x%2f..%2F${id}`),
  spelling("with an encoded slash behind", "refused", (id) => `${id}%2F`),
  spelling("behind an empty segment", "refused", (id) => `/${id}`),
  spelling("with an encoded NUL", "refused", (id) => `${id}%00`),
  spelling("with an overlong encoding", "refused", (id) => `${id}%C0%80`),
  spelling("with half an encoding", "refused", (id) => `${id}%`),
  spelling("with a matrix parameter", "refused", (id) => `${id};v=1`),
  spelling("with an encoded query", "refused", (id) => `${id}%3Fx=1`),
];

/** One spelling of a whole ARN. */
export interface ArnSpelling {
  readonly name: string;
  readonly verdict: Verdict;
  readonly text: string;
}

const otherTypes = ["prompt", "rule"] as const;

/**
 * How an ARN may be spelled where an id or an ARN stands; `own` is the resource's, with a lower-case UUID.
 *
 * @param isValue whether the member's value is the ARN itself, so that another resource's may stand there too
 */
export function arnSpellings(
  own: string,
  { east, west, isValue }: { readonly east: string; readonly west: string; readonly isValue: boolean },
): readonly ArnSpelling[] {
  const away = isValue ? "elsewhere" : "refused";
  const [, partition, , region = "", account = ""] = own.split(":");
  const [word = ""] = own.split("/").slice(-2);
  // Numbers and groups of another Region may stand anywhere: shared-types.test.ts holds what becomes of them.
  const isShared = /:(?:phone-number|traffic-distribution-group)\//.test(own);
  const other = otherTypes.find((type) => type !== word) ?? "prompt";
  const forms: readonly (readonly [string, Verdict, string])[] = [
    ["its own", "same", own],
    ["its own in capitals", "same", own.replace(/[^/]*$/, (id) => id.toUpperCase())],
    ["its own with $LATEST", "qualified", `${own}:$LATEST`],
    ["the prefix in capitals", "refused", own.replace("arn:", "ARN:")],
    ["the service in capitals", "refused", own.replace(":connect:", ":CONNECT:")],
    ["another service", "refused", own.replace(":connect:", ":wisdom:")],
    ["no account", "refused", own.replace(account, "")],
    ["a wildcard for the account", "refused", own.replace(account, "*")],
    ["a wildcard for the region", "refused", own.replace(region, "*")],
    ["a space in front", "refused", ` ${own}`],
    ["a slash behind", "refused", `${own}/`],
    ["a star for the id", "refused", own.replace(/[^/]*$/, "*")],
    ["another account", "refused", own.replace(account, "999999999999")],
    ["another partition", "refused", own.replace(`arn:${partition}:`, "arn:aws-cn:")],
    ["another region", "refused", own.replace(region, "eu-west-1")],
    ["another type", away, own.replace(`/${word}/`, `/${other}/`)],
    ["an unknown instance", "refused", own.replace(east, "00000000-0000-4000-8000-000000000000")],
    ["another configured instance", away, own.replace(region, "us-west-2").replace(east, west)],
    ["a way round", "refused", own.replace(`/${word}/`, `/${word}/../${word}/`)],
    ["percent-encoded slashes", "refused", own.replaceAll("/", "%2F")],
  ];
  return forms
    .map(([name, verdict, text]) => ({ name: `the ARN: ${name}`, verdict, text }))
    .filter(({ name, text }) => name === "the ARN: its own" || text !== own)
    .filter(({ text }) => !isShared || !/:(?:eu-west-1|us-west-2):/.test(text));
}

/** How an instance may be spelled, by its id or its ARN, besides {@link spellings}. */
export function instanceSpellings(
  ownArn: string,
  { east, west }: { readonly east: string; readonly west: string },
): readonly ArnSpelling[] {
  const westArn = ownArn.replace("us-east-1", "us-west-2").replace(east, west);
  const forms: readonly (readonly [string, Verdict, string])[] = [
    ["its ARN", "same", ownArn],
    ["its ARN in capitals", "same", ownArn.replace(east, east.toUpperCase())],
    ["its alias", "refused", "my-contact-center"],
    ["an instance that is not configured", "refused", "00000000-0000-4000-8000-000000000000"],
    [
      "the ARN of one that is not configured",
      "refused",
      ownArn.replace(east, "00000000-0000-4000-8000-000000000000"),
    ],
    ["its ARN in another region", "refused", ownArn.replace("us-east-1", "us-west-2")],
    ["its ARN in another account", "refused", ownArn.replace("123456789012", "999999999999")],
    ["its ARN with a slash behind", "refused", `${ownArn}/`],
    ["its ARN with a star behind", "refused", `${ownArn}*`],
    ["the ARN of a resource in it", "refused", `${ownArn}/queue/${east}`],
    ["another configured instance", "elsewhere", west],
    ["another configured instance's ARN", "elsewhere", westArn],
  ];
  return forms.map(([name, verdict, text]) => ({ name, verdict, text }));
}
