/** What a guarded client throws: exceptions as Amazon Connect itself would answer, of the SDK's own classes. */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { type AnswerError, answerErrorOf } from "../../../shared/request/answer/error-answer.ts";

/** Makes the exceptions of one client. */
export class Exceptions {
  readonly #registries: readonly unknown[];

  constructor(client: ConnectClient) {
    this.#registries = registriesOf(client);
  }

  denied(message: string, requestId?: string): Error {
    return this.#make({ name: "AccessDeniedException", status: 403, message }, requestId);
  }

  /** For an error that kept the call from being decided: `InvalidParameterException` for a malformed input. */
  of(error: unknown, requestId?: string): Error {
    return this.#make(answerErrorOf(error), requestId);
  }

  #make({ name, status, message }: AnswerError, requestId: string | undefined): Error {
    const metadata = { httpStatusCode: status, ...(requestId === undefined ? {} : { requestId }) };
    // The SDK's classes take the message by both names, as AWS sends it.
    const options = { message, Message: message, $metadata: metadata };
    const Class = this.#classOf(name);
    const error: Error = Class ? new Class(options) : new Error(message);
    if (!Class) Object.assign(error, { name, $fault: "client", $service: "Connect", $metadata: metadata });
    return error;
  }

  /** The class of a modelled exception, from the client's own copy of the SDK. */
  #classOf(name: string): ExceptionClass | undefined {
    for (const registry of this.#registries) {
      if (!isRegistry(registry)) continue;
      const schema = registry.find((each) => Array.isArray(each) && each[0] === -3 && each[2] === name);
      const found: unknown = schema === undefined ? undefined : registry.getErrorCtor(schema);
      if (typeof found === "function") return found as ExceptionClass;
    }
    return undefined;
  }
}

type ExceptionClass = new (options: object) => Error;

interface Registry {
  find(predicate: (schema: unknown) => boolean): unknown;
  getErrorCtor(schema: unknown): unknown;
}

/** Where the client's protocol finds the classes of errors; none in an SDK that keeps them elsewhere. */
function registriesOf({ config }: ConnectClient): readonly unknown[] {
  const settings: unknown = Reflect.get(config, "protocolSettings");
  if (typeof settings !== "object" || settings === null) return [];
  const found: unknown = Reflect.get(settings, "errorTypeRegistries");
  return Array.isArray(found) ? found : [];
}

function isRegistry(value: unknown): value is Registry {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "find") === "function" &&
    typeof Reflect.get(value, "getErrorCtor") === "function"
  );
}
