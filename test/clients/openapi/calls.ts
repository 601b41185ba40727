/** Calls the gateway by a client generated from its document; prints a JSON line for each. `../openapi.sdk.ts` runs it. */
import createClient from "openapi-fetch";
import type { operations, paths } from "./schema.d.ts";

const { CONNECT_GATEWAY: baseUrl = "", ADMIN = "", RECORDER = "" } = process.env;
const InstanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1" as const;
const here = { path: { InstanceId } };

const clientOf = (token: string) =>
  createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
const admin = clientOf(ADMIN);
const recorder = clientOf(RECORDER);
const stranger = clientOf("nonsense");

interface Result<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** Prints an answer, and returns what it holds. */
async function tell<Data>(operation: keyof operations, call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  const type = response.headers.get("x-amzn-errortype");
  console.log(JSON.stringify({ operation, status: response.status, type, body: data ?? error }));
  return data as Data;
}

await tell("ListInstances", admin.GET("/instance"));
await tell("DescribeInstance", admin.GET("/instance/{InstanceId}", { params: here }));
await tell("ListInstanceAttributes", admin.GET("/instance/{InstanceId}/attributes", { params: here }));

const profiles = await tell(
  "ListRoutingProfiles",
  admin.GET("/routing-profiles-summary/{InstanceId}", { params: { ...here, query: { maxResults: 10 } } }),
);
const RoutingProfileId = profiles.RoutingProfileSummaryList?.[0]?.Id ?? "";
await tell(
  "DescribeRoutingProfile",
  admin.GET("/routing-profiles/{InstanceId}/{RoutingProfileId}", {
    params: { path: { InstanceId, RoutingProfileId } },
  }),
);
const rights = await tell(
  "ListSecurityProfiles",
  admin.GET("/security-profiles-summary/{InstanceId}", { params: here }),
);
const SecurityProfileId = rights.SecurityProfileSummaryList?.[0]?.Id ?? "";
await tell(
  "DescribeSecurityProfile",
  admin.GET("/security-profiles/{InstanceId}/{SecurityProfileId}", {
    params: { path: { InstanceId, SecurityProfileId } },
  }),
);

const made = await tell(
  "CreateUser",
  admin.PUT("/users/{InstanceId}", {
    params: here,
    body: {
      Username: "generated",
      Password: "Passw0rd-generated",
      IdentityInfo: { FirstName: "Jane", LastName: "Doe" },
      PhoneConfig: { PhoneType: "SOFT_PHONE" },
      RoutingProfileId,
      SecurityProfileIds: [SecurityProfileId],
      Tags: { team: "a" },
    },
  }),
);
const UserId = made.UserId ?? "";
const user = { path: { InstanceId, UserId } };
await tell("DescribeUser", admin.GET("/users/{InstanceId}/{UserId}", { params: user }));
await tell(
  "UpdateUserIdentityInfo",
  admin.POST("/users/{InstanceId}/{UserId}/identity-info", {
    params: user,
    body: { IdentityInfo: { FirstName: "Joan" } },
  }),
);
await tell(
  "UpdateUserRoutingProfile",
  admin.POST("/users/{InstanceId}/{UserId}/routing-profile", { params: user, body: { RoutingProfileId } }),
);
await tell("ListUsers", admin.GET("/users-summary/{InstanceId}", { params: here }));
await tell(
  "SearchUsers",
  admin.POST("/search-users", {
    body: {
      InstanceId,
      SearchCriteria: {
        OrConditions: [
          { StringCondition: { FieldName: "Username", Value: "generated", ComparisonType: "EXACT" } },
        ],
      },
    },
  }),
);

const resourceArn = made.UserArn ?? "";
const tags = { path: { resourceArn } };
await tell(
  "TagResource",
  admin.POST("/tags/{resourceArn}", { params: tags, body: { tags: { site: "berlin" } } }),
);
await tell("ListTagsForResource", admin.GET("/tags/{resourceArn}", { params: tags }));
await tell(
  "UntagResource",
  admin.DELETE("/tags/{resourceArn}", { params: { ...tags, query: { tagKeys: ["site", "team"] } } }),
);

const hours = await tell(
  "CreateHoursOfOperation",
  admin.PUT("/hours-of-operations/{InstanceId}", {
    params: here,
    body: {
      Name: "generated",
      TimeZone: "Europe/Berlin",
      Config: [{ Day: "MONDAY", StartTime: { Hours: 8, Minutes: 0 }, EndTime: { Hours: 17, Minutes: 0 } }],
    },
  }),
);
const HoursOfOperationId = hours.HoursOfOperationId ?? "";
await tell("ListHoursOfOperations", admin.GET("/hours-of-operations-summary/{InstanceId}", { params: here }));
await tell(
  "DescribeHoursOfOperation",
  admin.GET("/hours-of-operations/{InstanceId}/{HoursOfOperationId}", {
    params: { path: { InstanceId, HoursOfOperationId } },
  }),
);
const queue = await tell(
  "CreateQueue",
  admin.PUT("/queues/{InstanceId}", { params: here, body: { Name: "generated", HoursOfOperationId } }),
);
const QueueId = queue.QueueId ?? "";
await tell(
  "DescribeQueue",
  admin.GET("/queues/{InstanceId}/{QueueId}", { params: { path: { InstanceId, QueueId } } }),
);
await tell(
  "UpdateQueueName",
  admin.POST("/queues/{InstanceId}/{QueueId}/name", {
    params: { path: { InstanceId, QueueId } },
    body: { Name: "generated too" },
  }),
);
await tell(
  "ListQueues",
  admin.GET("/queues-summary/{InstanceId}", {
    params: { ...here, query: { queueTypes: ["STANDARD", "AGENT"] } },
  }),
);
await tell("SearchQueues", admin.POST("/search-queues", { body: { InstanceId } }));
await tell(
  "CreateQuickConnect",
  admin.PUT("/quick-connects/{InstanceId}", {
    params: here,
    body: {
      Name: "generated",
      QuickConnectConfig: { QuickConnectType: "PHONE_NUMBER", PhoneConfig: { PhoneNumber: "+4930123456" } },
    },
  }),
);
await tell(
  "ListQuickConnects",
  admin.GET("/quick-connects/{InstanceId}", {
    params: { ...here, query: { QuickConnectTypes: ["PHONE_NUMBER"] } },
  }),
);
await tell("ListPrompts", admin.GET("/prompts-summary/{InstanceId}", { params: here }));
const flows = await tell(
  "ListContactFlows",
  admin.GET("/contact-flows-summary/{InstanceId}", {
    params: { ...here, query: { contactFlowTypes: ["CONTACT_FLOW"] } },
  }),
);
await tell("ListPhoneNumbersV2", admin.POST("/phone-number/list", { body: { MaxResults: 5 } }));

const chat = await tell(
  "StartChatContact",
  admin.PUT("/contact/chat", {
    body: {
      InstanceId,
      ContactFlowId: flows.ContactFlowSummaryList?.[0]?.Id ?? "",
      ParticipantDetails: { DisplayName: "Jane" },
      Attributes: { order: "1" },
    },
  }),
);
const ContactId = chat.ContactId ?? "";
await tell(
  "DescribeContact",
  admin.GET("/contacts/{InstanceId}/{ContactId}", { params: { path: { InstanceId, ContactId } } }),
);
await tell(
  "UpdateContactAttributes",
  admin.POST("/contact/attributes", {
    body: { InstanceId, InitialContactId: ContactId, Attributes: { order: "2" } },
  }),
);
await tell(
  "GetContactAttributes",
  admin.GET("/contact/attributes/{InstanceId}/{InitialContactId}", {
    params: { path: { InstanceId, InitialContactId: ContactId } },
  }),
);
await tell("StopContact", admin.POST("/contact/stop", { body: { InstanceId, ContactId } }));

await tell("ListAgentStatuses", admin.GET("/agent-status/{InstanceId}", { params: here }));
const group = await tell(
  "CreateUserHierarchyGroup",
  admin.PUT("/user-hierarchy-groups/{InstanceId}", { params: here, body: { Name: "generated" } }),
);
await tell(
  "DescribeUserHierarchyGroup",
  admin.GET("/user-hierarchy-groups/{InstanceId}/{HierarchyGroupId}", {
    params: { path: { InstanceId, HierarchyGroupId: group.HierarchyGroupId ?? "" } },
  }),
);

const call = (body: Record<string, unknown>) =>
  admin.POST("/operations/{Operation}", { params: { path: { Operation: "DescribeUser" } }, body });
await tell("CallOperation", call({ InstanceId, UserId }));
await tell("DeleteUser", admin.DELETE("/users/{InstanceId}/{UserId}", { params: user }));

// What is refused.
await tell("CallOperation", call({ InstanceId, UserId, Nickname: "x" }));
await tell("DescribeUser", admin.GET("/users/{InstanceId}/{UserId}", { params: user }));
await tell("DescribeUser", recorder.GET("/users/{InstanceId}/{UserId}", { params: user }));
await tell("DescribeUser", stranger.GET("/users/{InstanceId}/{UserId}", { params: user }));
