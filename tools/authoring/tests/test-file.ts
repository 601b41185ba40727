/** The shape of a file of policy tests, `tests/NAME.yaml`, and its JSON Schema, by which editors complete and check it. */
import * as z from "zod";
import { type JsonSchema, jsonSchemaOf } from "../configuration/configuration-schema.ts";
import { closed, jsonMapping, oneOrSomeOf, someOf, text } from "../configuration/members.ts";
import { match } from "../configuration/read/bindings.ts";

const texts = (description: string) => z.record(text, z.string()).describe(description);

const claim = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

const caller = closed(
  "A caller, as a token of the configured issuer describes one.",
  {},
  {
    id: text.describe("The caller's id: `aws:userid`. Default: `test-NAME`."),
    name: text.describe("The caller's name: `aws:username`. Default: the id."),
    groups: someOf(text).describe("The caller's groups."),
    tags: texts("Tag → value: `aws:PrincipalTag/TAG`. The issuer must map the tag."),
    claims: z
      .record(text, claim)
      .describe("Other claims of the caller's token: claim → a value, or a list of texts."),
    issuer: text.describe("The issuer of the caller's token. Needed if several are configured."),
  },
);

const request = closed(
  "A whole HTTP request, instead of `call` and `input`: for custom routes, or to test how a request is read.",
  {
    method: z.enum(["GET", "POST", "PUT", "DELETE"]).describe("The method."),
    path: text.describe("The path, percent-encoded, without a query: `/users/INSTANCE/USER`."),
  },
  {
    query: z
      .record(text, z.union([z.string(), z.array(z.string())]))
      .describe("Query parameter → its value, or a list of values."),
    body: z
      .union([z.string(), jsonMapping])
      .describe("The body: a mapping is sent as JSON, a text as it is."),
  },
);

const noneOr = z.union([z.string(), z.null()]);

const told = closed(
  "What Amazon Connect would answer about this resource. A call that depends on a property that is left out is denied.",
  {},
  {
    tags: texts("All tags of the resource; `{}`: it has none."),
    hierarchy: z
      .array(text)
      .max(5, "tooMany: a hierarchy has at most five levels")
      .describe("Of a user: ids of the hierarchy groups, the top first; `[]`: the user is in none."),
    channel: text.describe("Of a contact: `VOICE`, `CHAT`, `TASK` or `EMAIL`."),
    userArn: noneOr.describe("Of a contact: its agent, as `agent/ID` or a whole ARN; `null`: it has none."),
    contactAssociationId: noneOr.describe("Of a contact: the id of its first contact; `null`: it has none."),
    flowType: text.describe("Of a flow: its type, like `CONTACT_FLOW`."),
  },
);

/** What Amazon Connect would tell, by resource. */
export const toldOfResources = z.record(text, told);

const outcomes = ["allow", "deny", "explicitDeny", "implicitDeny"] as const;

/** What a test expects. */
export type Outcome = (typeof outcomes)[number];

const nobody = closed(
  "What no caller may do, with exceptions: proved for all callers and calls.",
  {
    may: oneOrSomeOf(text).describe("The action, like `connect:DeleteUser`, or an operation; one or a list."),
  },
  {
    on: text.describe("The resources: an ARN, a pattern, or `*`, which it is if it is left out."),
    except: match.describe("The callers who may: the form of `match` in authorizer.yaml."),
  },
);

const test = closed(
  "A test: what is decided for these callers and calls, or what no caller may do. Each caller with each call counts as one test.",
  {},
  {
    as: oneOrSomeOf(text).describe("Names of callers from `callers`, one or a list."),
    expect: z
      .enum(outcomes)
      .describe(
        "`deny` holds for both denies: `explicitDeny` (by a Deny) and `implicitDeny` (nothing allows it).",
      ),
    nobody,
    name: text.describe("The test as a sentence. Unique in its file."),
    call: oneOrSomeOf(text).describe("The operation, like `CreateUser`; one or a list."),
    request,
    input: jsonMapping.describe(
      "The operation's input. Required members that are left out are filled in; `InstanceId` is then the first instance.",
    ),
    by: text.describe(
      "The statement that decides: `POLICY`, or `POLICY#Sid`. A statement without `Sid` has its number, from 0. For an allowed call, any Allow that it needed.",
    ),
    known: toldOfResources.describe(
      "What Amazon Connect would answer: resource (`agent/ID`, or a whole ARN) → its properties.",
    ),
    at: text.describe("When the call is made, like `2026-12-24T18:00:00Z`. Not known if it is left out."),
    from: text.describe("The address that the call comes from. Not known if it is left out."),
    via: z
      .enum(["mcp"])
      .describe(
        "`mcp`: an AI agent calls by MCP, so that `authorizer:ViaMcp` is true. Otherwise it is false.",
      ),
  },
).meta({
  oneOf: [
    { required: ["as", "expect", "call"] },
    { required: ["as", "expect", "request"] },
    { required: ["nobody"] },
  ],
});

export const testFile = closed(
  "Tests of the policies, run by `connect-authorizer test`.",
  {
    tests: z
      .array(test)
      .min(1, "emptyList: a file without tests tests nothing; write a test or remove the file")
      .describe("The tests."),
  },
  { callers: z.record(text, caller).describe("Who calls: a name for this file → the caller.") },
);

export type WrittenFile = z.infer<typeof testFile>;
export type WrittenTest = z.infer<typeof test>;
export type WrittenNobody = z.infer<typeof nobody>;
export type WrittenCaller = z.infer<typeof caller>;
export type WrittenRequest = z.infer<typeof request>;
/** What Amazon Connect tells of one resource. */
export type WrittenFacts = z.infer<typeof told>;

/** The JSON Schema of files in `tests/`. */
export function createTestSchema(): JsonSchema {
  const { $schema, ...schema } = jsonSchemaOf(testFile, "input");
  return { $schema, title: "policy tests of connect-authorizer", ...schema };
}

export function formatTestSchema(): string {
  return `${JSON.stringify(createTestSchema(), undefined, 2)}\n`;
}
