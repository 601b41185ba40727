/**
 * The author's YAML → {@link Configuration}: the closed shape of `authorizer.yaml`, key by key.
 *
 * Author side only. What the product does not do is refused, so that no line of a configuration does nothing.
 */

import type { Configuration, TokenHeader } from "../../../../shared/bundle/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { type AcceptedKey, readAcceptedKeys } from "./accepted-keys.ts";
import { type NamedPolicy, type ReadOptions, readBindings } from "./bindings.ts";
import { readCors } from "./cors.ts";
import { readInstances } from "./instances.ts";
import { readIssuers } from "./issuers.ts";
import { readRoutes } from "./routes.ts";
import { readChoice, readTexts } from "./texts.ts";

const rootKeys = {
  required: ["instances", "issuers", "bindings"],
  optional: ["guardrails", "mode", "tokenHeader", "cors", "routes", "dependentActions", "accept"],
};
/** What `mode` may say. */
export const modes = ["enforce", "shadow"] as const satisfies readonly Configuration["mode"][];
/** What `tokenHeader` may say. */
export const tokenHeaders = ["authorization", "x-connect-token"] as const satisfies readonly TokenHeader[];
/** What `dependentActions` may say. */
export const dependentActionChoices = [
  "required",
  "ignored",
] as const satisfies readonly Configuration["dependentActions"][];

/**
 * Reads the whole configuration; every issue goes to the document's sink.
 *
 * @returns the configuration as far as it could be read (worth nothing if there were errors), every place
 * where it names a policy, and what its author accepts of the policies, which no bundle holds
 */
export function readConfiguration(
  root: DocumentNode,
  options: ReadOptions = {},
): {
  readonly config: Configuration;
  readonly policies: readonly NamedPolicy[];
  readonly accepted: readonly AcceptedKey[];
} {
  const members = root.mapping(rootKeys);
  const instances = readInstances(members?.get("instances"));
  const issuers = readIssuers(members?.get("issuers"));
  const { bindings, policies } = readBindings(
    members?.get("bindings"),
    new Set(issuers.map(({ issuer }) => issuer)),
    options,
  );
  const guardrails = readTexts(members?.get("guardrails"));
  const mode = readChoice(members?.get("mode"), modes) ?? "enforce";
  const tokenHeader = readChoice(members?.get("tokenHeader"), tokenHeaders) ?? "authorization";
  const cors = readCors(members?.get("cors"));
  const routes = readRoutes(members?.get("routes"));
  const dependentActions = readChoice(members?.get("dependentActions"), dependentActionChoices) ?? "required";
  warnOfShadowMode(members?.get("mode"), mode);
  const names = guardrails.map(({ text }) => text);
  const config = {
    instances,
    issuers,
    bindings,
    guardrails: names,
    mode,
    tokenHeader,
    ...(cors ? { cors } : {}),
    routes,
    dependentActions,
  };
  const guardrailPolicies = guardrails.map(({ text, node }) => ({ name: text, node }));
  const accepted = readAcceptedKeys(members?.get("accept"));
  return { config, policies: [...policies, ...guardrailPolicies], accepted };
}

/** Nothing is wrong with a candidate, but whoever means to deploy one should know before every call is denied. */
function warnOfShadowMode(node: DocumentNode | undefined, mode: Configuration["mode"]): void {
  if (mode !== "shadow") return;
  const message =
    "this configuration never enforces: it can only be a candidate beside the live one, as `AUTHORIZER_SHADOW_BUNDLE`";
  node?.report("shadowMode", message, "warning");
}
