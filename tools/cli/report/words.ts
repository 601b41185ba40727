/** The three words and the changes as the page shows them: a sign and a word, so that no colour is needed. */
import type { AccessWord } from "../../../shared/reach/operation-reach.ts";
import type { CellChangeKind } from "../../authoring/access/compare-models.ts";
import { type Html, html } from "./html.ts";

const words = {
  always: { sign: "●", style: "a" },
  sometimes: { sign: "◐", style: "s" },
  never: { sign: "–", style: "v" },
} as const satisfies Record<AccessWord, object>;

const changes = {
  gained: { sign: "+", style: "g" },
  changed: { sign: "~", style: "g" },
  lost: { sign: "−", style: "l" },
} as const satisfies Record<CellChangeKind, object>;

export function wordBadge(word: AccessWord, link?: string): Html {
  const { sign, style } = words[word];
  if (link === undefined)
    return html`<span class="w ${style}"><i aria-hidden="true">${sign}</i>${word}</span>`;
  return html`<a class="w ${style}" href="${link}"><i aria-hidden="true">${sign}</i>${word}</a>`;
}

export function changeBadge(kind: CellChangeKind): Html {
  const { sign, style } = changes[kind];
  return html`<span class="w ${style}"><i aria-hidden="true">${sign}</i>${kind}</span>`;
}
