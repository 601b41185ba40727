/**
 * The views, in the order of their links. To add one: a folder beside `access` with a component that takes
 * {@link ViewProps}, a row here, and its style in `style/`. Only views that work have a row.
 */
import type { ComponentType } from "preact";
import { AccessView } from "../access/access-view.tsx";
import { LiveView } from "../live/live-view.tsx";
import { PoliciesView } from "../policies/policies-view.tsx";
import { TryView } from "../try/try-view.tsx";
import type { ViewProps } from "./view-props.ts";

interface View {
  /** In the address: `#/access`. */
  readonly id: string;
  /** The text of its link, its heading and the page's title. */
  readonly name: string;
  readonly View: ComponentType<ViewProps>;
}

export const views: readonly [View, ...View[]] = [
  { id: "access", name: "Access", View: AccessView },
  { id: "try", name: "Try", View: TryView },
  { id: "live", name: "Live", View: LiveView },
  { id: "policies", name: "Policies", View: PoliciesView },
];
