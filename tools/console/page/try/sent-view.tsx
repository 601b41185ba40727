/** What the gateway answered: the headers that matter, and the body. */
import type { Report } from "../../../authoring/explain/report.ts";
import type { SentAnswer } from "../../api.ts";

const shownHeaders: ReadonlySet<string> = new Set([
  "x-amzn-errortype",
  "x-amzn-requestid",
  "apigw-requestid",
  "content-type",
  "www-authenticate",
  "retry-after",
  "x-local-connect",
]);

/** A longer one would make the page slow. */
const mostCharacters = 100_000;

interface SentProps {
  readonly sent: SentAnswer;
  readonly decided: Pick<Report, "outcome" | "summary">;
}

export function SentView({ sent, decided }: SentProps) {
  if (!sent.ok) return null;
  const body = pretty(sent.body);
  return (
    <section class="sent" aria-label="Answer of the gateway">
      <dl class="facts">
        {sent.headers
          .filter(([name]) => shownHeaders.has(name))
          .map(([name, value]) => (
            <div key={`${name} ${value}`}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {body === "" ? (
        <p class="hint">The answer has no body.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it is scrolled by keyboard as well
        <pre class="json" tabIndex={0}>
          {body.slice(0, mostCharacters)}
          {body.length > mostCharacters ? "\n…" : ""}
        </pre>
      )}
      <h2>Why</h2>
      <p>{decided.summary.replaceAll("`", "")}</p>
    </section>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
