/** The calls that this gateway decides while the page is open, whichever view is shown. */
import { useEffect, useState } from "preact/hooks";
import { findRecords } from "../../../authoring/records/find-records.ts";
import { CallLog } from "./calls/call-log.ts";
import { LiveRate } from "./calls/rate.ts";
import { readSeenRecord } from "./calls/seen-record.ts";

class LiveCalls {
  readonly log = new CallLog();
  readonly rate = new LiveRate();
  /** How many records the gateway had forgotten before this page asked for them. */
  missed = 0;
  readonly #listeners = new Set<() => void>();

  /** @param lines records as they are logged */
  add(lines: readonly string[], missed: number): void {
    this.missed += missed;
    for (const line of lines)
      for (const value of findRecords(line)) {
        const record = readSeenRecord(value);
        if (!record) continue;
        this.log.add(record);
        this.rate.add(record);
      }
    if (lines.length > 0 || missed > 0) this.#tell();
  }

  clear(): void {
    this.log.clear();
    this.rate.clear();
    this.missed = 0;
    this.#tell();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const liveCalls = new LiveCalls();

/** Draws again when calls come: once a frame, and never while nobody sees the page. */
export function useLiveCalls(): LiveCalls {
  const [, draw] = useState(0);
  useEffect(() => {
    let frame = 0;
    // Calls may have come since it was drawn.
    draw((count) => count + 1);
    const end = liveCalls.listen(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw((count) => count + 1);
      });
    });
    return () => {
      end();
      cancelAnimationFrame(frame);
    };
  }, []);
  return liveCalls;
}
