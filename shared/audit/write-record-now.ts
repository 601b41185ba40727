/**
 * A record written so that it is known to be written, where no call goes on without.
 */
import { writeSync } from "node:fs";
import { formatRecordLine } from "./long-record.ts";
import type { AnyRecord } from "./record.ts";

/** Times, a millisecond each, that a full pipe is tried again before it counts as broken. */
const maxTries = 1_000;

/** Whether a line that broke off stands before what comes next. */
let isLineOpen = false;

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes it as one JSON line on standard output, and comes back when the system has taken it.
 *
 * @throws the system's error when it does not
 */
export function writeRecordNow(record: AnyRecord): void {
  const line = Buffer.from(`${isLineOpen ? "\n" : ""}${formatRecordLine(record)}\n`);
  let rest: Uint8Array = line;
  for (let tries = 0; rest.length > 0; tries++) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const isFull = error instanceof Error && Reflect.get(error, "code") === "EAGAIN";
      if (!isFull || tries >= maxTries) {
        if (rest.length < line.length) isLineOpen = true;
        throw error;
      }
      Atomics.wait(pause, 0, 0, 1);
    }
  }
  isLineOpen = false;
}
