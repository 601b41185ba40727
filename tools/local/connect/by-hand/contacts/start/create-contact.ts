/** Contacts of other systems, drafts of emails, and batches of outbound campaigns. */
import type {
  Channel,
  ContactDataRequest,
  ContactInitiationMethod,
  FailureReasonCode,
} from "@aws-sdk/client-connect";
import type { Handlers } from "../../../handler.ts";
import type { InputOf } from "../../../operation-types.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../../service-fault.ts";
import { idIn } from "../../metrics/filters.ts";
import { endedAt } from "../contacts.ts";
import { externalAudio, withExpiry, withSubtype } from "../segment-attributes.ts";
import { addContact, type Particular, type Starting, starts } from "./new-contact.ts";

interface Way {
  readonly methods: readonly ContactInitiationMethod[];
  readonly subtype: string;
}

/** Which contacts can be created (API Reference, `CreateContact`). */
const ways: Readonly<Partial<Record<Channel, Way>>> = {
  VOICE: { methods: ["TRANSFER"], subtype: externalAudio },
  EMAIL: { methods: ["OUTBOUND", "AGENT_REPLY", "FLOW"], subtype: "connect:Email" },
  TASK: { methods: ["API"], subtype: "connect:ExternalTask" },
};

const maxBatch = 25;

export const createContactHandlers = {
  CreateContact: starts("CreateContact", (input, starting) => {
    const { instance, now } = starting;
    const { subtype } = checkWay(input);
    const userId = input.UserInfo?.UserId;
    const user = userId === undefined ? undefined : instance.table("User").get(idIn(instance, userId));
    const connected = input.InitiateAs === "CONNECTED_TO_USER" ? { ConnectedToAgentTimestamp: now } : {};
    const segments = withSubtype(subtype, input.SegmentAttributes);
    const row = addContact(starting, input, {
      Channel: input.Channel,
      InitiationMethod: input.InitiationMethod,
      SegmentAttributes: withExpiry(input.ExpiryDurationInMinutes, segments),
      ...(user ? { AgentInfo: { Id: user.id, ...connected } } : {}),
    });
    if (input.InitiateAs === "COMPLETED") instance.contacts.revise(row, { shape: endedAt(row.shape, now) });
    return { ContactId: row.id, ContactArn: row.arn };
  }),
  /** Each request of the batch is a contact or has a reason why it is none. */
  BatchPutContact: starts("BatchPutContact", (input, starting) => {
    const { ContactDataRequestList: requests } = input;
    if (requests.length < 1 || requests.length > maxBatch)
      throw invalidParameter("ContactDataRequestList", `must be 1 to ${maxBatch} requests`);
    const results = requests.map((request) => ({ request, ...put(request, starting) }));
    return {
      SuccessfulRequestList: results.flatMap(({ request: { RequestIdentifier }, ContactId }) =>
        ContactId === undefined ? [] : [{ RequestIdentifier, ContactId }],
      ),
      FailedRequestList: results.flatMap(({ request: { RequestIdentifier }, reason, message }) =>
        reason === undefined
          ? []
          : [{ RequestIdentifier, FailureReasonCode: reason, FailureReasonMessage: message }],
      ),
    };
  }),
} satisfies Handlers;

function checkWay(input: InputOf<"CreateContact">): Way {
  const { Channel, InitiationMethod, InitiateAs, UserInfo, PreviousContactId } = input;
  const way = ways[Channel];
  if (!way?.methods.includes(InitiationMethod)) {
    const known = Object.entries(ways).map(([channel, { methods }]) => `${channel} by ${methods.join(", ")}`);
    throw invalidRequest(
      `a contact of ${Channel} is not created by ${InitiationMethod}, but ${known.join("; ")}`,
    );
  }
  const isDraft = InitiationMethod === "OUTBOUND" || InitiationMethod === "AGENT_REPLY";
  if ((isDraft || InitiateAs === "CONNECTED_TO_USER") && UserInfo?.UserId === undefined)
    throw invalidRequest("give the user of the contact as `UserInfo`");
  if (InitiateAs === "COMPLETED" && Channel !== "TASK")
    throw invalidRequest("only a TASK can be initiated as COMPLETED");
  if (PreviousContactId !== undefined && Channel !== "VOICE")
    throw invalidRequest("`PreviousContactId` is for external audio contacts only");
  return way;
}

interface Put {
  readonly ContactId?: string;
  readonly reason?: FailureReasonCode;
  readonly message?: string;
}

function put(request: ContactDataRequest, starting: Starting): Put {
  const { CustomerEndpoint, SystemEndpoint, QueueId, Attributes, Campaign, OutboundStrategy } = request;
  const reason = reasonAgainst(request, starting);
  if (reason) return { reason, message: `the contact is not created: ${reason}` };
  const particular: Particular = {
    Channel: "VOICE",
    CustomerEndpoint,
    SystemEndpoint,
    Campaign,
    OutboundStrategy,
    QueueInfo: QueueId === undefined ? undefined : { Id: QueueId, EnqueueTimestamp: starting.now },
  };
  try {
    return { ContactId: addContact(starting, { Attributes }, particular).id };
  } catch (error) {
    if (error instanceof ServiceFault) return { reason: "INVALID_ATTRIBUTE_KEY", message: error.message };
    throw error;
  }
}

function reasonAgainst(request: ContactDataRequest, { instance }: Starting): FailureReasonCode | undefined {
  const { CustomerEndpoint: customer, SystemEndpoint: system, QueueId, Campaign } = request;
  if (Campaign?.CampaignId === undefined) return "MISSING_CAMPAIGN";
  if (!customer) return "MISSING_CUSTOMER_ENDPOINT";
  const isNumber = (endpoint: typeof customer) =>
    endpoint.Type === "TELEPHONE_NUMBER" && /^\+[1-9]\d{1,14}$/.test(endpoint.Address ?? "");
  if (!isNumber(customer)) return "INVALID_CUSTOMER_ENDPOINT";
  if (QueueId === undefined && !system) return "MISSING_QUEUE_ID_AND_SYSTEM_ENDPOINT";
  if (QueueId !== undefined && !instance.table("Queue").find(QueueId)) return "INVALID_QUEUE";
  return system && !isNumber(system) ? "INVALID_SYSTEM_ENDPOINT" : undefined;
}
