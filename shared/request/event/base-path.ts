/**
 * The base path of a custom domain's mapping, which API Gateway leaves in front of the path.
 */
import { CodedError } from "../../errors.ts";

/**
 * Reads `API_BASE_PATH`; empty when it is not set.
 *
 * @returns for a value that is not a path, the error that every call is refused with: no other path was chosen
 */
export function readBasePath(environment: Readonly<Record<string, string | undefined>>): string | CodedError {
  const text = environment["API_BASE_PATH"] ?? "";
  if (text === "" || /^(\/[A-Za-z0-9._~-]+)+$/.test(text)) return text;
  return new CodedError("internal", `\`API_BASE_PATH\` must be a path like \`/connect\`, not \`${text}\``);
}
