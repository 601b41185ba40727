/**
 * What a handler is made with besides its environment: by whoever runs it elsewhere than in Lambda, and by tests.
 */
import type { RecordSink } from "../../shared/audit/decision-record.ts";
import type { ShadowSink } from "../../shared/audit/shadow-record.ts";
import type { UpstreamSink } from "../../shared/audit/upstream-record.ts";
import type { SenderOptions } from "../../shared/connect/send.ts";
import type { CallerVerifier } from "../../shared/decide/verify-caller.ts";
import type { ObserverHandle } from "../../shared/observe/open-observer.ts";
import type { TableOptions } from "../../shared/principals/table.ts";
import type { ShadowOptions } from "../../shared/shadow/shadow.ts";

export interface HandlerOptions {
  /** The `package:` bundle, as parsed JSON. */
  readonly packagedBundle?: unknown;
  readonly onRecord?: RecordSink;
  /** Told what came of a call that was recorded before it was sent. */
  readonly onUpstream?: UpstreamSink;
  /** Told where a candidate bundle (`AUTHORIZER_SHADOW_BUNDLE`) would have decided otherwise. */
  readonly onDifference?: ShadowSink;
  /** How calls are compared with it, where the defaults are not wanted. */
  readonly shadowing?: ShadowOptions;
  /** What watches the calls, where it is not made from the environment here. */
  readonly observer?: ObserverHandle | undefined;
  /** How calls are sent, where the defaults are not wanted. */
  readonly sending?: SenderOptions;
  /** How the table of principals is read, where the defaults are not wanted. */
  readonly table?: TableOptions;
  /**
   * Given where no authorizer stands in front: each call's own token is verified, and what an event says of its caller
   * counts for nothing. Not given, it is the other way round, and there is no third.
   */
  readonly verifyCaller?: CallerVerifier;
}
