/** The doors of `authorizer.yaml`: ways in beyond Amazon Connect's own routes. Author side only. */
import * as z from "zod";
import { isIssuerUrl } from "../../../shared/bundle/rules/issuers.ts";
import type { Configuration, Doors } from "../../../shared/bundle/types.ts";
import { createChoice, listServed } from "../../../shared/reach/served.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { nearestName } from "../nearest-name.ts";
import type { Sound } from "./check-shape.ts";
import { closed, listOf, oneOrSomeOf, text, textThat } from "./members.ts";
import { type MatchReading, match, readMatch } from "./read/bindings.ts";

const mcpDoor = closed(
  "How AI agents may call.",
  {},
  {
    operations: oneOrSomeOf(text).describe(
      "The operations and routes that are offered, with `*` and `?` as wildcards. Default: all.",
    ),
    resource: textThat(
      (url) => isIssuerUrl(url) && !url.endsWith("/"),
      (url) => `badUrl: \`${url}\` is not an https URL without a query, fragment or final slash`,
    ).describe(
      "The URL that clients call, like `https://connect.example.com/mcp`. Tokens must be issued for it.",
    ),
    audience: oneOrSomeOf(text).describe(
      "What `aud` of a token must name, or `client_id` of Amazon Cognito; one or a list. Default: `resource`, if it is given.",
    ),
  },
);

const authzenDoor = closed(
  "Open, also for questions about others.",
  {
    trusted: z
      .array(match)
      .min(1, "emptyList: the list must not be empty")
      .describe("Programs that may ask what others may do. A caller must match one of these."),
  },
  {},
);

export const doors = closed(
  "Ways in beyond Amazon Connect's own routes. Each is shut unless it is opened here.",
  {},
  {
    mcp: z
      .union([z.boolean(), mcpDoor])
      .describe("Whether AI agents may call by the Model Context Protocol (POST /mcp), or how."),
    authzen: z
      .union([z.boolean(), authzenDoor])
      .describe("Whether callers may ask what they may do: POST /access/v1/evaluation (OpenID AuthZEN)."),
  },
);

type WrittenDoors = Sound<z.infer<typeof doors>>;

/**
 * The open doors. A door that is shut is absent.
 *
 * @param node of `doors`
 */
export function readDoors(
  { mcp, authzen }: WrittenDoors = {},
  node: DocumentNode,
  { config, ...reading }: MatchReading & { readonly config: Served },
): Pick<Configuration, "doors"> {
  if (!mcp && !authzen) return {};
  if (typeof mcp === "object") reportIdle(mcp, node.at(["mcp", "operations"]), config);
  return {
    doors: {
      ...(mcp ? { mcp: readMcp(mcp) } : {}),
      ...(authzen ? { authzen: readAuthzen(authzen, node.at(["authzen"]), reading) } : {}),
    },
  };
}

function readAuthzen(
  authzen: Exclude<NonNullable<WrittenDoors["authzen"]>, false>,
  node: DocumentNode,
  reading: MatchReading,
): NonNullable<Doors["authzen"]> {
  if (authzen === true) return true;
  const { trusted = [] } = authzen;
  return { trusted: trusted.map((each, index) => readMatch(each, node.at(["trusted", index]), reading)) };
}

/** What decides which operations and routes there are. */
type Served = Pick<Configuration, "instances" | "routes">;

/** A name or pattern that matches nothing is a mistake. */
function reportIdle(
  { operations }: Exclude<NonNullable<WrittenDoors["mcp"]>, boolean>,
  node: DocumentNode,
  config: Served,
): void {
  const all = listServed(config);
  const names = all.map(({ name }) => name);
  for (const [index, pattern] of listOf(operations).entries()) {
    if (all.some(createChoice([pattern]))) continue;
    const nearest = nearestName(pattern, names);
    const hint = nearest === undefined ? "" : `; did you mean \`${nearest}\``;
    const place = typeof operations === "string" ? node : node.at([index]);
    place.report("matchesNothing", `\`${pattern}\` matches no operation and no route${hint}`);
  }
}

function readMcp(mcp: Exclude<NonNullable<WrittenDoors["mcp"]>, false>): NonNullable<Doors["mcp"]> {
  if (mcp === true) return true;
  const { operations, resource, audience } = mcp;
  return {
    ...(operations ? { operations: listOf(operations) } : {}),
    ...(resource === undefined ? {} : { resource }),
    ...(audience ? { audience: listOf(audience) } : {}),
  };
}
