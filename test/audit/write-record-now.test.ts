import { writeSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { writeRecordNow } from "../../shared/audit/recorder.ts";
import { smallestRecord } from "./smallest-record.ts";

vi.mock("node:fs", async (original) => ({ ...(await original<object>()), writeSync: vi.fn() }));

const record = { ...smallestRecord, message: "√".repeat(50) };
const line = `${JSON.stringify(record)}\n`;

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

const write = vi.mocked(writeSync as (fd: number, bytes: Uint8Array) => number);
beforeEach(() => void write.mockReset());

describe("a record that is written at once", () => {
  it("is whole, however little is taken at a time and however often the pipe is full", () => {
    const taken: Uint8Array[] = [];
    let isFull = false;
    write.mockImplementation((fd, bytes) => {
      expect(fd).toBe(1);
      isFull = !isFull;
      if (isFull) throw failure("EAGAIN");
      taken.push(Uint8Array.from(bytes.subarray(0, 7)));
      return Math.min(7, bytes.length);
    });
    writeRecordNow(record);
    expect(Buffer.concat(taken).toString()).toBe(line);
  });

  it("does not go on in a line that broke off", () => {
    const taken: Uint8Array[] = [];
    write.mockImplementation((_fd, bytes) => {
      if (taken.length === 1) throw failure("EPIPE");
      taken.push(Uint8Array.from(bytes.subarray(0, 7)));
      return 7;
    });
    expect(() => writeRecordNow(record)).toThrow("EPIPE");
    write.mockImplementation((_fd, bytes) => {
      taken.push(Uint8Array.from(bytes));
      return bytes.length;
    });
    writeRecordNow(record);
    writeRecordNow(record);
    expect(Buffer.concat(taken).toString()).toBe(`${line.slice(0, 7)}\n${line}${line}`);
  });

  it("throws when the pipe is broken, and when it stays full", () => {
    write.mockImplementation(() => {
      throw failure("EPIPE");
    });
    expect(() => writeRecordNow(record)).toThrow("EPIPE");
    expect(write).toHaveBeenCalledOnce();
    write.mockImplementation(() => {
      throw failure("EAGAIN");
    });
    expect(() => writeRecordNow(record)).toThrow("EAGAIN");
  });
});
