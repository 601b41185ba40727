/** Texts beyond the Basic Multilingual Plane go to Amazon Connect as they are, and cost no call for each character. */
import { ConnectClient, UpdateContactFlowContentCommand } from "@aws-sdk/client-connect";
import { afterEach, expect, it, vi } from "vitest";
import { writeLongTextsAtOnce } from "../../../shared/connect/client/long-texts.ts";

afterEach(() => vi.restoreAllMocks());

/** The body that a client would send. */
async function bodyOf(Content: string): Promise<Uint8Array> {
  const sent: { body?: unknown } = {};
  const client = new ConnectClient({
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
  });
  writeLongTextsAtOnce(client);
  client.middlewareStack.add(
    () => async (args) => {
      sent.body = Reflect.get(Object(args.request), "body");
      throw new Error("not sent");
    },
    { step: "build", name: "stop" },
  );
  const command = new UpdateContactFlowContentCommand({ InstanceId: "i", ContactFlowId: "f", Content });
  await expect(client.send(command)).rejects.toThrow("not sent");
  if (!(sent.body instanceof Uint8Array)) throw new TypeError("no bytes");
  return sent.body;
}

const strange =
  '"\\/\b\f\n\r\t\u0000\u001f\u007f\u0080\u07ff\u0800\u2028\uffff\u{10000}\u{10ffff}\u{1f600}é世';

it.each([0, 1, 4_000, 4_096, 100_000])("are sent as they are, beside %s other characters", async (length) => {
  for (const text of [`${"x".repeat(length)}${strange}`, `${strange}${"世".repeat(length)}`]) {
    const bytes = await bodyOf(text);
    const read: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    expect(read).toEqual({ Content: text });
  }
});

it("are encoded at once, however long they are", async () => {
  const encode = vi.spyOn(TextEncoder.prototype, "encodeInto");
  await bodyOf("\u{1f600}".repeat(20_000));
  expect(encode.mock.calls.length).toBeLessThan(100);
});
