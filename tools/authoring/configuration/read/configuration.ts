/**
 * The author's YAML → {@link Configuration}: the closed shape of `authorizer.yaml`, key by key.
 *
 * What the product does not do is refused, so that no line of a configuration does nothing.
 */
import * as z from "zod";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { findRouteProblems } from "../../../../shared/bundle/rules/routes.ts";
import type { BundlePlace, Configuration } from "../../../../shared/bundle/types.ts";
import { operations } from "../../../../shared/catalog/catalog.ts";
import type { CustomRoute } from "../../../../shared/request/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { codeProblem, warningCodes } from "../../lint/ignores/warning-codes.ts";
import { nearestName } from "../../nearest-name.ts";
import type { InstanceNames } from "../../policy/instance-names.ts";
import { checkShape, type Sound } from "../check-shape.ts";
import { doors, readDoors } from "../doors.ts";
import { closed, jsonMapping, listOf, someOf, text, textsOf, textThat } from "../members.ts";
import { reportStrayCharacters } from "../stray-characters.ts";
import { bindings, type MatchReading, readBindings } from "./bindings.ts";
import { cors, readCors } from "./cors.ts";
import type { WrittenEnvironment } from "./environment.ts";
import { instances, readInstances } from "./instances.ts";
import { issuers, issuersWithoutGroups, readIssuers } from "./issuers.ts";
import { resolveTexts } from "./resolve-texts.ts";

const served = operations().filter(({ refused }) => refused === undefined);

const route = closed(
  "A path of your own for an operation.",
  {
    route: text
      .meta({ pattern: "^(GET|POST|PUT|PATCH|DELETE) /\\S+$" })
      .describe("Method and path: DELETE /agents/{agentId}"),
    operation: text
      .meta({ enum: served.map(({ name }) => name) })
      .describe("The operation of Amazon Connect."),
    input: jsonMapping.describe(
      "The operation's input; {label}, {query.name} and {body.Member} take values from the request.",
    ),
  },
  {},
);

const acceptedKey = closed(
  "A condition key that never has a value here, and that policies may still name.",
  {
    key: text.describe("The condition key: aws:PrincipalOrgID"),
    because: text.regex(/\S/, "emptyText: the text must not be blank").describe("Why policies name it."),
  },
  { policies: someOf(text).describe("Names of the policies that may name it. Default: all.") },
);

const ignoredWarning = closed(
  "A warning that `validate` does not report. Errors cannot be ignored.",
  {
    code: textThat(
      (code) => codeProblem(code) === undefined,
      (code) => `unknownCode: ${codeProblem(code)}`,
    )
      .meta({ enum: [...warningCodes] })
      .describe("The warning's code: serviceWildcard"),
    because: text.regex(/\S/, "emptyText: the text must not be blank").describe("Why it is ignored."),
  },
  {
    policies: someOf(text).describe(
      "Names of the policies in which it is. Default: all, and authorizer.yaml.",
    ),
    sid: text.describe("The Sid of the statement in which it is. Default: all statements."),
  },
);

const version = z
  .literal(1, {
    error: ({ input }) =>
      input === "1"
        ? "unknownVersion: the format is a number; write `version: 1`, without quotes"
        : `unknownVersion: the format \`${String(input)}\` is not known to this version of connect-authorizer, which reads format \`1\`; upgrade the package, or write the file in format \`1\``,
  })
  .describe("The format of this file. Default: 1, the only one so far.");

export const writtenConfiguration = closed(
  "Who may do what with Amazon Connect.",
  { instances, issuers, bindings },
  {
    version,
    guardrails: textsOf(text).describe(
      "Names of policies that limit every caller, like service control policies.",
    ),
    mode: z
      .enum(["enforce", "shadow"])
      .describe(
        "`shadow`: this configuration decides nothing. It can only be compared with the one that does.",
      ),
    tokenHeader: z
      .enum(["authorization", "x-connect-token"])
      .describe("The one header that carries the token."),
    cors,
    dependentActions: z
      .enum(["required", "ignored"])
      .describe(
        "Whether a call also needs the dependent actions of its operation (TagResource of a create with tags, a Search's Describe). Default: required.",
      ),
    principals: z
      .enum(["additive", "authoritative"])
      .describe(
        "What an item of the table of principals does. `additive`: it only gives. `authoritative`: as in IAM, its Denies and boundary count against everything, and a table that cannot be read denies. Default: additive.",
      ),
    routes: z.array(route).describe("Paths of your own for operations."),
    doors,
    lint: closed(
      "What `validate` does not report.",
      {},
      { ignore: z.array(ignoredWarning).describe("Warnings that are ignored, each with a reason.") },
    ),
    accept: z
      .array(acceptedKey)
      .describe(
        "Condition keys that never have a value here, and that policies may still name, each with a reason. Without an entry, such a key is an error.",
      ),
  },
);

type Written = Sound<z.infer<typeof writtenConfiguration>>;

export interface NamedPolicy {
  readonly name: string;
  readonly node: DocumentNode;
}

export interface AcceptedKey {
  /** Lower case, as keys are compared. */
  readonly key: string;
  /** In which policies; in all of them when it is absent. */
  readonly policies?: readonly NamedPolicy[];
  readonly node: DocumentNode;
}

export interface IgnoredWarning {
  readonly code: string;
  readonly because: string;
  /** In which policies; everywhere when it is absent. */
  readonly policies?: readonly NamedPolicy[];
  /** Of the statement in which it is. */
  readonly sid?: string;
  readonly node: DocumentNode;
}

export interface ReadOptions {
  /** What it is for, if that is known: to decide, or to be compared with the one that decides. */
  readonly place?: BundlePlace;
  /** Never deployed: with several issuers, a binding that names none holds for all: a warning, not an error. */
  readonly isTrial?: boolean;
  /** `environments/NAME.yaml` is in the place of what it names. */
  readonly environment?: string | undefined;
  /** Whether a configuration that can be used is searched for warnings, too. Default: `always`. */
  readonly warnings?: "always" | "ifRefused";
}

export interface ReadConfiguration {
  /** What could be read; do not use it if there were errors. */
  readonly config: Configuration;
  /** Every place where a binding, a boundary or a guardrail names a policy. */
  readonly policies: readonly NamedPolicy[];
  /** What its author accepts of the policies. No bundle holds it. */
  readonly accepted: readonly AcceptedKey[];
  /** Warnings that its author does not want. No bundle holds it. */
  readonly ignored: readonly IgnoredWarning[];
  /** What `${name}` stands for in policies. */
  readonly names: InstanceNames;
}

/** Reads the whole configuration. Every issue goes to the document's sink. */
export function readConfiguration(
  root: DocumentNode,
  { place, isTrial = false }: Omit<ReadOptions, "environment"> = {},
  environment?: WrittenEnvironment,
): ReadConfiguration {
  const written: Written = checkShape(writtenConfiguration, root) ?? {};
  const { instances: replaced } = environment?.written ?? {};
  const { instances: reached, names } = readInstances(
    written.instances ?? [],
    root.at(["instances"]),
    environment && replaced && { items: replaced, node: environment.root.at(["instances"]) },
  );
  const trusted = inEnvironment("issuers", { written, root }, environment);
  const pages = inEnvironment("cors", { written, root }, environment);
  const urls = (trusted.value ?? []).flatMap((each) => each?.issuer ?? []);
  const reading: MatchReading = {
    issuers: new Set(urls),
    withoutGroups: issuersWithoutGroups(trusted.value ?? [], trusted.node),
    isTrial,
  };
  const config: Configuration = {
    instances: reached,
    issuers: readIssuers(trusted.value ?? [], trusted.node),
    bindings: written.bindings ? readBindings(written.bindings, root.at(["bindings"]), reading) : [],
    guardrails: listOf(written.guardrails),
    mode: written.mode ?? "enforce",
    tokenHeader: written.tokenHeader ?? "authorization",
    ...(pages.value ? { cors: readCors(pages.value, pages.node) } : {}),
    routes: readRoutes(written.routes ?? [], root.at(["routes"]), names),
    dependentActions: written.dependentActions ?? "required",
    // What is the default leaves a bundle as it was before there was a choice.
    ...(written.principals === "authoritative" ? { principals: written.principals } : {}),
  };
  const opened = readDoors(written.doors, root.at(["doors"]), { ...reading, config });
  reportStrayCharacters(root);
  if (config.mode === "shadow") reportShadowMode(root.at(["mode"]), place);
  return {
    config: { ...config, ...opened },
    policies: policiesOf(written, root),
    accepted: acceptedOf(written, root),
    ignored: ignoredOf(written, root),
    names,
  };
}

/** A member as the environment has it, else as `authorizer.yaml` has it. */
function inEnvironment<Name extends "issuers" | "cors">(
  name: Name,
  base: { readonly written: Written; readonly root: DocumentNode },
  environment: WrittenEnvironment | undefined,
) {
  const { written, root } = environment?.written[name] === undefined ? base : environment;
  return { value: written[name], node: root.at([name]) };
}

function readRoutes(
  items: NonNullable<Written["routes"]>,
  node: DocumentNode,
  names: InstanceNames,
): readonly CustomRoute[] {
  const routes: CustomRoute[] = [];
  for (const [index, item] of items.entries()) {
    const { route: written, operation, input } = item ?? {};
    if (written === undefined || operation === undefined || !input) continue;
    const [method = "", ...path] = written.split(" ");
    const named = resolveTexts(input, node.at([index, "input"]), names) as CustomRoute["input"];
    const custom = { method, path: path.join(" "), operation, input: named };
    // Only the local gateway has it, so the functions need not know.
    if (custom.path === "/openapi.json")
      node.at([index, "route"]).report("reservedRoute", "`/openapi.json` is the local gateway's own route");
    for (const { member, code, message } of findRouteProblems(custom, routes, nearestName))
      node.at([index, member]).report(code, message);
    routes.push(custom);
  }
  return routes;
}

function policiesOf(
  { bindings: items = [], guardrails }: Written,
  root: DocumentNode,
): readonly NamedPolicy[] {
  const attached = items.flatMap((item, index) => [
    ...namesIn(item?.policies, root, ["bindings", index, "policies"]),
    ...namesIn(item?.boundary, root, ["bindings", index, "boundary"]),
  ]);
  return [...attached, ...namesIn(guardrails, root, ["guardrails"])];
}

function namesIn(
  names: string | readonly (string | undefined)[] | undefined,
  around: DocumentNode,
  path: readonly PropertyKey[],
): readonly NamedPolicy[] {
  return [names].flat().flatMap((name, index) =>
    name === undefined
      ? []
      : {
          name,
          // Made when it is asked for: a configuration names thousands.
          get node() {
            return around.at([...path, index]);
          },
        },
  );
}

/** An unreadable entry accepts nothing. */
function acceptedOf({ accept = [] }: Written, root: DocumentNode): readonly AcceptedKey[] {
  return accept.flatMap((item, index) => {
    const { key, because, policies } = item ?? {};
    if (key === undefined || because === undefined) return [];
    const node = root.at(["accept", index]);
    const named = policies && { policies: namesIn(policies, node, ["policies"]) };
    return { key: lowerAscii(key), node, ...named };
  });
}

/** An unreadable entry ignores nothing. */
function ignoredOf({ lint }: Written, root: DocumentNode): readonly IgnoredWarning[] {
  return (lint?.ignore ?? []).flatMap((item, index) => {
    const { code, because, policies, sid } = item ?? {};
    if (code === undefined || because === undefined) return [];
    const node = root.at(["lint", "ignore", index]);
    const named = policies && { policies: namesIn(policies, node, ["policies"]) };
    return { code, because, node, ...named, ...(sid === undefined ? {} : { sid }) };
  });
}

/** Nothing is wrong with a candidate, but its author should know before every call is denied. */
function reportShadowMode(node: DocumentNode, place: BundlePlace | undefined): void {
  const warning =
    "this configuration never enforces: it can only be a candidate beside the live one, as `AUTHORIZER_SHADOW_BUNDLE`";
  const error =
    "a configuration in shadow mode can only be compared with one that decides; write `mode: enforce`, or give it as the candidate";
  if (place === "live") node.report("shadowMode", error);
  else if (place === undefined) node.report("shadowMode", warning, "warning");
}
