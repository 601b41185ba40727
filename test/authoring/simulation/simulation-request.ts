/** Requests of IAM's policy simulator for tests, and what they are answered with. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { answerIam, type SimulationAnswer } from "../../../tools/authoring/simulation/answer-iam.ts";
import { IamError } from "../../../tools/authoring/simulation/iam-error.ts";
import type { IamOperation } from "../../../tools/authoring/simulation/iam-model.ts";

export const instance = "arn:aws:connect:us-east-1:123456789012:instance/aaaa";
export const one = `${instance}/agent/1`;
export const action = "connect:DescribeUser";
export const allow = { Effect: "Allow", Action: action, Resource: "*" };
export const deny = { ...allow, Effect: "Deny" };
export const elsewhere = { ...allow, Action: "connect:ListUsers" };

export const policy = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const entry = (name: string, type: string, ...values: string[]) => ({
  ContextKeyName: name,
  ContextKeyType: type,
  ContextKeyValues: values,
});

export function simulate(request: object, bundle?: Bundle): SimulationAnswer {
  const operation = "PolicySourceArn" in request ? "SimulatePrincipalPolicy" : "SimulateCustomPolicy";
  return answerIam(operation, { ActionNames: [action], ...request }, bundle) as SimulationAnswer;
}

export function resultOf(request: object, bundle?: Bundle) {
  const [result] = simulate(request, bundle).EvaluationResults;
  if (!result) throw new Error("no result");
  return result;
}

export function errorOf(operation: IamOperation, request: unknown, bundle?: Bundle): string {
  try {
    answerIam(operation, request, bundle);
  } catch (error) {
    if (error instanceof IamError) return `${error.status} ${error.code}: ${error.message}`;
    throw error;
  }
  return "no error";
}

export const sources = (
  statements: readonly { readonly SourcePolicyId: string; readonly SourcePolicyType: string }[] = [],
) => statements.map(({ SourcePolicyId: id, SourcePolicyType: type }) => `${id} ${type}`);
