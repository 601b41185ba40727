/** Where the endpoints are ("Policy Decision Point Metadata" of AuthZEN's Authorization API). */
import { CodedError } from "../../shared/errors.ts";
import { recordOf, textOf } from "../../shared/request/event/event-fields.ts";
import { type AuthzenAnswer, jsonAnswer } from "./answers.ts";

export const wellKnownPath = "/.well-known/authzen-configuration";

/**
 * The addresses are below the one under which the metadata was asked for: with the API's stage, or the base path of its domain. API
 * Gateway names the domain; no header of the client is read.
 */
export function metadataOf(event: unknown, isLocal: boolean): AuthzenAnswer {
  const members = recordOf(event);
  const context = recordOf(members["requestContext"]);
  const host = textOf(context["domainName"]) ?? "";
  const path = textOf(context["path"]) ?? textOf(members["rawPath"]) ?? "";
  if (host === "" || !path.endsWith(wellKnownPath))
    throw new CodedError("internal", "the event does not say where the api is");
  const base = isLocal ? `http://${host}` : `https://${host}${path.slice(0, -wellKnownPath.length)}`;
  return jsonAnswer(
    {
      policy_decision_point: base,
      access_evaluation_endpoint: `${base}/access/v1/evaluation`,
      access_evaluations_endpoint: `${base}/access/v1/evaluations`,
    },
    { "cache-control": "public, max-age=300" },
  );
}
