/** What is looked for among the calls, and the buttons that stop, forget and open them. */
import { isOutcomeChoice, outcomeChoices, type WantedCalls } from "./calls/filter-calls.ts";

interface ToolbarProps {
  readonly wanted: WantedCalls;
  readonly setWanted: (wanted: WantedCalls) => void;
  /** Whether records of a file are shown. */
  readonly isOpened: boolean;
  readonly isPaused: boolean;
  readonly onPause: () => void;
  readonly onClear: () => void;
  readonly onOpen: () => void;
  readonly onLive: () => void;
}

const fields = [
  ["operation", "Operation", "delete user"],
  ["caller", "Caller", "name, id or group"],
  ["text", "Anything", "policy or ARN"],
] as const;

export function LiveToolbar(props: ToolbarProps) {
  const { wanted, setWanted, isOpened, isPaused, onPause, onClear, onOpen, onLive } = props;
  return (
    <search class="toolbar">
      <div class="field">
        <label for="outcome">Outcome</label>
        <select
          id="outcome"
          value={wanted.outcome}
          onChange={({ currentTarget: { value } }) => {
            if (isOutcomeChoice(value)) setWanted({ ...wanted, outcome: value });
          }}
        >
          {Object.entries(outcomeChoices).map(([id, text]) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
        </select>
      </div>
      {fields.map(([id, label, example]) => (
        <div class="field" key={id}>
          <label for={`calls-${id}`}>{label}</label>
          <input
            id={`calls-${id}`}
            type="search"
            value={wanted[id]}
            placeholder={example}
            onInput={({ currentTarget }) => setWanted({ ...wanted, [id]: currentTarget.value })}
          />
        </div>
      ))}
      <div class="buttons">
        {isOpened ? (
          <button type="button" class="quiet" onClick={onLive}>
            Back to live
          </button>
        ) : (
          <>
            <button type="button" class="quiet" onClick={onPause}>
              {isPaused ? "Continue" : "Pause"}
            </button>
            <button type="button" class="quiet" onClick={onClear}>
              Clear
            </button>
          </>
        )}
        <button type="button" class="quiet" onClick={onOpen}>
          Open records
        </button>
      </div>
    </search>
  );
}
