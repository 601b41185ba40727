import { describe, expect, it } from "vitest";
import { Deadline } from "../../../shared/connect/deadline.ts";
import {
  type RoleAssumer,
  type SessionCredentials,
  type SessionRequest,
  Sessions,
  type SessionsOptions,
} from "../../../shared/connect/session/sessions.ts";

const request: SessionRequest = {
  roleArn: "arn:aws:iam::123456789012:role/r",
  region: "us-east-1",
  sessionName: "alice",
  setsSourceIdentity: true,
  policies: [],
};

/** Sessions whose STS and clock are the test's. */
function fixture(options: SessionsOptions = {}) {
  const state = { nowMs: 0, asked: 0, fails: false, signals: [] as AbortSignal[], hangs: false };
  const assume: RoleAssumer = async (_, signal) => {
    state.asked++;
    state.signals.push(signal);
    const number = state.asked;
    if (state.hangs)
      await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    await Promise.resolve();
    if (state.fails) throw new Error("sts is down");
    const credentials: SessionCredentials = {
      accessKeyId: `key-${number}`,
      secretAccessKey: "s",
      sessionToken: "t",
      expiration: new Date(state.nowMs + 3_600_000),
    };
    return credentials;
  };
  const sessions = new Sessions(assume, { now: () => state.nowMs, ...options });
  const get = async (changes: Partial<SessionRequest> = {}, signal?: AbortSignal) => {
    const deadline = new Deadline(60_000, signal);
    try {
      return (await sessions.get({ ...request, ...changes }, deadline)).accessKeyId;
    } finally {
      deadline.close();
    }
  };
  return { state, sessions, get };
}

describe("a session", () => {
  it("is shared by concurrent calls and kept until five minutes before its end", async () => {
    const { state, get } = fixture();
    expect(await Promise.all([get(), get(), get()])).toEqual(["key-1", "key-1", "key-1"]);
    state.nowMs = 3_299_999;
    expect(await get()).toBe("key-1");
    state.nowMs = 3_300_000;
    expect(await Promise.all([get(), get()])).toEqual(["key-2", "key-2"]);
  });

  it.each<[string, Partial<SessionRequest>]>([
    ["caller", { sessionName: "bob" }],
    ["role", { roleArn: "arn:aws:iam::123456789012:role/other" }],
    ["external id", { externalId: "x1" }],
    ["policy", { policies: ["{}"] }],
    ["source identity", { setsSourceIdentity: false }],
  ])("is not another %s's", async (_, changes) => {
    const { get } = fixture();
    expect([await get(), await get(changes), await get()]).toEqual(["key-1", "key-2", "key-1"]);
  });

  it("serves on while it holds when its renewal fails, and is not renewed again at once", async () => {
    const { state, get } = fixture();
    await get();
    Object.assign(state, { nowMs: 3_400_000, fails: true });
    expect(await get()).toBe("key-1");
    expect(await get()).toBe("key-1");
    expect(state.asked).toBe(2);
    state.nowMs += 30_000;
    expect(await get()).toBe("key-1");
    expect(state.asked).toBe(3);
    // Half a minute before its end it is not used for a call any more.
    state.nowMs = 3_570_000;
    await expect(get()).rejects.toThrow("sts is down");
    state.fails = false;
    expect(await get()).toBe("key-5");
  });

  it("that STS refused is requested again", async () => {
    const { state, get } = fixture();
    state.fails = true;
    await expect(get()).rejects.toThrow("sts is down");
    state.fails = false;
    expect(await get()).toBe("key-2");
  });

  it("is forgotten when AWS does not take it, or when too many are newer", async () => {
    const { sessions, get } = fixture({ maxSessions: 2 });
    await get();
    sessions.forget(request);
    expect(await get()).toBe("key-2");
    await get({ sessionName: "bob" });
    expect(await get()).toBe("key-2");
    await get({ sessionName: "carol" });
    // Bob's was unused for longest.
    expect(await get()).toBe("key-2");
    expect(await get({ sessionName: "bob" })).toBe("key-5");
  });

  it("is no longer requested when the last caller has disconnected", async () => {
    const { state, get } = fixture();
    state.hangs = true;
    const [one, other] = [new AbortController(), new AbortController()];
    const waiting = [get({}, one.signal), get({}, other.signal)];
    one.abort();
    await expect(waiting[0]).rejects.toMatchObject({ kind: "cancelled" });
    expect(state.signals[0]?.aborted).toBe(false);
    other.abort();
    await expect(waiting[1]).rejects.toMatchObject({ kind: "cancelled" });
    expect(state.signals[0]?.aborted).toBe(true);
    state.hangs = false;
    expect(await get()).toBe("key-2");
  });

  it("that takes too long is answered as a time-out", async () => {
    const { state, get } = fixture({ timeoutMs: 10 });
    state.hangs = true;
    await expect(get()).rejects.toMatchObject({ failure: { kind: "timeout", status: 504 } });
  });
});
