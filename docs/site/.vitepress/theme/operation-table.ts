/** All operations of the catalogue, to be filtered; each leads to its section on the page, which says the rest. */
import { computed, defineComponent, h, onMounted, ref, useId, type VNodeChild } from "vue";
import {
  choicesOf,
  everything,
  filterOperations,
  readWanted,
  type Wanted,
  writeWanted,
} from "../../operation-filter.ts";
import { data, type OperationFacts } from "../../operations.data.ts";

/** Rows before somebody asks for all of them. */
const shownFirst = 25;

const texts = [
  ["operation", "Operation or route"],
  ["action", "Action"],
] as const;
const lists = [
  ["area", "Area"],
  ["type", "Resource type"],
  ["key", "Condition key"],
] as const;

/** Head and content of each column. */
const columns: readonly (readonly [string, (row: OperationFacts) => VNodeChild])[] = [
  ["Operation", ({ name }) => h("a", { href: `#${name.toLowerCase()}` }, name)],
  ["Area", ({ area }) => area],
  ["Route", ({ route }) => h("code", route)],
  [
    "Actions",
    ({ actions }) => codes(actions.map((action) => (action.includes(":") ? action : `connect:${action}`))),
  ],
  ["Resource types", ({ resourceTypes }) => resourceTypes.join(", ")],
  ["Condition keys", ({ conditionKeys }) => codes(conditionKeys)],
  ["Decided by the URL", ({ byUrl }) => byUrl],
];

export const OperationTable = defineComponent({
  setup() {
    const wanted = ref<Wanted>(everything);
    const isWhole = ref(false);
    const id = useId();
    const choices = choicesOf(data);
    const found = computed(() => filterOperations(data, wanted.value));
    const shown = computed(() => (isWhole.value ? found.value : found.value.slice(0, shownFirst)));

    function want(part: Partial<Wanted>): void {
      wanted.value = { ...wanted.value, ...part };
      isWhole.value = false;
      const { pathname, hash } = location;
      history.replaceState(history.state, "", `${pathname}${writeWanted(wanted.value)}${hash}`);
    }

    onMounted(() => {
      wanted.value = readWanted(location.search);
    });

    const field = (name: keyof Wanted, label: string, control: VNodeChild) =>
      h("div", { class: "field" }, [h("label", { for: `${id}-${name}` }, label), control]);

    const filters = () =>
      h(
        "form",
        { role: "search", "aria-label": "Operations", onSubmit: (event: Event) => event.preventDefault() },
        [
          ...texts.map(([name, label]) =>
            field(
              name,
              label,
              h("input", {
                id: `${id}-${name}`,
                type: "search",
                autocomplete: "off",
                spellcheck: false,
                value: wanted.value[name],
                onInput: (event: Event) => want({ [name]: (event.target as HTMLInputElement).value }),
              }),
            ),
          ),
          ...lists.map(([name, label]) =>
            field(
              name,
              label,
              h(
                "select",
                {
                  id: `${id}-${name}`,
                  value: wanted.value[name],
                  onChange: (event: Event) => want({ [name]: (event.target as HTMLSelectElement).value }),
                },
                [
                  h("option", { value: "" }, "any"),
                  ...choices[name].map((value) =>
                    h("option", { value, selected: value === wanted.value[name] }, value),
                  ),
                ],
              ),
            ),
          ),
          h("button", { type: "button", onClick: () => want(everything) }, "Clear"),
        ],
      );

    const more = () => {
      const rest = found.value.length - shown.value.length;
      return rest === 0
        ? undefined
        : h(
            "button",
            {
              type: "button",
              onClick: () => {
                isWhole.value = true;
              },
            },
            `Show ${rest} more`,
          );
    };

    return () =>
      h("section", { class: "operations", "aria-label": "All operations" }, [
        filters(),
        h("p", { "aria-live": "polite" }, `${found.value.length} of ${data.length} operations`),
        table(shown.value),
        more(),
      ]);
  },
});

/** A table on a wide page, a list of cards on a phone: roles keep it a table however it is laid out. */
function table(rows: readonly OperationFacts[]): VNodeChild {
  const head = columns.map(([title]) => h("th", { scope: "col", role: "columnheader" }, title));
  const body = rows.map((row) =>
    h(
      "tr",
      { key: row.name, role: "row" },
      columns.map(([title, content], place) =>
        place === 0
          ? h("th", { scope: "row", role: "rowheader" }, [content(row)])
          : h("td", { role: "cell", "data-title": title }, [content(row)]),
      ),
    ),
  );
  return h("table", { role: "table" }, [
    h("thead", { role: "rowgroup" }, [h("tr", { role: "row" }, head)]),
    h("tbody", { role: "rowgroup" }, body),
  ]);
}

function codes(texts: readonly string[]): VNodeChild {
  return texts.flatMap((text, place) => (place === 0 ? [h("code", text)] : [" ", h("code", text)]));
}
