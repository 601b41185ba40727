/** Callers of a configuration, as ARNs of IAM name them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { evaluateLayers } from "../../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../../shared/policy/model/context.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { mintCaller } from "../../../tools/authoring/configuration/mint-caller.ts";
import { answerIam } from "../../../tools/authoring/simulation/answer-iam.ts";
import { type ConfigurationFolder, createFolder } from "../configuration/configuration-folder.ts";
import {
  action,
  allow,
  deny,
  entry,
  errorOf,
  instance,
  one,
  policy,
  resultOf,
  simulate,
  sources,
} from "./simulation-request.ts";

const files = {
  "authorizer.yaml": `instances: [{ arn: "${instance}" }]
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]
bindings:
  - match: { groups: [readers] }
    policies: [read]
  - match: { groups: [writers, "/teams/hr"] }
    policies: [read, write]
    boundary: no-lists
  - match: { principals: [alice] }
    policies: [write]
  - match: { claims: { dept: [hr] } }
    policies: [hr]
guardrails: [never-instances]
`,
  "policies/read.json": policy({ ...allow, Action: ["connect:Describe*", "connect:List*"] }),
  "policies/write.json": policy({ ...allow, Action: ["connect:Update*", "connect:DeleteInstance"] }),
  "policies/hr.json": policy({
    ...allow,
    Action: "connect:CreateUser",
    Condition: { StringEquals: { "jwt:dept": "hr", "aws:userid": "alice" } },
  }),
  "policies/no-lists.json": policy({ Effect: "Allow", NotAction: "connect:List*", Resource: "*" }),
  "policies/never-instances.json": policy({ ...deny, Action: "connect:DeleteInstance" }),
};

describe("a caller of the configuration", () => {
  let folder: ConfigurationFolder;
  let bundle: Bundle;
  beforeAll(async () => {
    folder = await createFolder(files);
    const loaded = await loadConfiguration(folder.path);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
    bundle = loaded.bundle;
  });
  afterAll(() => folder.remove());
  const arnOf = (entity: string) => `arn:aws:iam::123456789012:${entity}`;
  const ask = (entity: string, ActionNames: string, more: object = {}) =>
    resultOf({ PolicySourceArn: arnOf(entity), ActionNames: [ActionNames], ...more }, bundle);

  it.each([
    ["group/readers", "connect:ListUsers", "allowed"],
    ["role/readers", "connect:ListUsers", "allowed"],
    ["user/readers/bob", "connect:ListUsers", "allowed"],
    ["user/readers/bob", "connect:UpdateUserTags", "implicitDeny"],
    ["user/alice", "connect:UpdateUserTags", "allowed"],
    ["user/readers/alice", "connect:ListUsers", "allowed"],
    ["group/%2Fteams%2Fhr", "connect:UpdateUserTags", "allowed"],
    ["user/writers/alice", "connect:DeleteInstance", "explicitDeny"],
  ])("is %s: %s is %s", (entity, name, decision) => {
    expect(ask(entity, name).EvalDecision).toBe(decision);
  });

  it("has its policies, boundary and guardrails, by their names", () => {
    const allowed = ask("group/writers", "connect:UpdateUserTags");
    expect(sources(allowed.MatchedStatements)).toEqual(["write IAM Policy"]);
    expect(allowed).toMatchObject({
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    expect(ask("group/writers", "connect:ListUsers")).toMatchObject({
      EvalDecision: "implicitDeny",
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    expect(ask("group/writers", "connect:DeleteInstance")).toMatchObject({
      EvalDecision: "explicitDeny",
      MatchedStatements: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    });
  });

  it("gets more policies, another boundary, or fewer policies", () => {
    const decide = (more: object, name = "connect:ListUsers") =>
      ask("group/writers", name, more).EvalDecision;
    expect(decide({ PermissionsBoundaryPolicyInputList: [policy({ ...allow, Action: "*" })] })).toBe(
      "allowed",
    );
    expect(
      decide(
        { PolicyInputList: [policy({ ...allow, Action: "connect:StopContact" })] },
        "connect:StopContact",
      ),
    ).toBe("allowed");
    const without = (PolicyExclusionList: object[]) => ({ PolicyExclusionList });
    expect(decide(without([{ PolicyType: "permission-boundary" }]))).toBe("allowed");
    expect(decide(without([{ PolicyType: "scp" }]), "connect:DeleteInstance")).toBe("allowed");
    expect(decide(without([{ PolicyType: "user-managed" }]), action)).toBe("implicitDeny");
    expect(decide(without([{ PolicyArn: arnOf("policy/path/read") }]), action)).toBe("implicitDeny");
    expect(decide(without([{ PolicyArn: arnOf("policy/write") }]), action)).toBe("allowed");
    expect(decide(without([{ PolicyType: "inline" }, { PolicyType: "rcp" }]), action)).toBe("allowed");
  });

  it("has the claims and the id that the request tells, and may be somebody else with these policies", () => {
    const hr = [entry("jwt:dept", "string", "hr")];
    const decide = (entity: string, more: object) => ask(entity, "connect:CreateUser", more);
    expect(decide("user/alice", { ContextEntries: hr }).EvalDecision).toBe("allowed");
    expect(decide("user/bob", { ContextEntries: hr }).EvalDecision).toBe("implicitDeny");
    expect(decide("user/bob", { ContextEntries: hr, CallerArn: arnOf("user/alice") }).EvalDecision).toBe(
      "allowed",
    );
    // Of a group's members the id is not known.
    expect(decide("group/readers", { ContextEntries: hr })).toMatchObject({
      EvalDecision: "implicitDeny",
      MissingContextValues: ["aws:userid"],
    });
  });

  it("is decided as the functions decide, for every action and each caller", () => {
    const opened = openBundle(bundle);
    const [issuer] = bundle.config.issuers;
    if (!issuer) throw new Error("no issuer");
    const callers = {
      "user/alice": [],
      "user/readers/bob": ["readers"],
      "user/writers/readers/alice": ["writers", "readers"],
    };
    const actions = [...new Set(operations().map((row) => row.action))].slice(0, 1000);
    for (const [entity, groups] of Object.entries(callers)) {
      const id = entity.split("/").at(-1) ?? "";
      const layers = opened.layersFor(mintCaller({ id, groups, claims: {} }, issuer));
      if (!layers) throw new Error("no layers");
      const context = createContext({ "aws:userid": id });
      const expected = actions.map(
        (each) => evaluateLayers(layers, { action: each, resource: one, context }).decision,
      );
      const request = {
        PolicySourceArn: arnOf(entity),
        ActionNames: actions,
        ResourceArns: [one],
        MaxItems: 1000,
      };
      const { EvaluationResults } = simulate(request, bundle);
      expect(EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual(expected);
      expect(new Set(expected).size).toBeGreaterThan(1);
    }
  });

  it("has the keys of its policies", () => {
    const PolicySourceArn = arnOf("user/alice");
    const PolicyInputList = [policy({ ...allow, Condition: { Bool: { "aws:SecureTransport": "true" } } })];
    expect(
      answerIam("GetContextKeysForPrincipalPolicy", { PolicySourceArn, PolicyInputList }, bundle),
    ).toEqual({
      ContextKeyNames: ["aws:SecureTransport"],
    });
  });

  it.each([
    [
      "user/eve",
      "404 NoSuchEntity: The user with name eve cannot be found. (no binding of the configuration matches it)",
    ],
    [
      "group/none",
      "404 NoSuchEntity: The group with name none cannot be found. (no binding of the configuration names it)",
    ],
    ["user/none/alice", "404 NoSuchEntity: The group with name none cannot be found."],
    ["user/%zz", "400 InvalidInput: Invalid Entity Arn: %zz is not percent-encoded text."],
    [
      "policy/read",
      "400 InvalidInput: Invalid Entity Arn: arn:aws:iam::123456789012:policy/read does not clearly define entity type and name.",
    ],
  ])("is not %s", (entity, message) => {
    const request = { PolicySourceArn: arnOf(entity), ActionNames: [action] };
    expect(errorOf("SimulatePrincipalPolicy", request, bundle)).toContain(message);
    expect(errorOf("GetContextKeysForPrincipalPolicy", { PolicySourceArn: arnOf(entity) }, bundle)).toContain(
      message,
    );
  });

  it("is of the account of an instance, and of a configured issuer", () => {
    const [ActionNames, PolicySourceArn] = [[action], arnOf("user/alice")];
    const away = { PolicySourceArn: "arn:aws:iam::999999999999:user/alice", ActionNames };
    expect(errorOf("SimulatePrincipalPolicy", away, bundle)).toContain(
      "no configured instance is in account 999999999999",
    );
    const other = {
      PolicySourceArn,
      ActionNames,
      ContextEntries: [entry("jwt:iss", "string", "https://a.example/")],
    };
    expect(errorOf("SimulatePrincipalPolicy", other, bundle)).toMatch(
      /^400 InvalidInput: no issuer .* is configured/,
    );
    expect(errorOf("SimulatePrincipalPolicy", { PolicySourceArn, ActionNames })).toContain(
      "name the configuration",
    );
    const excluded = {
      PolicySourceArn,
      ActionNames,
      PolicyExclusionList: [{ PolicyArn: arnOf("policy/re*d") }],
    };
    expect(errorOf("SimulatePrincipalPolicy", excluded, bundle)).toContain(
      "400 InvalidInput: Invalid policy ARN:",
    );
  });
});
