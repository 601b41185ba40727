/** What both functions need, created once: policies, the table of principals, and the watchers of calls. */
import type { RecordSink, ShadowSink, UpstreamSink } from "../audit/record.ts";
import { createRecorder } from "../audit/recorder.ts";
import { type BundleSource, createBundleSource } from "../bundle/source/source.ts";
import { type ObserverHandle, openObserver } from "../observe/open-observer.ts";
import { readTraceHeader } from "../observe/trace-header.ts";
import { type AttachmentSource, createAttachmentSource, type TableOptions } from "../principals/table.ts";
import { callIdsOf } from "../request/event/call-ids.ts";
import type { HttpCall } from "../request/types.ts";
import type { Settings } from "../settings.ts";
import { createShadowOpener } from "../shadow/open-shadow.ts";
import type { ShadowOptions } from "../shadow/shadow.ts";
import { Trail, type WatchedCall } from "./trail.ts";

/** For tests, and for programs that run a function outside of Lambda. */
export interface FoundationOptions {
  /** The `package:` bundle, as parsed JSON. */
  readonly packagedBundle?: unknown;
  readonly onRecord?: RecordSink;
  /** Receives the result of each call that was recorded before it was sent. */
  readonly onUpstream?: UpstreamSink;
  /** Receives the calls that a candidate bundle (`AUTHORIZER_SHADOW_BUNDLE`) would have decided differently. */
  readonly onDifference?: ShadowSink;
  readonly shadowing?: ShadowOptions;
  /** Default: as the settings say. */
  readonly observer?: ObserverHandle | undefined;
  readonly table?: TableOptions;
}

export interface Foundation {
  readonly bundles: BundleSource;
  readonly attachments: AttachmentSource | undefined;
  readonly observer: ObserverHandle | undefined;
  /** Begins the trail of a call. Never rejects. */
  begin(
    stage: WatchedCall["stage"],
    call: Pick<HttpCall, "requestId" | "sourceIp">,
    from: { readonly event: unknown; readonly awsRequestId: string | undefined },
  ): Promise<Trail>;
}

export function layFoundation(settings: Settings, options: FoundationOptions): Foundation {
  const { packagedBundle, observer = openObserver(settings) } = options;
  const counting = observer ? { count: observer.count } : {};
  const bundles = createBundleSource(settings, packagedBundle, counting);
  const attachments = createAttachmentSource(settings, { ...counting, ...options.table });
  const recorder = createRecorder(settings, options);
  const openShadow = createShadowOpener(settings, packagedBundle, {
    onDifference: options.onDifference,
    ...counting,
    ...options.shadowing,
  });
  return {
    bundles,
    attachments,
    observer,
    async begin(stage, { requestId, sourceIp }, { event, awsRequestId }) {
      const trace = readTraceHeader(settings._X_AMZN_TRACE_ID);
      const watch = observer && (await observer.ready)?.begin(trace);
      const ids = { requestId, ...callIdsOf(event, awsRequestId, trace?.traceId) };
      const watchers = { recorder, watch, shadow: await openShadow?.() };
      return new Trail({ stage, ids, sourceIp }, watchers);
    },
  };
}
