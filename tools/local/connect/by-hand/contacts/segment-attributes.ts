/** Segment attributes that Connect itself knows: the subtype of a channel, the subject of an email, the expiry. */
import type { SegmentAttributeValue } from "@aws-sdk/client-connect";
import { invalidParameter } from "../../service-fault.ts";
import type { ContactShape } from "./contact-shape.ts";

type Segments = Readonly<Record<string, SegmentAttributeValue>>;

const subtypeKey = "connect:Subtype";
export const emailSubjectKey = "connect:EmailSubject";
const expiryKey = "connect:ContactExpiry";

/** The subtype of calls that another system carries. */
export const externalAudio = "connect:ExternalAudio";

/** Which kind of its channel a contact is: `connect:SMS`. */
export function subtypeOf({ described }: ContactShape): string | undefined {
  return described.SegmentAttributes?.[subtypeKey]?.ValueString;
}

/** Attributes with a subtype, if they have none of their own. */
export function withSubtype(ValueString: string, attributes: Segments | undefined) {
  return { [subtypeKey]: { ValueString }, ...attributes };
}

export function withExpiry(minutes: number | undefined, attributes: Segments) {
  if (minutes === undefined) return attributes;
  if (!Number.isInteger(minutes) || minutes < 1)
    throw invalidParameter("ExpiryDurationInMinutes", "must be a positive whole number");
  return { ...attributes, [expiryKey]: { ValueMap: { ExpiryDuration: { ValueInteger: minutes } } } };
}

/** When a contact is to expire. Nothing ends it then. */
export function expiryOf({ described }: ContactShape): Date | undefined {
  const minutes = described.SegmentAttributes?.[expiryKey]?.ValueMap?.["ExpiryDuration"]?.ValueInteger;
  return minutes === undefined
    ? undefined
    : new Date(described.InitiationTimestamp.getTime() + minutes * 60_000);
}

/** @throws ServiceFault `InvalidParameterException` */
export function checkSegments(attributes: Segments): void {
  for (const key of Object.keys(attributes))
    if (!/^(connect:)?[a-zA-Z0-9_-]+$/.test(key))
      throw invalidParameter(
        "SegmentAttributes",
        `the key \`${key}\` must have only letters, digits, \`-\` and \`_\`, after \`connect:\` if it is Connect's own`,
      );
}
