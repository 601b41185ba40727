import { ConnectClient } from "@aws-sdk/client-connect";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach } from "vitest";

/** Amazon Connect's client as a mock: reset after each test of a file, and the real one again after the file. */
export function mockConnect() {
  const connect = mockClient(ConnectClient);
  afterEach(() => {
    connect.reset();
  });
  afterAll(() => connect.restore());
  return connect;
}
