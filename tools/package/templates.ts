/**
 * The templates of the product, for a REST API and for an HTTP API, both made of the checkout's template.yaml.
 *
 * Its functions are built already, and `connect-authorizer build` fills in what the configuration says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isScalar, parseDocument, type Scalar, type YAMLMap } from "yaml";
import { writeBlock } from "../cli/role/template-block.ts";

const sources = { rest: "template.yaml", patch: "tools/package/http-api.yaml" } as const;
export const httpExample = "docs/examples/http-api/template.yaml";

/** Long lines of the sources stay as they are. */
const style = { lineWidth: 0, flowCollectionPadding: false } as const;

const header = ` What your template includes: the functions, their roles, the API in front of them, alarms and a dashboard.
 Written by \`connect-authorizer build\`: a change of yours would be lost. Set parameters in your template instead.`;

const exampleHeader = ` The same functions behind an HTTP API instead of a REST API: cheaper, with less to customise. Written by \`npm run generate\`
 of the main template and of tools/package/http-api.yaml.

 Before you choose it: docs/reference/gateways.md says what differs. In short, a call without a valid token gets API Gateway's own
 words, denied calls cost an invocation of the proxy too, which words them as AWS does, and calls whose path holds an ARN may have
 to be sent in the RPC form, since HTTP APIs decode paths.

   npm run --silent cli -- role-policy --write docs/examples/http-api/template.yaml
   AUTHORIZER_ROLE_POLICY=unchecked sam build --template docs/examples/http-api/template.yaml
   sam deploy --guided
 \`unchecked\`, since the build would compare your policies with the role in the main template.`;

/** Writes both templates of the product into its folder. @param root the checkout */
export function buildTemplates(root: string, out: string): void {
  const { rest, patch } = readSources(root);
  writeFileSync(join(out, "templates/rest.yaml"), formatProduct(parseDocument(rest)));
  writeFileSync(join(out, "templates/http.yaml"), formatProduct(leaveCorsToBuild(toHttpApi(rest, patch))));
}

function readSources(root: string) {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  return { rest: read(sources.rest), patch: read(sources.patch) };
}

/** Makes the example of an HTTP API, which `sam build` builds from the checkout. */
export function formatHttpExample(root: string): string {
  const { rest, patch } = readSources(root);
  const document = toHttpApi(rest, patch);
  replaceHeader(document, exampleHeader);
  document.setIn(["Globals", "Function", "CodeUri"], "../../..");
  return document.toString(style);
}

function toHttpApi(rest: string, patch: string): Document {
  const document = parseDocument(rest);
  applyPatch(asMap(document.contents), asMap(parseDocument(patch).contents));
  keepGroups(document);
  const dashboard = document.getIn(
    ["Resources", "OverviewDashboard", "Properties", "DashboardBody"],
    true,
  ) as Scalar<string>;
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
  dashboard.value = dashboard.value
    .replaceAll(
      '"ApiName", "${AWS::StackName}", "Stage", "${StageName}"',
      '"ApiId", "${Api}", "Stage", "$default"',
    )
    .replaceAll("XXError", "xx");
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
  return document;
}

/** Applies a merge patch. New members stand behind the member that precedes them in the patch. */
function applyPatch(target: YAMLMap, patch: YAMLMap): void {
  let last = target.items.length - 1;
  for (const pair of patch.items) {
    const index = target.items.findIndex(({ key }) => nameOf(key) === nameOf(pair.key));
    const there = target.items[index]?.value;
    if (isScalar(pair.value) && pair.value.value === null) {
      if (index < 0) throw new TypeError(`the patch removes \`${nameOf(pair.key)}\`, which is not there`);
      target.items.splice(index, 1);
      last = index - 1;
    } else if (index < 0) {
      target.items.splice(last + 1, 0, pair);
      last++;
    } else {
      if (isMap(there) && isMap(pair.value) && isOfOneType(there, pair.value)) applyPatch(there, pair.value);
      else target.items[index] = pair;
      last = index;
    }
  }
}

function isOfOneType(there: YAMLMap, patch: YAMLMap): boolean {
  const type = patch.get("Type");
  return type === undefined || type === there.get("Type");
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function asMap(node: unknown): YAMLMap {
  if (isMap(node)) return node;
  throw new TypeError("a template is a mapping");
}

function replaceHeader(document: Document, text: string): void {
  const contents = asMap(document.contents);
  contents.commentBefore = text;
  document.commentBefore = null;
  const [first] = contents.items;
  if (isScalar(first?.key)) first.key.commentBefore = null;
}

/** Keeps the groups of parameters to those that there are. */
function keepGroups(document: Document): void {
  const groupsPath = ["Metadata", "AWS::CloudFormation::Interface", "ParameterGroups"];
  const groups: { Parameters: string[] }[] =
    document.toJS().Metadata["AWS::CloudFormation::Interface"].ParameterGroups;
  groups.forEach(({ Parameters }, index) => {
    const renamed = Parameters.map((name) => (name === "CorsAllowOrigin" ? "CorsAllowOrigins" : name));
    const kept = renamed.filter((name) => document.hasIn(["Parameters", name]));
    document.setIn([...groupsPath, index, "Parameters"], document.createNode(kept, { flow: true }));
  });
}

/** Takes out what `cors` in authorizer.yaml says, all of which `build` writes there. */
function leaveCorsToBuild(document: Document): Document {
  document.deleteIn(["Resources", "Api", "Properties", "CorsConfiguration"]);
  document.deleteIn(["Parameters", "CorsAllowOrigins"]);
  document.deleteIn(["Conditions", "HasBrowsers"]);
  keepGroups(document);
  return document;
}

/** Formats a template for the product's folder, with an empty role. */
function formatProduct(document: Document): string {
  replaceHeader(document, header);
  document.deleteIn(["Globals", "Function", "CodeUri"]);
  // The functions of the product have no source maps.
  document.deleteIn(["Globals", "Function", "Environment", "Variables", "NODE_OPTIONS"]);
  for (const { key, value } of asMap(document.get("Resources")).items) {
    if (!isMap(value) || value.get("Type") !== "AWS::Serverless::Function") continue;
    const path = ["Resources", nameOf(key)];
    const entry = String(value.getIn(["Metadata", "BuildProperties", "EntryPoints", 0]));
    document.setIn([...path, "Properties", "CodeUri"], entry.replace(/\/index\.ts$/, ""));
    document.deleteIn([...path, "Metadata"]);
    document.setIn([...path, "Metadata"], document.createNode({ SkipBuild: true }));
  }
  guardEnvironment(document);
  const { text } = writeBlock(document.toString(style), undefined);
  return text
    .replace(
      /(# begin role-policy): .*/,
      "$1: made by `connect-authorizer build` of the policies in the package",
    )
    .replace(" `npm run build` and `sam build` fail when it is not that.", "");
}

/** Refuses, before anything is changed, the deployment of a build for another environment. */
function guardEnvironment(document: Document): void {
  document.setIn(
    ["Parameters", "Environment"],
    document.createNode({
      Type: "String",
      Description:
        "The environment that this is deployed to, which must be the one that it was built for. Empty for none.",
      Default: "",
    }),
  );
  const rules = parseDocument(`Rules:
  BuiltForThisEnvironment:
    Assertions:
      - Assert: !Equals [!Ref Environment, ""]
        AssertDescription: ""
`);
  const root = asMap(document.contents);
  const conditions = root.items.findIndex(({ key }) => nameOf(key) === "Conditions");
  const [pair] = asMap(rules.contents).items;
  if (!pair || !isScalar(pair.key)) throw new TypeError("there is a rule");
  pair.key.spaceBefore = true;
  root.items.splice(conditions, 0, pair);
  document.addIn(
    ["Metadata", "AWS::CloudFormation::Interface", "ParameterGroups", 0, "Parameters"],
    "Environment",
  );
}
