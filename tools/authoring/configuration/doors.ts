/** The doors of `authorizer.yaml`: ways in beyond Amazon Connect's own routes. Author side only. */
import * as z from "zod";
import { isIssuerUrl } from "../../../shared/bundle/rules/issuers.ts";
import type { Configuration, Doors } from "../../../shared/bundle/types.ts";
import type { Sound } from "./check-shape.ts";
import { closed, listOf, oneOrSomeOf, text, textThat } from "./members.ts";

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

export const doors = closed(
  "Ways in beyond Amazon Connect's own routes. Each is shut unless it is opened here.",
  {},
  {
    mcp: z
      .union([z.boolean(), mcpDoor])
      .describe("Whether AI agents may call by the Model Context Protocol (POST /mcp), or how."),
    authzen: z
      .boolean()
      .describe(
        "Whether programs may ask what a caller may do: POST /access/v1/evaluation (OpenID AuthZEN).",
      ),
  },
);

type WrittenDoors = Sound<z.infer<typeof doors>>;

/** The open doors. A door that is shut is absent. */
export function readDoors({ mcp, authzen }: WrittenDoors = {}): Pick<Configuration, "doors"> {
  if (!mcp && !authzen) return {};
  return { doors: { ...(mcp ? { mcp: readMcp(mcp) } : {}), ...(authzen ? { authzen } : {}) } };
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
