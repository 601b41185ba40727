/** How `publish` writes to a store. */

/** What came of a bundle that was written: functions get it now, they get it later, or they keep the earlier one. */
export type Written = "live" | "later" | "takenBack";

export interface Writing {
  /** The revision that is written over; `undefined` where there is nothing yet. */
  readonly over: string | undefined;
  /** The bundle's. */
  readonly version: string;
}

export interface StoreWriter {
  /** Finds out whether it can be written, before anybody is asked. @throws UsageError if not */
  readonly prepare: () => Promise<void>;
  /** What a person should know of a text before it is written. */
  readonly noteOn: (text: string) => string | undefined;
  /** @throws UsageError if somebody else wrote in the meantime */
  readonly write: (text: string, writing: Writing) => Promise<Written>;
}

/** For deployments of AppConfig. */
export interface DeployOptions {
  /** Name or id; default: AppConfig.AllAtOnce. */
  readonly strategy?: string;
  /** Waits for the end of the deployment. */
  readonly waiting?: Waiting;
  /** Tells a person how it goes on. */
  readonly tell: (text: string) => void;
}

export interface Waiting {
  /** Default: as long as the strategy takes, and some minutes more. */
  readonly timeoutMinutes?: number;
  /** Between two looks. */
  readonly pauseMs: number;
}
