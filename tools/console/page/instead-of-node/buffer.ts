/** What the engine uses of Node.js's `Buffer`, in a browser. As there, characters that are not of the alphabet are skipped. */

type Encoding = "utf8" | "base64" | "base64url" | "hex";

class Bytes extends Uint8Array {
  override toString(encoding: Encoding = "utf8"): string {
    if (encoding === "utf8") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this);
    if (encoding === "hex") return [...this].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const base64 = btoa([...this].map((byte) => String.fromCharCode(byte)).join(""));
    return encoding === "base64"
      ? base64
      : base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }
}

function bytesOfBase64(text: string): Bytes {
  const [before = ""] = text.split("=", 1);
  const known = before
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replace(/[^A-Za-z0-9+/]/g, "");
  // A single character at the end is no byte.
  const whole = known.length % 4 === 1 ? known.slice(0, -1) : known;
  return Bytes.from(atob(whole), (character) => character.charCodeAt(0)) as Bytes;
}

export const Buffer = {
  from(data: string | ArrayBuffer, encoding: Encoding | number = "utf8", length?: number): Bytes {
    if (typeof data !== "string") return new Bytes(data, Number(encoding), length);
    if (encoding === "utf8") return new Bytes(new TextEncoder().encode(data));
    if (encoding === "hex") throw new Error("hexadecimal text is not read here");
    return bytesOfBase64(data);
  },
  byteLength: (text: string) => new TextEncoder().encode(text).length,
};
