/**
 * Writes long texts with characters beyond the Basic Multilingual Plane, such as emoji, in one step.
 *
 * The SDK's serializer makes a call for each such character. The caller chooses how many there are, and 10 MB of them took a
 * quarter of a second of processor time, for which other calls had to wait.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";

interface Serializer {
  json: Uint8Array;
  /** Position of the next byte. */
  i: number;
  ensure(byteCount: number): void;
  writeJsonString(text: string): void;
}

/** Shorter texts are left to the SDK. */
const minLength = 4_096;
const highSurrogate = /[\ud800-\udbff]/;
const encoder = new TextEncoder();
const known = new WeakSet<object>();

/** Changes a client's serializer to write such texts in one step, unless it does not have the expected members. */
export function writeLongTextsAtOnce(client: ConnectClient): void {
  const serializer: unknown = client.config.protocol.getPayloadCodec?.()?.createSerializer();
  if (!isSerializer(serializer)) return;
  const prototype: unknown = Object.getPrototypeOf(serializer);
  if (!isSerializer(prototype, "writeJsonString") || known.has(prototype)) return;
  known.add(prototype);
  const { writeJsonString } = prototype;
  prototype.writeJsonString = function (this: Serializer, text: string) {
    if (text.length < minLength || !highSurrogate.test(text)) {
      writeJsonString.call(this, text);
      return;
    }
    const json = JSON.stringify(text);
    // A UTF-16 unit has at most three bytes.
    this.ensure(json.length * 3);
    this.i += encoder.encodeInto(json, this.json.subarray(this.i)).written;
  };
}

function isSerializer(value: unknown, ...members: readonly string[]): value is Serializer {
  if (typeof value !== "object" || value === null) return false;
  const wanted = members.length > 0 ? members : ["json", "i", "ensure", "writeJsonString"];
  return wanted.every((name) => Reflect.get(value, name) !== undefined);
}
