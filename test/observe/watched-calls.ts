/**
 * The two handlers with watching switched on, and what they write.
 */
import { vi } from "vitest";
import type { Configuration } from "../../shared/bundle/types.ts";
import type { SenderOptions } from "../../shared/connect/send.ts";
import { given } from "../functions/lambda-fixture.ts";

export const on = {
  POWERTOOLS_METRICS_NAMESPACE: "ConnectAuthorizer/test",
  POWERTOOLS_SERVICE_NAME: "connect-test",
};

/** Handlers around two statements: every user may be described, none deleted. */
export function watched(
  variables: Readonly<Record<string, string>> = on,
  overrides: Partial<Configuration> = {},
  sending: SenderOptions = {},
) {
  const statements = [
    { Effect: "Allow", Action: "connect:Describe*", Resource: "*" },
    { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" },
  ] as const;
  return given(statements, { config: overrides, environment: variables, sending });
}

/** What is written to a stream from now on, a line an element. */
export function linesOf(stream: NodeJS.WriteStream): string[] {
  const lines: string[] = [];
  vi.spyOn(stream, "write").mockImplementation((text) => lines.push(String(text).trimEnd()) > 0);
  return lines;
}
