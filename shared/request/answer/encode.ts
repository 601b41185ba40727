/** Writes answers in AWS's REST-JSON form with the SDK's own serializer, so that any SDK reads them like Connect's. */
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

/** Encodes an error as {@link writeError} does, with the modelled members of Connect's exceptions. */
export function encodeError(error: AnswerError, requestId: string): HttpAnswer {
  const schema = findErrorSchema(error.name);
  const written: unknown = schema && error.members ? JSON.parse(writeJson(schema, error.members)) : {};
  // Members that the schema lacks are passed on unchanged: a newer exception's fields must not vanish.
  const members = { ...error.members, ...(typeof written === "object" ? written : {}) };
  return writeError(error, members, requestId);
}

function writeJson(schema: NormalizedSchema, value: unknown): string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  const written: unknown = serializer.flush();
  return typeof written === "string" ? written : new TextDecoder().decode(written as Uint8Array);
}
