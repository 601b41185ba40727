/**
 * Configuration folders as a large organization writes them, of any size: each team has a policy of its own, with five
 * statements, and a binding of its group. For what the command line takes. The same at each run.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";

const accountId = "123456789012";
const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
const instances = [
  { arn: `arn:aws:connect:us-east-1:${accountId}:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1` },
  { arn: `arn:aws:connect:us-west-2:${accountId}:instance/00fbeee1-123e-111e-93e3-11111bfbfcc2` },
];
const statementsPerPolicy = 5;
const areas = [
  "sales",
  "claims",
  "billing",
  "support",
  "field-service",
  "human-resources",
  "loans",
  "travel",
];

export interface AuthorSize {
  readonly policies: number;
  /** The state after a change: one team of so many has another policy. */
  readonly isChanged?: boolean;
  /** Default: 100. */
  readonly changedOnceIn?: number;
}

export function statementCount({ policies }: Pick<AuthorSize, "policies">): number {
  return policies * statementsPerPolicy;
}

/** The names by which commands ask about a configuration: a team in the middle, a queue that it may use. */
export function askedTeam({ policies }: Pick<AuthorSize, "policies">) {
  const team = Math.floor(policies / 2);
  return { group: groupOf(team), queue: `${instanceOf(team)}/queue/${idOf(team, 1)}` };
}

/** Writes `authorizer.yaml` and the policies into a folder, which is created. */
export function writeAuthorConfiguration(
  folder: string,
  { policies, isChanged = false, changedOnceIn = 100 }: AuthorSize,
): void {
  const teams = Array.from({ length: policies }, (_, team) => team);
  const files = new Map<string, string>([
    ["authorizer.yaml", stringify(configurationOf(teams))],
    ["policies/limits.json", format(guardrail)],
    ["policies/contractors.json", format(boundary)],
    ...teams.map((team): [string, string] => [
      `policies/${policyName(team)}.json`,
      format(policyOf(team, isChanged && team % changedOnceIn === changedOnceIn >> 1)),
    ]),
  ]);
  for (const [name, text] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function format(policy: object): string {
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}

function configurationOf(teams: readonly number[]): object {
  return {
    instances,
    issuers: [
      {
        issuer,
        audience: "my-app",
        claims: { id: "sub", name: "email", groups: "cognito:groups", tags: { team: "custom:team" } },
      },
    ],
    bindings: teams.map((team) => ({
      match: { groups: [groupOf(team)] },
      policies: [policyName(team)],
      ...(team % 10 === 9 ? { boundary: "contractors" } : {}),
    })),
    guardrails: ["limits"],
  };
}

/** Spreads numbers over 32 bits, the same at each run (the finalizer of MurmurHash3). */
function scatter(value: number): number {
  let bits = value + 0x9e3779b9;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const hex = (value: number) => scatter(value).toString(16).padStart(8, "0");
const groupOf = (team: number) => `team-${hex(team)}`;
const policyName = (team: number) => `${pick(areas, team)}/team-${String(team).padStart(5, "0")}`;
const instanceOf = (team: number) => pick(instances, team).arn;
const idOf = (team: number, part: number) =>
  `${hex(team * 64 + part)}-0000-4000-8000-${hex(team * 64 + part + 7)}0000`;

function pick<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length] as Item;
}

/** What teams do with resources of their own, by their type in ARNs. */
const administered = [
  {
    type: "queue",
    actions: ["connect:DescribeQueue", "connect:UpdateQueueName", "connect:UpdateQueueStatus"],
  },
  {
    type: "routing-profile",
    actions: ["connect:DescribeRoutingProfile", "connect:UpdateRoutingProfileName"],
  },
  { type: "contact-flow", actions: ["connect:DescribeContactFlow", "connect:UpdateContactFlow*"] },
  {
    type: "operating-hours",
    actions: ["connect:DescribeHoursOfOperation", "connect:UpdateHoursOfOperation"],
  },
  { type: "transfer-destination", actions: ["connect:DescribeQuickConnect", "connect:UpdateQuickConnect*"] },
];

/** @param isChanged whether it is the state after the change */
function policyOf(team: number, isChanged: boolean): object {
  const instance = instanceOf(team);
  const { type, actions } = pick(administered, team);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnAgents",
        Effect: "Allow",
        Action: [
          "connect:DescribeUser",
          "connect:UpdateUserRoutingProfile",
          "connect:UpdateUserIdentityInfo",
        ],
        Resource: [`${instance}/agent/*`, `${instance}/routing-profile/${idOf(team, 0)}`],
        Condition: { StringEquals: { "aws:ResourceTag/team": [groupOf(team)] } },
      },
      {
        Sid: "OwnQueue",
        Effect: "Allow",
        Action: ["connect:DescribeQueue", ...(isChanged ? ["connect:DeleteQueue"] : [])],
        Resource: `${instance}/queue/${idOf(team, 1)}`,
      },
      {
        Sid: "OwnSettings",
        Effect: "Allow",
        Action: actions,
        Resource: [2, 3].map((part) => `${instance}/${type}/${idOf(team, part)}`),
        // One of fifty is private, which lint warns of.
        Condition: {
          IpAddress: {
            "aws:SourceIp": `${team % 50 === 0 ? 10 : 52}.${(team >> 8) & 255}.${team & 255}.0/24`,
          },
        },
      },
      {
        Sid: "Contacts",
        Effect: "Allow",
        Action: ["connect:DescribeContact", "connect:StopContact", "connect:*ContactRecording"],
        Resource: `${instance}/contact/*`,
        Condition: { StringLike: { "jwt:custom:site": `${hex(team).slice(0, 4)}-*` } },
      },
      {
        Sid: "NeverTheseProfiles",
        Effect: "Deny",
        Action: ["connect:CreateUser", "connect:UpdateUserSecurityProfiles"],
        Resource: `${instance}/security-profile/${idOf(team, 4).slice(0, 13)}*`,
      },
    ],
  };
}

const boundary = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "NoAdministration",
      Effect: "Allow",
      Action: ["connect:Describe*", "connect:List*", "connect:Search*", "connect:StopContact"],
      Resource: "*",
    },
  ],
};

const guardrail = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "NeverInstances",
      Effect: "Deny",
      Action: ["connect:CreateInstance", "connect:DeleteInstance"],
      Resource: "*",
    },
  ],
};
