/**
 * The ids by which you find a call in other logs: API Gateway's access log, Lambda's reports, traces.
 *
 * On REST APIs a client can choose `requestContext.requestId` ("$context.requestId" in the API Gateway Developer Guide:
 * clients can override it). It cannot choose API Gateway's extended id or Lambda's own id.
 */
import { recordOf, textOf } from "./event-fields.ts";

export interface CallIds {
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  /** X-Ray's id, which a client can choose too. It is present whether or not the call is traced. */
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
