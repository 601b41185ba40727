/** The files of a new repository, by path. What they say is in `files/`; here it gets its names. */
import { parseInstanceArn } from "../../../../shared/bundle/rules/instance-arn.ts";
import type { Answers } from "./answers.ts";
import authorizer from "./files/authorizer.yaml?raw";
import editorconfig from "./files/editorconfig?raw";
import prod from "./files/environments/prod.yaml?raw";
import codeowners from "./files/github/CODEOWNERS?raw";
import dependabot from "./files/github/dependabot.yml?raw";
import workflow from "./files/github/policies.yml?raw";
import gitignore from "./files/gitignore?raw";
import readme from "./files/README.md?raw";
import samconfig from "./files/samconfig.toml?raw";
import template from "./files/template.yaml?raw";
import extensions from "./files/vscode/extensions.json?raw";
import settings from "./files/vscode/settings.json?raw";
import { claimsOf, kindOf } from "./issuer-kinds.ts";
import { roleOf } from "./roles.ts";

export interface Project extends Answers {
  /** The name of the package and of the page. */
  readonly name: string;
  /** What package.json depends on. */
  readonly dependency: string;
}

/** Path, with `/`, → text. config/access.md is not among them: it is made of what they say. */
export function projectFiles(project: Project): ReadonlyMap<string, string> {
  return new Map([
    ["package.json", manifest(project)],
    ["config/authorizer.yaml", configuration(project)],
    ["config/environments/prod.yaml", fill(prod, { INSTANCES: instancesText(project.instances) })],
    ...project.roles.flatMap((role) => roleFiles(role, project)),
    ["template.yaml", template],
    ["samconfig.toml", samconfig],
    ["README.md", page(project)],
    [".gitignore", gitignore],
    [".editorconfig", editorconfig],
    [".vscode/settings.json", settings],
    [".vscode/extensions.json", extensions],
    ...(project.ci === "github" ? pipelineFiles(project) : []),
  ]);
}

type File = readonly [path: string, text: string];

function manifest({ name, dependency, api }: Project): string {
  const flavour = api === "http" ? " --api http" : "";
  const content = {
    name,
    private: true,
    description: "Who may do what with Amazon Connect: policies, their tests and their deployment.",
    scripts: {
      start: `connect-authorizer start${flavour}`,
      test: "connect-authorizer test",
      build: `connect-authorizer build${flavour}`,
      predeploy: "npm run build",
      deploy: "sam deploy",
    },
    dependencies: { "connect-authorizer": dependency },
    engines: { node: ">=20.19" },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function configuration({ instances, issuer, audience, groupsClaim, roles }: Project): string {
  const { id, name, team } = claimsOf(issuer);
  const named = name === undefined ? "" : `name: ${scalar(name)}, `;
  const claims = `{ id: ${id}, ${named}groups: ${scalar(groupsClaim)}, tags: { team: ${scalar(team)} } }`;
  const tokenUse = kindOf(issuer)?.tokenUse;
  const issuers = [
    `  - issuer: ${scalar(issuer)}`,
    `    audience: ${scalar(audience)}`,
    ...(tokenUse ? [`    tokenUse: ${tokenUse}`] : []),
    `    claims: ${claims}\n`,
  ].join("\n");
  const bindings = roles.map((role) => {
    const policies = Object.keys(roleOf(role).policies).map((policy) => scalar(`${role}/${policy}`));
    return `  - match: { groups: [${scalar(role)}] }\n    policies: [${policies.join(", ")}]\n`;
  });
  return fill(authorizer, {
    INSTANCES: instancesText(instances),
    ISSUER: issuers,
    BINDINGS: bindings.join(""),
  });
}

/** A text in YAML, also within brackets. */
function scalar(text: string): string {
  const isPlain = /^(?:https:\/\/)?[A-Za-z][\w./@=+-]*$/.test(text) && !/^(?:true|false|null)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function roleFiles(role: string, { instances }: Project): readonly File[] {
  const { policies, tests } = roleOf(role);
  const documents = Object.entries(policies).map(
    ([name, text]): File => [`config/policies/${role}/${name}.json`, withInstances(text, instances)],
  );
  return [...documents, [`config/tests/${role}.yaml`, tests]];
}

const firstNames = ["main", "second", "third"];

/** The names of instances, which policies write. */
function instanceNames(instances: readonly string[]): readonly string[] {
  return instances.map((_, index) => firstNames[index] ?? `instance-${index + 1}`);
}

function instancesText(instances: readonly string[]): string {
  const names = instanceNames(instances);
  return instances.map((arn, index) => `  - name: ${names[index]}\n    arn: ${arn}\n`).join("");
}

interface Written {
  readonly Statement: readonly { readonly Resource: string | readonly string[] }[];
}

/** A policy of all instances: each resource once for each of them. Those in `files/` are of `main`. */
function withInstances(text: string, instances: readonly string[]): string {
  if (instances.length === 1) return text;
  const names = instanceNames(instances);
  const document: Written = JSON.parse(text);
  const Statement = document.Statement.map((statement) => {
    const written = [statement.Resource].flat();
    const all = written.flatMap((resource) => names.map((name) => resource.replace(/(?<=^\$\{)main/, name)));
    return { ...statement, Resource: written.includes("*") ? written : all };
  });
  return `${JSON.stringify({ ...document, Statement }, undefined, 2)}\n`;
}

function page({ name, roles, ci, issuer, instances }: Project): string {
  const rows = roles.map((role) => {
    const folder = `[config/policies/${role}](config/policies/${role})`;
    return `| ${role} | ${roleOf(role).may} | ${folder} |`;
  });
  const tags = roles.flatMap((role) => roleOf(role).tags ?? []);
  const { teamNeeds } = kindOf(issuer) ?? {};
  return fill(readme, {
    NAME: name,
    ROLES: `${rows.join("\n")}\n`,
    FIRST: roles[0] ?? "",
    INSTANCE: parseInstanceArn(instances[0] ?? "")?.id ?? "",
    REVIEW: ci === "github" ? review : "",
    TAGS: tags.length === 0 ? "" : `\n${tags.map((each) => `- ${each}\n`).join("")}`,
    TEAM: `\`${claimsOf(issuer).team}\`${teamNeeds === undefined ? "" : `, ${teamNeeds}`}`,
    PIPELINE: ci === "github" ? pipeline : "",
  });
}

const review = `4. Open a pull request. The workflow validates, tests, and comments what changes in access; \`.github/CODEOWNERS\` says who approves.
`;

const pipeline = `
The workflow deploys what is merged into main, once the repository variable \`DEPLOY_ROLE_ARN\` names an IAM role
[that trusts it](https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws).
`;

function pipelineFiles({ roles, instances }: Project): readonly File[] {
  const region = parseInstanceArn(instances[0] ?? "")?.region ?? "";
  const owners = roles.flatMap((role) => [
    `/config/policies/${role}/ @your-org/${role}`,
    `/config/tests/${role}.yaml @your-org/${role}`,
  ]);
  return [
    [".github/CODEOWNERS", fill(codeowners, { OWNERS: `${owners.join("\n")}\n` })],
    [".github/dependabot.yml", dependabot],
    [".github/workflows/policies.yml", fill(workflow, { REGION: region })],
  ];
}

/** Puts texts in the places of `__NAME__`. A text of whole lines, or none, takes the place of its whole line. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((filled, [name, value]) => {
    const isLines = value === "" || value.endsWith("\n");
    const place = isLines ? `^(?: *- )?__${name}__\\n` : `__${name}__`;
    return filled.replace(new RegExp(place, "gm"), () => value);
  }, text);
}
