import { expect, it, vi } from "vitest";
import { CallSignal } from "../../shared/connect/call-signal.ts";

it("tells all who listen, once, in order, and gives the first reason", () => {
  const signal = new CallSignal();
  const heard: string[] = [];
  const listen = (name: string) => signal.addEventListener("abort", () => heard.push(name));
  listen("a");
  listen("b");
  expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
  signal.abort("first");
  signal.abort("second");
  listen("too late");
  expect(heard).toEqual(["a", "b"]);
  expect([signal.aborted, signal.reason]).toEqual([true, "first"]);
});

it("tells nobody who has stopped listening", () => {
  const signal = new CallSignal();
  const listener = vi.fn();
  signal.addEventListener("abort", listener);
  signal.removeEventListener("abort", listener);
  signal.abort("over");
  expect(listener).not.toHaveBeenCalled();
});

it("tells the others, too, when a listener throws, and does not hide what was thrown", async () => {
  const signal = new CallSignal();
  const [listener, onUncaught] = [vi.fn(), vi.fn()];
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").once("uncaughtException", onUncaught);
  try {
    signal.addEventListener("abort", () => {
      throw new Error("odd");
    });
    signal.addEventListener("abort", listener);
    signal.abort("over");
    expect(listener).toHaveBeenCalledOnce();
    await new Promise((resolve) => setImmediate(resolve));
    expect(onUncaught.mock.calls[0]?.[0]).toEqual(new Error("odd"));
  } finally {
    for (const each of before) process.on("uncaughtException", each);
  }
});
