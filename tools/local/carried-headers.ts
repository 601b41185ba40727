/**
 * The headers between a client of the local gateway and the embedded Connect. The deployed proxy passes neither on: the
 * faults that a call orders, and the mark of an answer that a stub gave.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ConnectClient } from "@aws-sdk/client-connect";
import type { ProxyHandler } from "../../functions/proxy/handler.ts";
import { lowerAscii } from "../../shared/ascii.ts";
import { memberOf } from "../../shared/connect/member.ts";
import { stubHeader } from "./connect/answer.ts";
import { faultHeader } from "./connect/faults/fault-plan.ts";

interface Carried {
  readonly fault: string | undefined;
  mark: string | undefined;
}

const current = new AsyncLocalStorage<Carried>();

/** Lets a client send the faults of the request that it works for, and remember the mark of the answer. */
export function carryHeaders(client: ConnectClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const carried = current.getStore();
      const sent = memberOf(args.request, "headers");
      if (carried?.fault !== undefined && typeof sent === "object" && sent !== null)
        Reflect.set(sent, faultHeader, carried.fault);
      const result = await next(args);
      const mark = memberOf(memberOf(result.response, "headers"), stubHeader);
      if (carried !== undefined) carried.mark = typeof mark === "string" ? mark : undefined;
      return result;
    },
    { name: "carryHeaders", step: "deserialize", priority: "low", override: true },
  );
}

/** Takes the faults from each event, and puts the mark of the last answer into the proxy's. */
export function withCarriedHeaders(proxy: ProxyHandler): ProxyHandler {
  return async (event, context) => {
    const carried: Carried = { fault: headerOf(event.headers, faultHeader), mark: undefined };
    const result = await current.run(carried, () => proxy(event, context));
    if (carried.mark === undefined || result.statusCode >= 400) return result;
    return { ...result, headers: { ...result.headers, [stubHeader]: carried.mark } };
  };
}

function headerOf(headers: object | null, wanted: string): string | undefined {
  const entries = Object.entries(headers ?? {});
  const value: unknown = entries.find(([name]) => lowerAscii(name) === wanted)?.[1];
  return typeof value === "string" ? value : undefined;
}
