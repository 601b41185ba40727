/** What is in place of the table before the first call: how to make one. */
import { useEffect, useState } from "preact/hooks";
import { readFirstCalls } from "../shell/gateway.ts";

export function NoCalls({ hasView }: { readonly hasView: (id: string) => boolean }) {
  const [commands, setCommands] = useState<readonly string[]>([]);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    readFirstCalls().then(
      (answer) => setCommands(answer.commands),
      // The shell says that the gateway does not answer.
      () => undefined,
    );
  }, []);
  const text = commands.join("\n");
  return (
    <section class="no-calls" aria-labelledby="no-calls">
      <h2 id="no-calls">No calls yet</h2>
      <p>
        Each call that this gateway decides appears here, the newest first. A gateway that was started with{" "}
        <code>--live</code> makes calls by itself.{" "}
        {hasView("try") ? <a href="#/try">Try a call</a> : "Make a call"}
        {hasView("try") ? ", or make one in a terminal:" : " in a terminal:"}
      </p>
      {text === "" ? null : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it is scrolled by keyboard as well */}
          <pre tabIndex={0}>{text}</pre>
          <button
            type="button"
            class="quiet"
            onClick={() => navigator.clipboard.writeText(`${text}\n`).then(() => setCopied(true))}
          >
            {isCopied ? "Copied" : "Copy the commands"}
          </button>
        </>
      )}
    </section>
  );
}
