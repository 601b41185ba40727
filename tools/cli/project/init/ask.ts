/** Asks at a terminal for what no flag said. Loaded only there. */
import type { Readable, Writable } from "node:stream";
import {
  type CANCEL_SYMBOL,
  intro,
  isCancel,
  outro,
  S_BAR,
  select,
  text,
  updateSettings,
} from "@clack/prompts";
import { UsageError } from "../../command-io.ts";
import {
  type Answers,
  audienceProblem,
  defaultAudience,
  defaultRoles,
  exampleInstance,
  exampleIssuer,
  type GivenAnswers,
  groupsClaimProblem,
  instanceProblem,
  issuerProblem,
  roleProblem,
} from "./answers.ts";
import { claimsOf, issuerKinds, kindOf } from "./issuer-kinds.ts";

const controlD = "\x04";

interface Terminal {
  readonly input: Readable;
  readonly output: Writable & { columns?: number };
}

/**
 * Asks what is missing; an empty line takes the default.
 * @throws UsageError if the person leaves (Ctrl-C, Ctrl-D, Escape)
 */
export async function askAnswers(given: GivenAnswers, terminal: Terminal): Promise<Answers> {
  // A terminal that does not know its width says 0, and the library would write one letter a line.
  terminal.output.columns ||= 80;
  updateSettings({ aliases: { [controlD]: "cancel" } });
  intro("A repository of your own. Enter takes what is shown; Ctrl-C writes nothing.", terminal);
  const instances = given.instances ?? (await askInstances(terminal));
  const issuer = given.issuer ?? (await askIssuer(instances, terminal));
  const answers = {
    instances,
    issuer,
    audience: given.audience ?? (await askAudience(issuer, terminal)),
    groupsClaim: given.groupsClaim ?? (await askGroupsClaim(issuer, terminal)),
    roles: given.roles ?? (await askRoles(terminal)),
    api: given.api ?? (await askApi(terminal)),
    ci: given.ci ?? (await askPipeline(terminal)),
  };
  outro("That is all.", terminal);
  return answers;
}

interface Question {
  readonly message: string;
  /** What it is for and where to find it, in lines of at most 76 characters. */
  readonly hint?: readonly string[];
  /** What an empty line says. */
  readonly otherwise: string;
  /** What is shown for an empty line, if not that. */
  readonly shown?: string;
  problem(answer: string): string | undefined;
}

async function ask(
  { message, hint = [], otherwise, shown, problem }: Question,
  terminal: Terminal,
): Promise<string> {
  const answer = await text({
    ...terminal,
    message: [message, ...hint].join(`\n${S_BAR}  `),
    placeholder: shown ?? otherwise,
    defaultValue: otherwise,
    validate: (given = "") => (given.trim() === "" ? undefined : problem(given.trim())),
  });
  return taken(answer).trim();
}

/** @throws UsageError if the person left */
function taken<Value extends string>(answer: Value | typeof CANCEL_SYMBOL): Value {
  if (isCancel(answer)) throw new UsageError("you left before the end; nothing was written");
  return answer;
}

async function askInstances(terminal: Terminal): Promise<readonly string[]> {
  const first = await ask(
    {
      message: "ARN of your Amazon Connect instance?",
      hint: [
        "Amazon Connect console → your instance → Account overview →",
        "Distribution settings → Instance ARN.",
      ],
      otherwise: exampleInstance,
      problem: (arn) => instanceProblem(arn, []),
    },
    terminal,
  );
  const instances = [first];
  for (;;) {
    const next = await ask(
      {
        message: "ARN of another instance that the same callers may reach?",
        otherwise: "",
        shown: "none",
        problem: (arn) => instanceProblem(arn, instances),
      },
      terminal,
    );
    if (next === "") return instances;
    instances.push(next);
  }
}

function askIssuer(instances: readonly string[], terminal: Terminal): Promise<string> {
  const forms = issuerKinds
    .filter(({ url }) => url !== undefined)
    .map(({ name, form }) => `${name}: ${form}`);
  return ask(
    {
      message: "URL of the issuer whose tokens your callers have?",
      hint: ["Any OpenID Connect issuer, exactly as in the tokens' `iss`.", ...forms],
      otherwise: exampleIssuer(instances[0]),
      problem: issuerProblem,
    },
    terminal,
  );
}

function askAudience(issuer: string, terminal: Terminal): Promise<string> {
  return ask(
    {
      message: "Audience of these tokens?",
      hint: [kindOf(issuer)?.audience ?? "Your API's own: `aud` in access tokens."],
      otherwise: defaultAudience,
      problem: audienceProblem,
    },
    terminal,
  );
}

function askGroupsClaim(issuer: string, terminal: Terminal): Promise<string> {
  return ask(
    {
      message: "Claim that lists a caller's groups?",
      hint: groupsHint(issuer),
      otherwise: claimsOf(issuer).groups,
      problem: groupsClaimProblem,
    },
    terminal,
  );
}

/** What to know of an issuer's groups. */
function groupsHint(issuer: string): readonly string[] {
  const hints: Readonly<Record<string, readonly string[]>> = {
    "Amazon Cognito": ["Cognito writes the groups of its user pool into `cognito:groups`."],
    "Microsoft Entra ID": [
      "Entra ID writes the names of the app's roles into `roles`,",
      "and the ids of groups into `groups`.",
    ],
    Okta: ["Okta writes `groups` if the authorization server has such a claim."],
    Auth0: ["Auth0 adds a claim by an Action, with a URL of yours as its name."],
  };
  return hints[kindOf(issuer)?.name ?? ""] ?? ["Often `groups` or `roles`; look into a token of yours."];
}

async function askRoles(terminal: Terminal): Promise<readonly string[]> {
  const answer = await ask(
    {
      message: "Roles to begin with, separated by commas?",
      hint: [
        "Each is a group in the token, and a folder of policies that a team can own.",
        "A name of your own begins with reading.",
      ],
      otherwise: defaultRoles.join(", "),
      problem: (written) => {
        const roles = splitRoles(written);
        if (roles.length === 0) return "name at least one role";
        return roles.map((role, index) => roleProblem(role, roles.slice(0, index))).find((each) => each);
      },
    },
    terminal,
  );
  return splitRoles(answer);
}

function splitRoles(written: string): readonly string[] {
  return written
    .split(",")
    .map((role) => role.trim())
    .filter((role) => role !== "");
}

async function askApi(terminal: Terminal): Promise<Answers["api"]> {
  const answer = await select<Answers["api"]>({
    ...terminal,
    message: "Which kind of API Gateway?",
    initialValue: "rest",
    options: [
      {
        value: "rest",
        label: "REST API",
        hint: "web ACL, private endpoints, answers cached; the usual choice",
      },
      { value: "http", label: "HTTP API", hint: "cheaper and simpler" },
    ],
  });
  return taken(answer);
}

async function askPipeline(terminal: Terminal): Promise<Answers["ci"]> {
  const answer = await select<Answers["ci"]>({
    ...terminal,
    message: "A workflow that checks each change and deploys?",
    initialValue: "github",
    options: [
      { value: "github", label: "GitHub Actions", hint: "with CODEOWNERS and Dependabot" },
      { value: "none", label: "none" },
    ],
  });
  return taken(answer);
}
