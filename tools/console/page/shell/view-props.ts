/** What the shell tells a view. */
import type { GivenConfiguration } from "../../api.ts";

export interface ViewProps {
  /** Another object each time that it changes. */
  readonly configuration: GivenConfiguration;
  /** What follows the view's name in the address: `#/access?find=user`. */
  readonly query: URLSearchParams;
  /** Whether the gateway answers. */
  readonly isConnected: boolean;
  /** Whether there is such a view to link to. */
  readonly hasView: (id: string) => boolean;
}
