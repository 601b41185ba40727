// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * Calls that are as expensive as their senders can make them: the largest that are accepted, and the largest that are refused.
 * A test checks that each is answered as it says here; the benchmarks measure how long it takes.
 */
export const accountId = "123456789012";
export const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
export const instanceArn = `arn:aws:connect:us-east-1:${accountId}:instance/${instanceId}`;

/** API Gateway's largest request (Amazon API Gateway Developer Guide, quotas). */
const largestBytes = 10_000_000;

/** A call as its client sends it, and how it is answered. */
export interface WorstCall {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** 200, or the status of the refusal. */
  readonly status: 200 | 400 | 403;
}

/**
 * Policies that look at everything that a caller can make large, and deny nothing of the corpus, so that all of them are evaluated:
 * resources by patterns and variables, tags by name and by pattern.
 */
export const worstStatements: readonly object[] = [
  { Effect: "Allow", Action: "*", Resource: "*" },
  ...many(20, (index) => ({
    Effect: "Deny",
    Action: "connect:*",
    Resource: [
      `arn:aws:connect:*:*:instance/*/security-profile/*-secret-secret-${index}-*-secreT*`,
      `${instanceArn}/*/\${aws:RequestTag/t${index}, 'none'}`,
    ],
  })),
  ...many(20, (index) => ({
    Effect: "Deny",
    Action: "connect:*",
    Resource: "*",
    Condition: {
      StringLike: {
        [`aws:RequestTag/t${index}`]: ["*ababababababababc*", "*b*a*b*a*c*", "*${aws:RequestTag/t1}c"],
      },
      "ForAllValues:StringLike": { "aws:TagKeys": ["t*", `*abababababababac${index}*`] },
    },
  })),
];

/** Makes the calls; anew each time, since they are large. */
export function worstCalls(): readonly WorstCall[] {
  return [...accepted(), ...refused()];
}

function accepted(): WorstCall[] {
  const flow = (name: string, Content: string) =>
    call(name, "POST", `/contact-flows/${instanceId}/f-1/content`, JSON.stringify({ Content }), 200);
  return [
    flow("one text of 10 MB", "x".repeat(largestBytes - 20)),
    flow("one text of 10 MB, every character escaped", '"\\'.repeat(largestBytes / 4 - 10)),
    flow("one text of 10 MB beyond ASCII", "\u4e16".repeat(Math.floor(largestBytes / 3) - 10)),
    flow("one text of 10 MB of emoji", "\u{1f600}".repeat(largestBytes / 4 - 10)),
    flow("10 MB that begin like an ARN", `arn:aws:connect:${"/a:".repeat(largestBytes / 3 - 20)}`),
    createUser(
      "1,000 security profiles and 200 tags of 8 kB",
      { profiles: 1_000, tags: 200, value: "ab".repeat(4_000) },
      200,
    ),
    createUser(
      "1,000 security profiles and 200 tags of 256 characters",
      { profiles: 1_000, tags: 200, value: "ab".repeat(128) },
      200,
    ),
    call(
      "8,192 attributes of a contact",
      "POST",
      "/contact/attributes",
      JSON.stringify({
        InstanceId: instanceId,
        InitialContactId: "c-1",
        Attributes: Object.fromEntries(many(8_192, (index) => [`attribute-${index}`, "x".repeat(1_000)])),
      }),
      200,
    ),
    search("a search with 23,000 conditions on tags", {
      TagFilter: {
        OrConditions: many(960, () => many(12, (index) => ({ TagKey: `t${index}`, TagValue: "blue" }))),
      },
    }),
    search("a search that is nested as deep as may be", {}, deepCriteria(14)),
    call(
      "1,000 filter values of metrics",
      "POST",
      "/metrics/data",
      JSON.stringify({
        ResourceArn: instanceArn,
        StartTime: 1_700_000_000,
        EndTime: 1_700_003_600,
        Filters: [
          { FilterKey: "QUEUE", FilterValues: many(990, (index) => `${instanceArn}/queue/q-${index}`) },
        ],
        Metrics: many(9, (index) => ({ Name: `METRIC_${index}` })),
      }),
      200,
    ),
    call(
      "45,000 filter values of metrics that name no resource",
      "POST",
      "/metrics/data",
      JSON.stringify({
        ResourceArn: instanceArn,
        StartTime: 1_700_000_000,
        EndTime: 1_700_003_600,
        Filters: [
          { FilterKey: "QUEUE", FilterValues: ["q"] },
          ...many(990, () => ({ FilterKey: "FEATURE", FilterValues: many(45, (index) => `value-${index}`) })),
        ],
        Metrics: [{ Name: "CONTACTS_HANDLED" }],
      }),
      200,
    ),
    call(
      "8,192 attributes that begin like an ARN",
      "POST",
      "/contact/attributes",
      JSON.stringify({
        InstanceId: instanceId,
        InitialContactId: "c-1",
        Attributes: Object.fromEntries(
          many(8_192, (index) => [`attribute-${index}`, `arn:aws:connect:${":/".repeat(500)}`]),
        ),
      }),
      200,
    ),
  ];
}

function refused(): WorstCall[] {
  const user = (name: string, body: string) => call(name, "PUT", `/users/${instanceId}`, body, 400);
  const elements = (one: string) => one.repeat(Math.floor(largestBytes / one.length) - 20);
  return [
    createUser("20,000 security profiles", { profiles: 20_000, tags: 0, value: "" }, 400),
    createUser("50,000 tags", { profiles: 1, tags: 50_000, value: "x" }, 400),
    createUser("a tag of 10 MB", { profiles: 900, tags: 1, value: "ab".repeat(4_900_000) }, 400),
    user("10 MB of empty lists", `{"Tags":[${elements("[],")}0]}`),
    user("10 MB of keys", `{${many(700_000, (index) => `"k${index}":0`).join(",")}}`),
    user("10 MB of one key", `{${elements('"k":0,')}"k":0}`),
    user("10 MB of brackets", elements("[")),
    user("10 MB of blanks", `${elements(" ")}x`),
    user("10 MB of backslashes in an open text", `{"Username":"${elements("\\\\")}`),
    user("10 MB of an identifier", JSON.stringify({ ...baseUser, RoutingProfileId: "a".repeat(9_900_000) })),
    user(
      "10 MB of colons for an ARN",
      JSON.stringify({ ...baseUser, RoutingProfileId: `arn:${":".repeat(9_900_000)}` }),
    ),
    user(
      "10 MB of slashes for an ARN",
      JSON.stringify({ ...baseUser, RoutingProfileId: `${instanceArn}${"/a".repeat(4_900_000)}` }),
    ),
    user("10 MB of a member's name", JSON.stringify({ ...baseUser, ["x".repeat(9_900_000)]: 1 })),
  ];
}

const baseUser = {
  Username: "u",
  PhoneConfig: { PhoneType: "SOFT_PHONE" },
  RoutingProfileId: "r",
  SecurityProfileIds: ["s"],
};

function createUser(
  name: string,
  { profiles, tags, value }: { readonly profiles: number; readonly tags: number; readonly value: string },
  status: WorstCall["status"],
): WorstCall {
  const body = {
    ...baseUser,
    SecurityProfileIds: many(profiles, (index) => `s-${index}-${"-secret".repeat(20)}`),
    ...(tags === 0 ? {} : { Tags: Object.fromEntries(many(tags, (index) => [`t${index}`, value])) }),
  };
  return call(name, "PUT", `/users/${instanceId}`, JSON.stringify(body), status);
}

function search(name: string, SearchFilter: object, SearchCriteria: object = {}): WorstCall {
  const body = JSON.stringify({ InstanceId: instanceId, SearchFilter, SearchCriteria });
  return call(name, "POST", "/search-users", body, 200);
}

/** Criteria that hold two of their kind, to a depth; the innermost name a hierarchy group. */
function deepCriteria(depth: number): object {
  const group = { HierarchyGroupCondition: { Value: "g-1", HierarchyGroupMatchType: "EXACT" } };
  let criteria: object = group;
  for (let level = 0; level < depth; level++) criteria = { OrConditions: [criteria], AndConditions: [group] };
  return criteria;
}

function many<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function call(
  name: string,
  method: string,
  path: string,
  body: string,
  status: WorstCall["status"],
): WorstCall {
  return { name, method, path, body, status };
}
