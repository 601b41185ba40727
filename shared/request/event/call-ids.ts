/**
 * The ids by which you find a call in other logs: API Gateway's access log, Lambda's reports, traces.
 *
 * On REST APIs a client can choose `requestContext.requestId` ("$context.requestId" in the API Gateway Developer Guide:
 * clients can override it). It can choose neither API Gateway's extended id nor Lambda's own.
 */
import { recordOf, textOf } from "./event-fields.ts";

export interface CallIds {
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  /** X-Ray's, which a client can choose too. There is one whether or not the call is traced. */
  readonly traceId?: string;
}

export function callIdsOf(
  event: unknown,
  awsRequestId: string | undefined,
  traceId: string | undefined,
): CallIds {
  const extendedRequestId = textOf(recordOf(recordOf(event)["requestContext"])["extendedRequestId"]);
  return {
    ...(extendedRequestId ? { extendedRequestId } : {}),
    ...(awsRequestId ? { awsRequestId } : {}),
    ...(traceId ? { traceId } : {}),
  };
}
