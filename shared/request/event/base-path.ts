/**
 * The base path that a custom domain maps the API to, which API Gateway leaves in front of the path.
 */
import { CodedError } from "../../errors.ts";

/**
 * Reads `API_BASE_PATH`; empty when it is not set.
 *
 * @returns an error, for every call to be refused with, for a value that is no path: another one in its place would be
 *   a route that nobody chose
 */
export function readBasePath(environment: Readonly<Record<string, string | undefined>>): string | CodedError {
  const text = environment["API_BASE_PATH"] ?? "";
  if (text === "" || /^(\/[A-Za-z0-9._~-]+)+$/.test(text)) return text;
  return new CodedError("internal", `\`API_BASE_PATH\` must be a path like \`/connect\`, not \`${text}\``);
}
