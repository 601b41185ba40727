/** The product's template, filled in with what the configuration says, so that nobody has to repeat it as a parameter. */
import { readFileSync } from "node:fs";
import { type Document, parseDocument } from "yaml";
import type { Configuration } from "../../../../shared/bundle/types.ts";
import { productFile } from "../../product.ts";
import type { WrittenPolicy } from "../../role/role-documents.ts";
import { type WrittenTemplate, writeBlock } from "../../role/template-block.ts";

export type ApiFlavour = "rest" | "http";

interface Facts {
  readonly api: ApiFlavour;
  readonly environment: string | undefined;
  /** Of the proxy's own role; `undefined`: it needs nothing of Connect. */
  readonly policy: WrittenPolicy | undefined;
}

/** @throws UsageError when the policy fits no role */
export function fillTemplate(
  config: Configuration,
  { api, environment, policy }: Facts,
): Pick<WrittenTemplate, "text" | "isWide"> {
  const template = parseDocument(readFileSync(productFile(`templates/${api}.yaml`), "utf8"));
  const setDefault = (parameter: string, value: string) =>
    template.setIn(["Parameters", parameter, "Default"], value);
  setDefault("InstanceArns", config.instances.map(({ arn }) => arn).join(","));
  const roles = new Set(config.instances.flatMap(({ roleArn }) => roleArn ?? []));
  setDefault("AssumedRoleArns", [...roles].join(","));
  setDefault("TokenHeader", config.tokenHeader === "x-connect-token" ? "X-Connect-Token" : "Authorization");
  if (config.doors?.authzen) setDefault("AuthzenDoor", "enabled");
  if (config.doors?.mcp) setDefault("McpDoor", "enabled");
  if (api === "rest") setDefault("CorsAllowOrigin", onlyOrigin(config));
  else fillCors(template, config);
  requireEnvironment(template, environment);
  return writeBlock(template.toString({ lineWidth: 0, flowCollectionPadding: false }), policy);
}

/** API Gateway's own refusals have a fixed text: it can name one origin, or all. */
function onlyOrigin({ cors }: Configuration): string {
  const [only = "", second] = cors?.allowOrigins ?? [];
  return second === undefined ? only : "*";
}

/** An HTTP API puts its own headers in the place of the proxy's, so all of them are here. */
function fillCors(template: Document, { cors }: Configuration): void {
  if (!cors) return;
  const written = {
    AllowOrigins: cors.allowOrigins,
    AllowMethods: cors.allowMethods,
    AllowHeaders: cors.allowHeaders,
    ExposeHeaders: cors.exposeHeaders,
    MaxAge: cors.maxAgeSeconds,
    AllowCredentials: cors.allowCredentials,
  };
  template.setIn(["Resources", "Api", "Properties", "CorsConfiguration"], template.createNode(written));
}

/** The template's rule stops the deployment of a build for another environment. */
function requireEnvironment(template: Document, environment: string | undefined): void {
  const assertion = ["Rules", "BuiltForThisEnvironment", "Assertions", 0];
  template.setIn([...assertion, "Assert", 1], environment ?? "");
  const built = environment === undefined ? "no environment" : `the environment ${environment}`;
  template.setIn(
    [...assertion, "AssertDescription"],
    `This build is for ${built}. Build for the one that you deploy to: connect-authorizer build --env NAME`,
  );
}
