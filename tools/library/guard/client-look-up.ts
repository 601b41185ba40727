/**
 * Looks up what policies need to know of resources by your own client: unguarded, with the limits and the cache
 * that the functions use.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import type { Command, CommandClass } from "../../../shared/catalog/commands.ts";
import { upstreamFailureOf } from "../../../shared/connect/answer/upstream-failure.ts";
import { Deadline } from "../../../shared/connect/deadline.ts";
import { createLookUp, type LookUp } from "../../../shared/connect/facts/look-up.ts";
import type { Sender } from "../../../shared/connect/send.ts";
import { CodedError } from "../../../shared/errors.ts";

const lookUps = new WeakMap<ConnectClient, LookUp>();

/** All decisions with one client share what was looked up. */
export function lookUpOf(client: ConnectClient): LookUp {
  const known = lookUps.get(client) ?? createLookUp(senderOf(client));
  lookUps.set(client, known);
  return known;
}

function senderOf(client: ConnectClient): Sender {
  return async ({ operation, input, instance }, { timeoutMs, signal }) => {
    const deadline = new Deadline(timeoutMs, signal);
    try {
      if ((await client.config.region()) !== instance.region)
        throw new CodedError("upstreamUnavailable", "the client is for another Region");
      const command = await makeCommand(operation, input);
      const sent = client.send(command, { abortSignal: deadline.signal });
      return { kind: "output", output: await deadline.race(sent), upstreamRequestId: undefined };
    } catch (error) {
      return { kind: "failure", failure: upstreamFailureOf(error, deadline.signal) };
    } finally {
      deadline.close();
    }
  };
}

/**
 * Imported on demand so that in the package this is the SDK of the client, and not the one inside the package: mocks of
 * that SDK's commands then see look-ups too.
 */
async function makeCommand(operation: string, input: object): Promise<Command> {
  try {
    const sdk: object = await import("@aws-sdk/client-connect");
    const Class = Reflect.get(sdk, `${operation}Command`) as CommandClass;
    return new Class(input);
  } catch (cause) {
    const message = "`@aws-sdk/client-connect` cannot be loaded; install it beside connect-authorizer";
    throw new CodedError("upstreamUnavailable", message, { cause });
  }
}
