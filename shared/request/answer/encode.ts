/**
 * Answers in AWS's REST-JSON form, written by the SDK's own serializer, so that any SDK reads them like Connect's own.
 */
import { AwsRestJsonProtocol } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { findErrorSchema, type OperationSchema } from "../decode/schemas.ts";
import { type AnswerError, type HttpAnswer, writeError } from "./error-answer.ts";

const codec = new AwsRestJsonProtocol({ defaultNamespace: "com.amazonaws.connect" }).getPayloadCodec();

export function encodeOutput(schema: OperationSchema, output: unknown, requestId: string): HttpAnswer {
  return {
    status: schema.status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
    body: writeJson(schema.output, output ?? {}),
  };
}

/**
 * Encodes an error: `x-amzn-errortype`, and `__type`, `message` and `Message` in the body, the places where
 * AWS's SDKs look for its name and text.
 */
export function encodeError(error: AnswerError, requestId: string): HttpAnswer {
  const schema = findErrorSchema(error.name);
  const written: unknown = schema && error.members ? JSON.parse(writeJson(schema, error.members)) : {};
  // What the schema does not have is passed on as it came: a newer exception's fields must not vanish.
  const members = { ...error.members, ...(typeof written === "object" ? written : {}) };
  return writeError(error, members, requestId);
}

function writeJson(schema: NormalizedSchema, value: unknown): string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  const written: unknown = serializer.flush();
  return typeof written === "string" ? written : new TextDecoder().decode(written as Uint8Array);
}
