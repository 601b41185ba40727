/**
 * The author's YAML → {@link Configuration}: the closed shape of `authorizer.yaml`, key by key.
 *
 * Author side only. What the product does not do yet is refused, so that no line of a configuration does nothing.
 */
import type { ConnectInstance } from "../request/types.ts";
import type { DocumentNode } from "./document-node.ts";
import { instanceArnForm, parseInstanceArn, partitionOfRole, roleArnForm } from "./instance-arn.ts";
import { type NamedPolicy, readBindings } from "./read-bindings.ts";
import { readIssuers } from "./read-issuers.ts";
import { readRoutes } from "./read-routes.ts";
import { readChoice, readTexts } from "./read-texts.ts";
import type { Configuration, TokenHeader } from "./types.ts";

const rootKeys = {
  required: ["instances", "issuers", "bindings"],
  optional: ["guardrails", "mode", "tokenHeader", "routes", "dependentActions"],
};
const modes = ["enforce", "shadow"] as const satisfies readonly Configuration["mode"][];
const dependentActionChoices = [
  "required",
  "ignored",
] as const satisfies readonly Configuration["dependentActions"][];
const tokenHeaders = ["authorization", "x-connect-token"] as const satisfies readonly TokenHeader[];

/**
 * Reads the whole configuration; every issue goes to the document's sink.
 *
 * @returns the configuration as far as it could be read (worth nothing if there were errors) and every place
 * where it names a policy
 */
export function readConfiguration(root: DocumentNode): {
  readonly config: Configuration;
  readonly policies: readonly NamedPolicy[];
} {
  const members = root.mapping(rootKeys);
  const instances = readInstances(members?.get("instances"));
  const issuers = readIssuers(members?.get("issuers"));
  const { bindings, policies } = readBindings(members?.get("bindings"), issuers.length);
  const guardrails = readTexts(members?.get("guardrails"));
  const mode = readChoice(members?.get("mode"), modes) ?? "enforce";
  const tokenHeader = readChoice(members?.get("tokenHeader"), tokenHeaders) ?? "authorization";
  const routes = readRoutes(members?.get("routes"));
  const dependentActions = readChoice(members?.get("dependentActions"), dependentActionChoices) ?? "required";
  refuseUnsupported(members);
  const names = guardrails.map(({ text }) => text);
  const config = {
    instances,
    issuers,
    bindings,
    guardrails: names,
    mode,
    tokenHeader,
    routes,
    dependentActions,
  };
  const guardrailPolicies = guardrails.map(({ text, node }) => ({ name: text, node }));
  return { config, policies: [...policies, ...guardrailPolicies] };
}

function readInstances(node: DocumentNode | undefined): readonly ConnectInstance[] {
  const items = node?.list();
  if (items?.length === 0) node?.report("emptyList", "name at least one Amazon Connect instance");
  const instances: ConnectInstance[] = [];
  for (const item of items ?? []) {
    const members = item.mapping({ required: ["arn"], optional: ["roleArn"] });
    const instance = readInstance(members?.get("arn"));
    const roleArn = readRole(members?.get("roleArn"), instance);
    if (!instance) continue;
    const twin = instances.find(({ id }) => id === instance.id);
    if (twin) {
      const message = `the instance \`${instance.id}\` is already named by \`${twin.arn}\`; an id must name one instance`;
      members?.get("arn")?.report("duplicateInstance", message);
    }
    instances.push(roleArn === undefined ? instance : { ...instance, roleArn });
  }
  return instances;
}

function readInstance(node: DocumentNode | undefined): ConnectInstance | undefined {
  const arn = node?.text();
  if (arn === undefined) return undefined;
  const instance = parseInstanceArn(arn);
  const message = `\`${arn}\` is not the ARN of an Amazon Connect instance; write \`${instanceArnForm}\`, the id in lower case`;
  if (!instance) node?.report("malformedArn", message);
  return instance;
}

function readRole(node: DocumentNode | undefined, instance: ConnectInstance | undefined): string | undefined {
  const arn = node?.text();
  if (arn === undefined) return undefined;
  const partition = partitionOfRole(arn);
  if (partition === undefined) {
    node?.report("malformedArn", `\`${arn}\` is not the ARN of an IAM role; write \`${roleArnForm}\``);
  } else if (instance && partition !== instance.partition) {
    node?.report(
      "malformedArn",
      `the role is of partition \`${partition}\`, its instance of \`${instance.partition}\``,
    );
  } else {
    // The proxy would call with its own role instead: a configuration must not silently do something else.
    const message = "assuming a role is not supported yet; give the proxy's own role access to the instance";
    node?.report("notSupportedYet", message);
  }
  return arn;
}

function refuseUnsupported(members: ReadonlyMap<string, DocumentNode> | undefined): void {
  const mode = members?.get("mode");
  if (mode?.isText() && mode.plain() === "shadow") {
    mode.report("notSupportedYet", "`shadow` is not supported yet; write `enforce` or leave `mode` out");
  }
}
