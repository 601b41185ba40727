/**
 * The ids by which a call is found in other logs: API Gateway's access log, Lambda's reports, traces.
 *
 * On REST APIs a client may choose `requestContext.requestId` itself ("$context.requestId" in the API Gateway Developer
 * Guide: clients can override it). API Gateway's extended id and Lambda's own are nobody's choice.
 */
import { recordOf, textOf } from "./event-fields.ts";

export interface CallIds {
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  /** X-Ray's, of the whole way, which a client may choose as well; there is one whether or not anything is traced. */
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
