/** What differs between two bundles: access, settings, and what is attached. */
import type { Bundle } from "../../../../shared/bundle/types.ts";
import { compareAttachments } from "../../../authoring/diff/compare-attachments.ts";
import { compareSettings, type SettingDifference } from "../../../authoring/diff/compare-configuration.ts";
import { compareAccess } from "../../../authoring/diff/prove.ts";
import type { BundleDifference } from "./rows.ts";

/** Compares two bundles; without an older one, everything that the newer allows is gained. */
export function compareBundles(
  older: Bundle | undefined,
  newer: Bundle,
  { hasPrincipalsTable = false }: { readonly hasPrincipalsTable?: boolean } = {},
): BundleDifference {
  const before = older ?? withoutAccess(newer);
  // Where nothing was, nothing is lost: a Deny or a boundary only limits what is new.
  const isTold = ({ change }: Pick<SettingDifference, "change">) => older || addsAccess(change);
  const access = compareAccess(before, newer, { hasPrincipalsTable }).filter(isTold);
  const settings = [
    ...compareSettings(before, newer).filter(isTold),
    ...(older ? compareAttachments(older, newer, access) : []),
  ];
  const gainsAccess = [...access, ...settings].some(({ change }) => addsAccess(change));
  return { older: older?.version ?? null, newer: newer.version, gainsAccess, access, settings };
}

function addsAccess(change: SettingDifference["change"]): boolean {
  return change === "gains" || change === "changes";
}

function withoutAccess(bundle: Bundle): Bundle {
  const { mode, tokenHeader } = bundle.config;
  const nothing = { instances: [], issuers: [], bindings: [], guardrails: [], routes: [] };
  return { ...bundle, config: { ...nothing, mode, tokenHeader }, policies: [] };
}
