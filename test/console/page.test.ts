/** The parts of the console's page that need no browser. */

import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import {
  type Choice,
  shownColumns,
  shownItems,
  type Wanted,
} from "../../tools/console/page/access/shown-items.ts";
import { offsetToSee, spotAfter, visiblePart } from "../../tools/console/page/access/visible-part.ts";
import { compareConfigurations } from "../../tools/console/page/engine/compare-configurations.ts";
import { OpenAccess } from "../../tools/console/page/engine/open-access.ts";
import { linesOf } from "../../tools/console/page/engine/show-statement.ts";
import { Buffer as PageBuffer } from "../../tools/console/page/instead-of-node/buffer.ts";

describe("instead of Node.js's `Buffer`", () => {
  it("bytes are the same, whatever the ASCII text", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.base64String(),
      fc.string().map((each) => `${each}==`),
    );
    fc.assert(
      fc.property(text, fc.constantFrom("utf8", "base64", "base64url"), (written, encoding) => {
        const [own, page] = [Buffer.from(written, encoding), PageBuffer.from(written, encoding)];
        expect([...page]).toEqual([...own]);
        for (const form of ["utf8", "base64", "base64url", "hex"] as const)
          expect(page.toString(form)).toBe(own.toString(form));
      }),
    );
  });
});

describe("the part of a table that is in the document", () => {
  it("holds all that can be seen, and not much more", () => {
    const scrolled = fc.record({ offset: fc.nat(100_000), extent: fc.nat(2_000) });
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 200 }), scrolled, (count, size, view) => {
        const { from, to } = visiblePart(count, size, view, 3);
        expect(0 <= from && from <= to && to <= count).toBe(true);
        expect(to - from).toBeLessThanOrEqual(view.extent / size + 4 * 3);
        for (let place = 0; place < count; place += 7) {
          const isSeen = (place + 1) * size > view.offset && place * size < view.offset + view.extent;
          if (isSeen) expect(from <= place && place < to).toBe(true);
        }
      }),
    );
  });

  it("is scrolled no further than needed", () => {
    const view = { offset: 100, extent: 100 };
    expect([2, 5, 9, 10, 30].map((place) => offsetToSee(place, 10, view))).toEqual([20, 50, 90, 100, 210]);
  });

  it("is moved in by keys, and not left", () => {
    const size = { lines: 50, columns: 6, page: 10 };
    const goes = (key: string, place: number, at: number, hasCtrl = false) => {
      const spot = spotAfter(key, hasCtrl, { place, at }, size);
      return spot && [spot.place, spot.at];
    };
    expect(goes("ArrowDown", 49, 2)).toEqual([49, 2]);
    expect(goes("ArrowUp", 1, 2)).toEqual([0, 2]);
    expect(goes("ArrowLeft", 1, 0)).toEqual([1, 0]);
    expect(goes("ArrowRight", 1, 5)).toEqual([1, 5]);
    expect(goes("PageDown", 45, 1)).toEqual([49, 1]);
    expect(goes("PageUp", 25, 1)).toEqual([15, 1]);
    expect(goes("Home", 25, 3)).toEqual([25, 0]);
    expect(goes("End", 25, 3, true)).toEqual([49, 5]);
    expect(goes("Tab", 25, 3)).toBeUndefined();
  });
});

describe("what is shown of the table", () => {
  const outline = {
    rows: [
      { name: "CreateUser", area: "users", escalates: "it makes users" },
      { name: "DeleteUser", area: "users" },
      { name: "DeleteQueue", area: "queues & routing" },
    ],
    columns: ["groups admins", "groups readers"],
    words: ["always", "sometimes", "never"],
  } as const;
  const known = new Map([
    [0, { words: Uint8Array.of(0, 0, 2), shorts: new Map() }],
    [1, { words: Uint8Array.of(2, 0, 2), shorts: new Map() }],
  ]);
  const show = (wanted: Partial<Wanted>) => {
    const whole: Wanted = { operation: "", binding: "", choice: "all", closed: new Set(), ...wanted };
    const columns = shownColumns(outline, whole);
    return shownItems(outline, whole, { known, columns }).map((item) =>
      item.kind === "area" ? `${item.name} ${item.count}` : outline.rows[item.row]?.name,
    );
  };

  it("is what has all words that one looks for, by area", () => {
    expect(show({})).toEqual(["users 2", "CreateUser", "DeleteUser", "queues & routing 1", "DeleteQueue"]);
    expect(show({ operation: "user DELETE" })).toEqual(["users 1", "DeleteUser"]);
    expect(show({ operation: "routing" })).toEqual(["queues & routing 1", "DeleteQueue"]);
    expect(show({ operation: "constructor" })).toEqual([]);
    expect(show({ closed: new Set(["users"]) })).toEqual(["users 2", "queues & routing 1", "DeleteQueue"]);
  });

  it("is what the bindings that are shown may do, or may not", () => {
    const named = (choice: Choice, binding = "") =>
      show({ choice, binding }).filter((name) => /^[A-Z]/.test(name ?? ""));
    expect(named("someone")).toEqual(["CreateUser", "DeleteUser"]);
    expect(named("someone", "readers")).toEqual(["DeleteUser"]);
    expect(named("nobody")).toEqual(["DeleteQueue"]);
    expect(named("differ")).toEqual(["CreateUser"]);
    expect(named("escalating")).toEqual(["CreateUser"]);
  });
});

it("shows a statement as the lines of its file, marked without what they are indented by", () => {
  const text = '{\n  "Statement": [{ "Effect": "Allow",\r\n      "Action": "*" }, {}]\n}';
  const start = text.indexOf('{ "Effect');
  const lines = linesOf(text, start, text.indexOf("}, {}") + 1);
  expect(lines.map(({ number, text: line, from, to }) => [number, line.slice(from, to)])).toEqual([
    [2, '{ "Effect": "Allow",'],
    [3, '"Action": "*" }'],
  ]);
});

describe("a configuration that the page has opened", () => {
  const path = "policies/deny-delete-update-users.json";

  async function given() {
    const loaded = await loadConfiguration("examples/aws");
    if (!loaded.ok) throw new Error("the examples cannot be used");
    const { bundle, warnings } = loaded;
    const files = [{ path, text: await readFile(`examples/aws/${path}`, "utf8") }];
    return { ok: true, name: "examples", prefix: "examples/aws/", bundle, files, warnings } as const;
  }

  const denyOf = (access: OpenAccess) => {
    const { rows, columns } = access.outline;
    const row = rows.findIndex(({ name }) => name === "DeleteUser");
    const cell = access.cell(row, columns.indexOf("groups operators"));
    expect(cell.word).toBe(
      access.outline.words[access.column(columns.indexOf("groups operators")).words[row] ?? -1],
    );
    return cell.statements.find(({ effect }) => effect === "Deny");
  };

  it("shows statements as their files have them, or as the bundle does", async () => {
    const configuration = await given();
    const marked = (statement: ReturnType<typeof denyOf>) =>
      JSON.parse((statement?.lines ?? []).map(({ text, from, to }) => text.slice(from, to)).join("\n"));
    const written = denyOf(new OpenAccess(configuration));
    expect(written).toMatchObject({ file: `examples/aws/${path}`, line: 4, isFromFile: true });
    const known = denyOf(new OpenAccess({ ...configuration, files: [] }));
    expect(known?.isFromFile).toBe(false);
    expect([marked(known).Sid, marked(written).Sid]).toEqual([
      "DenyDeleteAndUpdateUsers",
      "DenyDeleteAndUpdateUsers",
    ]);
    // A file that was changed since, so that it has other text there.
    const changed = denyOf(new OpenAccess({ ...configuration, files: [{ path, text: "\n".repeat(400) }] }));
    expect(changed?.isFromFile).toBe(false);
    expect(() => new OpenAccess(configuration).cell(1_000_000, 0)).toThrow(RangeError);
  });

  it("is compared with another one", async () => {
    const configuration = await given();
    const { bundle } = configuration;
    const policies = bundle.policies.filter(({ file }) => file !== path);
    const bindings = bundle.config.bindings.map((each) => ({
      ...each,
      policies: each.policies.filter((name) => policies.some((policy) => policy.name === name)),
    }));
    const other = {
      ...configuration,
      bundle: { ...bundle, version: "other", policies, config: { ...bundle.config, bindings } },
    };
    const changes = compareConfigurations(configuration, other);
    expect(changes).toContainEqual({
      kind: "gained",
      operation: "DeleteUser",
      binding: "groups operators",
      before: "sometimes",
      after: "always",
    });
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(["gained"]));
  });
});
