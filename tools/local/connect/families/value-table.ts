/**
 * What values may be, by structure and member: ranges, patterns, and the part that a type needs. The schemas do not say
 * it; the API Reference does, at the structure's own page.
 */

interface ValueRule {
  readonly range?: readonly [from: number, to: number];
  readonly pattern?: RegExp;
  /** In messages, after "must be". */
  readonly expected?: string;
}

const phoneNumber: ValueRule = { pattern: /^\+[1-9]\d{1,14}$/, expected: "a phone number in E.164 format" };
const s3Uri: ValueRule = {
  pattern: /^(s3:\/\/\S+\/.+|https:\/\/\S+\.s3\.\S+\.amazonaws\.com\/\S+)$/,
  expected: "the URI of an object in Amazon S3, such as `s3://bucket/key`",
};
const notNegative: ValueRule = { range: [0, Number.MAX_SAFE_INTEGER], expected: "0 or more" };

const rules: Readonly<Record<string, ValueRule>> = {
  "CreateEmailAddressRequest.EmailAddress": {
    pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    expected: "an email address",
  },
  "CreatePromptRequest.S3Uri": s3Uri,
  "CreateQueueRequest.MaxContacts": notNegative,
  "CreateUserRequest.Password": {
    pattern: /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)\S{8,64}$/,
    expected: "8 to 64 characters with a lowercase letter, an uppercase letter and a digit",
  },
  "Distribution.Percentage": { range: [0, 100] },
  "MediaConcurrency.Concurrency": { range: [1, 10] },
  "PhoneNumberQuickConnectConfig.PhoneNumber": phoneNumber,
  "RoutingProfileQueueConfig.Delay": { range: [0, 9999] },
  "RoutingProfileQueueConfig.Priority": { range: [1, 99] },
  "UpdateInstanceAttributeRequest.Value": { pattern: /^(true|false)$/, expected: "`true` or `false`" },
  "UpdatePromptRequest.S3Uri": s3Uri,
  "UpdateQueueMaxContactsRequest.MaxContacts": notNegative,
  "UserProficiency.Level": { range: [1, 5] },
};

/** Says what is wrong with a value at `Structure.Member`; `undefined` when nothing is. */
export function problemAt(place: string, value: unknown): string | undefined {
  const rule = Object.hasOwn(rules, place) ? rules[place] : undefined;
  const [from, to] = rule?.range ?? [];
  const isOutside =
    typeof value === "number" && from !== undefined && to !== undefined && (value < from || value > to);
  const isOther = typeof value === "string" && rule?.pattern?.test(value) === false;
  return isOutside || isOther ? `must be ${rule?.expected ?? `from ${from} to ${to}`}` : undefined;
}

interface TypedParts {
  readonly type: string;
  readonly parts: Readonly<Record<string, string>>;
}

const typedParts: Readonly<Record<string, TypedParts>> = {
  InstanceStorageConfig: {
    type: "StorageType",
    parts: {
      KINESIS_FIREHOSE: "KinesisFirehoseConfig",
      KINESIS_STREAM: "KinesisStreamConfig",
      KINESIS_VIDEO_STREAM: "KinesisVideoStreamConfig",
      S3: "S3Config",
    },
  },
  QuickConnectConfig: {
    type: "QuickConnectType",
    parts: { FLOW: "FlowConfig", PHONE_NUMBER: "PhoneConfig", QUEUE: "QueueConfig", USER: "UserConfig" },
  },
  UserPhoneConfig: { type: "PhoneType", parts: { DESK_PHONE: "DeskPhoneNumber" } },
};

/** The member that a structure of this type must have, and does not. */
export function missingPart(structure: string, value: Readonly<Record<string, unknown>>): string | undefined {
  const { type, parts } = (Object.hasOwn(typedParts, structure) ? typedParts[structure] : undefined) ?? {};
  const part = type === undefined ? undefined : parts?.[String(value[type])];
  return part === undefined || value[part] !== undefined ? undefined : part;
}
