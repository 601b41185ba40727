/**
 * Amazon Connect's stand-in for timing: an HTTP server in a process of its own, so that its work is nobody else's.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What {@link startUpstream} asks the bench's program for. */
export const upstreamFlag = "as-upstream";

/** Starts the server; ends with {@link stopChild}. */
export async function startUpstream(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = fork(process.argv[1] ?? "", [`--${upstreamFlag}`], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [url] = await once(child, "message");
  return { url: String(url), child };
}

/** Ends a child process and waits for its end. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

const user = {
  User: {
    Id: "5a1d2c3b-0000-4000-8000-00000000000b",
    Arn: "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1/agent/5a1d2c3b-0000-4000-8000-00000000000b",
    Username: "jane.doe",
    IdentityInfo: { FirstName: "Jane", LastName: "Doe", Email: "jane.doe@example.com" },
    PhoneConfig: { PhoneType: "SOFT_PHONE", AutoAccept: false, AfterContactWorkTimeLimit: 30 },
    DirectoryUserId: "d-0001",
    SecurityProfileIds: ["7c2e1f00-0000-4000-8000-00000000000d"],
    RoutingProfileId: "2b6c1d00-0000-4000-8000-0000000000aa",
    HierarchyGroupId: "9d3f2e00-0000-4000-8000-0000000000bb",
    Tags: { team: "blue", site: "berlin" },
    LastModifiedTime: 1_700_000_000,
    LastModifiedRegion: "us-east-1",
  },
};
const created = { UserId: user.User.Id, UserArn: user.User.Arn };

/** Serves until the parent is gone. */
export async function runUpstream(): Promise<void> {
  const answers = { GET: JSON.stringify(user), PUT: JSON.stringify(created) };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const body = request.method === "PUT" ? answers.PUT : answers.GET;
      response
        .writeHead(200, {
          "content-type": "application/json",
          "x-amzn-requestid": "upstream",
          "content-length": body.length,
        })
        .end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  process.once("disconnect", () => process.exit());
}
