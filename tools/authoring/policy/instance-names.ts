/**
 * Names of instances in an author's texts: `${main}/agent/*` is a pattern in the ARN of the instance that
 * `authorizer.yaml` names `main`. What is made of it is plain IAM (decision 0097).
 *
 * IAM's own variables have a colon (`${aws:username}`) or are one character (`${*}`), so a name is never one of them.
 */
import { closingBrace } from "../../../shared/policy/pattern/template.ts";
import { nearestName } from "../nearest-name.ts";

/** Name → ARN. `unread`: the configuration cannot be read, so that every name may be right. */
export type InstanceNames = ReadonlyMap<string, string> | "unread";

export const instanceNameForm = /^[A-Za-z0-9_-]{1,64}$/;

/** Stands for an instance whose ARN is not known because of an error, so that it is the only one that is reported. Nobody writes two stars. */
export const anyInstance = "arn:aws:connect:*:*:instance/**";

/** Whether a pattern of resources stands for what is not known: it says nothing beside another one. */
export function isUnresolved(pattern: string): boolean {
  return pattern.startsWith(anyInstance);
}

/** In a `pattern` of resources an ARN is at the beginning and a whole one; a `value` may hold it anywhere. */
export type NamedPlace = "pattern" | "value";

interface NameProblem {
  readonly code: "unknownName" | "misplacedName";
  readonly message: string;
}

/** Replaces every name in a text by its instance's ARN. All else stays as it is, IAM's variables and escapes too. */
export function resolveNames(
  written: string,
  names: InstanceNames,
  place: NamedPlace,
): { readonly text: string; readonly problem?: NameProblem } {
  let [text, from] = ["", 0];
  let problem: NameProblem | undefined;
  for (let at = written.indexOf("${"); at >= 0; at = written.indexOf("${", from)) {
    const close = closingBrace(written, at + 2);
    // The parser of IAM's variables says what is wrong.
    if (close < 0) break;
    const inner = written.slice(at + 2, close);
    const after = written[close + 1];
    text += written.slice(from, at);
    from = close + 1;
    if (isVariable(inner)) {
      text += written.slice(at, from);
      continue;
    }
    const isWhole = at === 0 && (after === undefined || after === "/");
    problem ??= findProblem(inner, names) ?? (isWhole || place === "value" ? undefined : misplaced(inner));
    text += (names !== "unread" && names.get(inner)) || anyInstance;
  }
  text += written.slice(from);
  // One problem is enough to correct the text.
  return problem ? { text: anyInstance, problem } : { text };
}

function isVariable(inner: string): boolean {
  const [key = ""] = inner.split(",", 1);
  return key.includes(":") || /^[*?$]?$/.test(key);
}

function findProblem(inner: string, names: InstanceNames): NameProblem | undefined {
  const [name = ""] = inner.split(",", 1);
  if (name !== inner) {
    const message = `\`${name}\` would be the name of an instance, which takes no default; write \`\${${name}}\``;
    return { code: "misplacedName", message };
  }
  if (names === "unread" || names.has(name)) return undefined;
  return {
    code: "unknownName",
    message: `no instance is named \`${name}\`; ${hintFor(name, [...names.keys()])}`,
  };
}

/** Where texts with such variables come from. */
const foreign = [
  [/^(?:var|local|data|module|each|aws_\w+)\./, "Terraform"],
  [/^(?:Partition|Region|Account|AccountId|InstanceId|InstanceArn|\w+Id|\w+Arn)$/, "a template"],
] as const;

function hintFor(name: string, known: readonly string[]): string {
  const language = foreign.find(([form]) => form.test(name))?.[1];
  if (language !== undefined)
    return `this is a variable of ${language}, so write its value, or give the instance a \`name\` in \`authorizer.yaml\` and write that`;
  const [, claim] = /^jwt[._-](.+)$/.exec(name) ?? (name === "sub" ? [name, name] : []);
  if (claim !== undefined) return `did you mean the variable \`\${jwt:${claim}}\``;
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `did you mean \`\${${nearest}}\``;
  const variable = nearestName(name.replace(/^aws[._-]/i, ""), ["userid", "username"]);
  if (variable !== undefined) return `did you mean the variable \`\${aws:${variable}}\``;
  const named = known.map((each) => `\`${each}\``).join(", ");
  const advice = named === "" ? "give one a `name` in `authorizer.yaml`" : `named are ${named}`;
  return `${advice} (a policy variable has a prefix, like \`\${aws:username}\`)`;
}

function misplaced(name: string): NameProblem {
  const message = `\`\${${name}}\` is the whole ARN of an instance: write \`\${${name}}\` alone, or \`\${${name}}/\` and what is in the instance`;
  return { code: "misplacedName", message };
}
