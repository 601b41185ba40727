/**
 * Lists and searches page without gap or repeat: what is there from the first page to the last comes exactly once, whatever
 * is created and deleted between two pages.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { type Family, families, familyNamed } from "../../../../tools/local/connect/families/families.ts";
import { memberSets } from "../../../../tools/local/connect/families/member-set-table.ts";
import { findOperationServer } from "../../../../tools/local/connect/operations.ts";
import { createWorld, seedIds } from "../../../../tools/local/connect/seed.ts";
import type { World } from "../../../../tools/local/connect/world.ts";
import { casesOf } from "../../../random-cases.ts";
import { east, instances, smallSeed, west } from "../connect-fixture.ts";
import type { Input } from "./inputs.ts";
import { addressOf, isMade, listIn, type Made, Maker } from "./maker.ts";

/** What happens between two pages: whether something is created, and which of the passing ones is deleted. */
const between = fc.record({ creates: fc.boolean(), deletes: fc.option(fc.nat(), { nil: undefined }) });
const paging = fc.record({
  staying: fc.integer({ min: 1, max: 4 }),
  passing: fc.integer({ min: 0, max: 4 }),
  /** By turns, so that neither the first nor the last is always one that stays. */
  isMixed: fc.boolean(),
  size: fc.integer({ min: 1, max: 5 }),
  steps: fc.infiniteStream(between),
});
type Paging = typeof paging extends fc.Arbitrary<infer Value> ? Value : never;

interface Center {
  readonly world: World;
  readonly send: (operation: string, input: Input) => Promise<Input>;
}

function openCenter(): Center {
  const world = createWorld({ instances, seed: smallSeed });
  const send = async (operation: string, input: Input) =>
    (findOperationServer(operation)?.(input as never, world.in("us-east-1")) ?? {}) as Input;
  return { world, send };
}

interface Listed {
  readonly create: () => Promise<Made>;
  /** Absent for what Amazon Connect can't delete. */
  readonly remove: ((made: Made) => Promise<unknown>) | undefined;
  readonly page: (more: Input) => Promise<Input>;
  readonly isOne: (element: unknown, made: Made) => boolean;
}

/** Reads all pages; gives how often each of those that stay came. */
async function countOver({ staying, passing, isMixed, size, steps }: Paging, listed: Listed) {
  const stay: Made[] = [];
  const pass: Made[] = [];
  const order = Array.from({ length: staying + passing }, (_, at) => (isMixed ? at % 2 === 0 : at < staying));
  for (const isStaying of order) (isStaying ? stay : pass).push(await listed.create());
  const found: unknown[] = [];
  let token: unknown;
  do {
    const output = await listed.page({ MaxResults: size, NextToken: token });
    found.push(...listIn(output));
    token = output["NextToken"];
    const { value: step } = steps.next();
    if (step.creates && found.length < 100 && pass.length < 6) pass.push(await listed.create());
    const [gone] = step.deletes === undefined ? [] : pass.splice(step.deletes % (pass.length || 1), 1);
    if (gone) await listed.remove?.(gone);
  } while (token !== undefined);
  const counts = stay.map((made) => found.filter((element) => listed.isOne(element, made)).length);
  for (const made of [...stay, ...pass]) await listed.remove?.(made);
  return counts;
}

async function expectOnce(open: () => Promise<Listed> | Listed): Promise<void> {
  let listed = await open();
  await fc.assert(
    fc.asyncProperty(paging, async (plan) => {
      // Where nothing can be deleted, the quota would be reached.
      if (!listed.remove) listed = await open();
      const counts = await countOver(plan, listed);
      expect(counts).toEqual(counts.map(() => 1));
    }),
    { numRuns: casesOf(40), seed: 20_261_130 },
  );
}

describe("a list or search of a family", () => {
  const listings = [...families().values()].flatMap((family) => {
    const { create, list, search } = family.operations;
    const names = [list ?? [], family.special.lists ?? [], search ?? []].flat();
    return create === undefined ? [] : names.map((name) => [name, family] as const);
  });
  // Their inputs name the same user or resource each time, or there are at most two. One rule serves them with the others.
  const few = [
    "ListFlowAssociations",
    "ListTrafficDistributionGroupUsers",
    "ListSecurityKeys",
    // One for each type.
    "ListInstanceStorageConfigs",
    "ListUseCases",
    // One for each content.
    "ListViewVersions",
  ];

  it.each(listings.filter(([name]) => !few.includes(name)))("%s", async (name, family) => {
    await expectOnce(() => listingOf(name, family, openCenter()));
  });
});

async function listingOf(name: string, family: Family, { send }: Center): Promise<Listed> {
  const makers = [new Maker(send)];
  const instance = findOperation(name)?.members.find((member) => member.name === "InstanceId");
  // Without an instance, it lists those of all.
  const isOfAll = instance?.required !== true && family.parents.length === 0;
  if (isOfAll) makers.push(new Maker(send, west));
  const removing = family.operations.delete;
  let turn = 0;
  const create = () => (makers[turn++ % makers.length] ?? new Maker(send)).make(family, "minimal");
  const fixed = { ...(await makers[0]?.input(name, "minimal")), ...addressOf(name, await create()) };
  if (isOfAll) delete fixed["InstanceId"];
  for (const member of [family.key, family.natural ?? ""])
    if (!family.parents.includes(member)) delete fixed[member];
  return {
    create,
    remove: removing === undefined ? undefined : (made) => send(removing, { ...addressOf(removing, made) }),
    page: (more) => send(name, { ...fixed, ...more }),
    isOne: (element, made) => isMade(element, family, made),
  };
}

describe("a list inside a resource", () => {
  const lists = memberSets.flatMap((set) =>
    set.operations.list ? [[set.operations.list, set] as const] : [],
  );

  it.each(lists)("%s", async (name, set) => {
    const { world, send } = openCenter();
    const family = familyNamed(set.family);
    const maker = new Maker(send);
    const made = await maker.make(family, "minimal");
    const at = addressOf(name, made);
    const { [set.member]: elements, [set.member.replace(/s$/, "")]: element } = await maker.input(
      set.operations.add,
      "full",
    );
    const [template] = [elements ?? element].flat();
    const table = world.instance(east).table(family.name);
    const write = (change: (held: readonly unknown[]) => readonly unknown[]) => {
      const row = table.find(made.id);
      if (row)
        table.revise(row, {
          shape: { ...row.shape, [set.member]: change((row.shape[set.member] ?? []) as []) },
        });
    };
    write(() => []);
    let count = 0;
    await expectOnce(() => ({
      async create() {
        // In no order.
        const id = `${(++count * 7) % 10}-${count}`;
        if (set.names)
          world
            .instance(east)
            .table(set.names)
            .add({ id, shape: { Name: id } });
        write((held) => [...held, withIdentity(template, set.identity[0], id)]);
        return { id, input: {}, at: {}, arn: undefined };
      },
      async remove({ id }) {
        write((held) => held.filter((each) => !isNamed(each, id)));
      },
      page: (more) => send(name, { ...at, ...more }),
      isOne: (each, { id }) => isNamed(each, id),
    }));
  });

  it("ListSecurityProfilePermissions", async () => {
    const { send } = openCenter();
    const at = { InstanceId: east, SecurityProfileId: seedIds.agentProfile };
    let held: readonly string[] = [];
    let count = 0;
    const write = async (Permissions: readonly string[]) => {
      held = Permissions;
      await send("UpdateSecurityProfile", { ...at, Permissions });
    };
    await write([]);
    await expectOnce(() => ({
      async create() {
        const id = `${(++count * 7) % 10}-${count}`;
        await write([...held, id]);
        return { id, input: {}, at: {}, arn: undefined };
      },
      remove: ({ id }) => write(held.filter((each) => each !== id)),
      page: (more) => send("ListSecurityProfilePermissions", { ...at, ...more }),
      isOne: (each, { id }) => each === id,
    }));
  });
});

/** A copy of an element that is identified by another text. */
function withIdentity(element: unknown, path: string | undefined, id: string): unknown {
  if (path === undefined) return id;
  const [member = "", ...rest] = path.split(".");
  const inner: unknown = Reflect.get(Object(element), member);
  return { ...Object(element), [member]: rest.length === 0 ? id : withIdentity(inner, rest.join("."), id) };
}

function isNamed(element: unknown, id: string): boolean {
  return JSON.stringify(element).includes(JSON.stringify(id));
}
