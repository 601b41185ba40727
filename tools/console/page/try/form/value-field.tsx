/** One value of the form: a field for what is single, a group for what has parts, which are values again. */
import { isPlainObject } from "../../../../../shared/shape.ts";
import { Adder, KeyField } from "./adder.tsx";
import { memberOf, startOf } from "./form-value.ts";
import type { Shape } from "./shape.ts";
import { type FieldProps, Remove, SingleField } from "./single-field.tsx";

type Json = Readonly<Record<string, unknown>>;

export function ValueField(props: FieldProps) {
  switch (props.shape.kind) {
    case "structure":
    case "oneOf":
    case "list":
    case "map":
      return <Group {...props} />;
    default:
      return <SingleField {...props} />;
  }
}

interface MemberListProps extends Pick<FieldProps, "shape" | "path" | "onValue" | "onFocus"> {
  readonly value: Json;
}

export function MemberList({ shape, value, path, onValue, onFocus }: MemberListProps) {
  const members = "members" in shape ? shape.members : [];
  const shown = members.filter(({ name, isRequired }) => isRequired || Object.hasOwn(value, name));
  const absent = members.filter((each) => !shown.includes(each));
  const add = (name: string) => {
    const its = memberOf(shape, name);
    if (its === undefined) return;
    onValue({ ...value, [name]: startOf(its.shape) });
    onFocus(pathIn(path, name));
  };
  const remove = (name: string) => {
    const { [name]: _, ...rest } = value;
    onValue(rest);
    onFocus(`${path}+`);
  };
  return (
    <>
      {shown.map(({ name, isRequired, shape: inner }) => (
        <ValueField
          key={name}
          shape={inner}
          path={pathIn(path, name)}
          label={name}
          isRequired={isRequired}
          value={Object.hasOwn(value, name) ? value[name] : undefined}
          onValue={(next) => onValue({ ...value, [name]: next })}
          onFocus={onFocus}
          onRemove={isRequired ? undefined : () => remove(name)}
        />
      ))}
      {absent.length === 0 ? null : <Adder path={path} absent={absent} onAdd={add} />}
    </>
  );
}

function pathIn(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function Group(props: FieldProps) {
  const { shape, label, path, value, onValue, onFocus, onRemove } = props;
  return (
    <fieldset class="part" data-at={path}>
      <legend>
        {label}
        {shape.kind === "oneOf" ? <span class="hint"> one of</span> : null}
      </legend>
      {shape.kind === "list" ? (
        <List {...props} item={shape.item} items={Array.isArray(value) ? value : []} />
      ) : shape.kind === "map" ? (
        <Entries {...props} item={shape.item} entries={Object.entries(isPlainObject(value) ? value : {})} />
      ) : shape.kind === "oneOf" ? (
        <OneOf {...props} />
      ) : (
        <MemberList {...{ shape, path, onValue, onFocus }} value={isPlainObject(value) ? value : {}} />
      )}
      {onRemove === undefined ? null : (
        <div class="row">
          <Remove path={path} label={label} onRemove={onRemove} />
        </div>
      )}
    </fieldset>
  );
}

function OneOf({ shape, path, value, onValue, onFocus }: FieldProps) {
  const [name = "", inner] = Object.entries(isPlainObject(value) ? value : {})[0] ?? [];
  const members = "members" in shape ? shape.members : [];
  const its = memberOf(shape, name);
  return (
    <>
      <div class="field part">
        <label for={`which-${path}`}>Which</label>
        <select
          id={`which-${path}`}
          value={name}
          onChange={({ currentTarget }) => {
            const next = memberOf(shape, currentTarget.value);
            if (next) onValue({ [next.name]: startOf(next.shape) });
          }}
        >
          {its === undefined ? <option value="" /> : null}
          {members.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </select>
      </div>
      {its === undefined ? null : (
        <ValueField
          key={name}
          shape={its.shape}
          path={`${path}.${name}`}
          label={name}
          isRequired
          value={inner}
          onValue={(next) => onValue({ [name]: next })}
          onFocus={onFocus}
        />
      )}
    </>
  );
}

interface ListProps extends FieldProps {
  readonly item: Shape;
  readonly items: readonly unknown[];
}

function List({ item, items, path, label, onValue, onFocus }: ListProps) {
  return (
    <>
      {items.map((each, at) => (
        <ValueField
          key={at}
          shape={item}
          path={`${path}.${at}`}
          label={`${label} ${at + 1}`}
          isRequired={false}
          value={each}
          onValue={(next) => onValue(items.with(at, next))}
          onFocus={onFocus}
          onRemove={() => {
            onValue(items.toSpliced(at, 1));
            onFocus(`${path}+`);
          }}
        />
      ))}
      <div class="row" data-at={`${path}+`}>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            onValue([...items, startOf(item)]);
            onFocus(`${path}.${items.length}`);
          }}
        >
          Add an item<span class="unseen"> to {path}</span>
        </button>
      </div>
    </>
  );
}

interface EntriesProps extends FieldProps {
  readonly item: Shape;
  readonly entries: readonly (readonly [string, unknown])[];
}

function Entries({ item, entries, path, onValue, onFocus }: EntriesProps) {
  const set = (at: number, entry: readonly [string, unknown]) =>
    onValue(Object.fromEntries(entries.with(at, entry)));
  return (
    <>
      {entries.map(([name, each], at) => (
        // By its place: its name changes while somebody writes it.
        <div class="entry" key={at}>
          <KeyField
            path={`${path}.${at}`}
            name={name}
            others={new Set(entries.flatMap(([other], place) => (place === at ? [] : [other])))}
            onName={(next) => set(at, [next, each])}
          />
          <ValueField
            shape={item}
            path={`${path}.${at}.value`}
            label={`Value of ${name === "" ? `entry ${at + 1}` : name}`}
            isRequired={false}
            value={each}
            onValue={(next) => set(at, [name, next])}
            onFocus={onFocus}
            onRemove={() => {
              onValue(Object.fromEntries(entries.toSpliced(at, 1)));
              onFocus(`${path}+`);
            }}
          />
        </div>
      ))}
      <div class="row" data-at={`${path}+`}>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            onValue(Object.fromEntries([...entries, [newKey(entries), startOf(item)]]));
            onFocus(`${path}.${entries.length}`);
          }}
        >
          Add an entry<span class="unseen"> to {path}</span>
        </button>
      </div>
    </>
  );
}

function newKey(entries: readonly (readonly [string, unknown])[]): string {
  const names = new Set(entries.map(([name]) => name));
  for (let at = 1; ; at++) {
    const name = at === 1 ? "key" : `key${at}`;
    if (!names.has(name)) return name;
  }
}
