/** What the tests of the configuration say of the drafts, before they are saved. */
import type { Issue } from "../../../../shared/errors.ts";
import type { DraftTests, ShownTest } from "../engine/protocol.ts";
import { count, failingTest } from "./file-list.tsx";

interface TestsProps {
  /** Absent while they are run for the first time. */
  readonly tests: DraftTests | undefined;
  readonly onGoTo: (place: Pick<Issue, "file" | "line" | "column">) => void;
}

/** So many are listed: those that fail first. */
const mostListed = 100;

export function Tests({ tests, onGoTo }: TestsProps) {
  switch (tests?.kind) {
    case undefined:
      return <p class="for">Running …</p>;
    case "none":
      return <p>None: there is no test in the folder tests.</p>;
    case "unusable":
      return <p>Not run: the configuration has errors.</p>;
    case "wrong":
      return <p>Not run: the files of tests have errors, which are among the findings.</p>;
    case "run":
      return <Results tests={tests.tests} onGoTo={onGoTo} />;
  }
}

function Results({ tests, onGoTo }: { readonly tests: readonly ShownTest[] } & Pick<TestsProps, "onGoTo">) {
  const failing = tests.filter(({ holds }) => !holds);
  const listed = [...failing, ...tests.filter(({ holds, note }) => holds && note !== undefined)];
  return (
    <>
      <p>{sumUp(tests.length, failing.length)}</p>
      <ul class="findings">
        {listed.slice(0, mostListed).map((test) => (
          <li
            key={`${test.file} ${test.line} ${test.name} ${test.why[0]}`}
            data-severity={test.holds ? "warning" : "error"}
          >
            <button type="button" class="link" onClick={() => onGoTo(test)}>
              {test.file}:{test.line}:{test.column}
            </button>
            <p>
              <span class="severity">{test.holds ? "passes, but" : "fails"}</span> {test.name}
            </p>
            {(test.holds ? [test.note] : test.why).map((line) => (
              <p key={line} class="because">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ul>
      {listed.length > mostListed ? <p class="for">and {listed.length - mostListed} more</p> : null}
    </>
  );
}

function sumUp(all: number, failing: number): string {
  if (failing === 0) return all === 1 ? "The one test passes." : `All ${count(all, "test")} pass.`;
  return `${failing.toLocaleString("en")} of ${count(all, "test")} ${failing === 1 ? "fails" : "fail"}.`;
}

/** Marks of the tests that fail, for the editor and the list of files. */
export function failuresOf(tests: DraftTests | undefined): readonly Issue[] {
  if (tests?.kind === "wrong") return tests.issues;
  if (tests?.kind !== "run") return [];
  return tests.tests
    .filter(({ holds }) => !holds)
    .map(({ file, line, column, name, why: [first = ""] }) => ({
      ...{ severity: "error", code: failingTest, path: "" },
      ...{ file, line, column, message: `the test \`${name}\` fails: ${first}` },
    }));
}
