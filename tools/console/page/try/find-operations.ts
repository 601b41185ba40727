/** Finds operations by words: of their names and areas, and by the words that people have for them ("hire a person"). */
import { lowerAscii } from "../../../../shared/ascii.ts";

export interface NamedOperation {
  /** `StopContactRecording`, or a route: `GET /agents/{id}`. */
  readonly name: string;
  /** `contacts` */
  readonly area: string;
}

/** They say nothing about an operation. */
const filler = new Set(
  "a an the of to for from in on at by with my our their his her its who whose what which is are be and or some any all new every me i we it this that".split(
    " ",
  ),
);

/** A word of people → what operations are called for it. Several words in a row may have one meaning. */
const meanings: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "hang up": "stop",
    "opening hours": "hours",
    "business hours": "hours",
    "phone call": "contact",
    "log in": "federation session",
    "sign in": "federation session",
    "text message": "chat sms outbound",
    "call back": "callback outbound",
    "real time": "current",
    "quality assurance": "evaluation",
    add: "create associate tag start put import claim",
    agent: "user agent",
    answer: "response",
    ask: "create",
    assign: "associate update assign",
    attach: "associate",
    audio: "recording prompt",
    ban: "delete disassociate",
    bind: "associate",
    bot: "bot lex",
    buy: "claim",
    call: "outbound contact",
    cancel: "stop delete",
    case: "contact",
    change: "update",
    close: "stop deactivate complete",
    colleague: "user",
    conversation: "contact chat",
    copy: "replicate import",
    customer: "contact participant",
    dashboard: "metric",
    detach: "disassociate",
    dial: "outbound",
    disable: "deactivate delete dismiss",
    download: "get attached",
    edit: "update",
    employee: "user",
    enable: "activate associate",
    end: "stop",
    erase: "delete",
    find: "search list get",
    finish: "stop complete",
    fire: "delete",
    form: "form",
    give: "associate update put",
    grade: "evaluation",
    group: "group hierarchy",
    greeting: "prompt",
    hire: "create",
    holiday: "override",
    invite: "create",
    ivr: "flow",
    kpi: "metric",
    language: "vocabulary",
    listen: "monitor",
    login: "federation session",
    look: "describe search get",
    mail: "email",
    make: "create start",
    member: "user",
    message: "chat message send",
    modify: "update",
    move: "transfer update",
    note: "attributes",
    number: "number",
    open: "create resume",
    overhear: "monitor",
    password: "user password",
    pause: "suspend pause",
    people: "user",
    permission: "security profile",
    person: "user",
    phone: "phone outbound",
    picture: "attached",
    play: "prompt",
    privilege: "security",
    queue: "queue",
    read: "describe get list",
    register: "create claim",
    release: "release",
    remove: "delete disassociate remove untag",
    rename: "update",
    report: "metric",
    reroute: "transfer routing",
    review: "evaluation",
    right: "security",
    role: "security profile",
    sack: "delete",
    schedule: "hours",
    score: "evaluation",
    see: "describe get list",
    send: "start outbound",
    set: "update put",
    shift: "hours",
    show: "describe get list",
    skill: "proficiency proficiencies",
    sms: "sms chat",
    speak: "voice outbound",
    staff: "user",
    statistic: "metric",
    status: "status",
    supervise: "monitor",
    survey: "evaluation",
    switch: "update transfer",
    tape: "recording",
    team: "group",
    telephone: "phone",
    ticket: "task contact",
    todo: "task",
    train: "evaluation",
    undo: "delete",
    unhire: "delete",
    upload: "attached upload",
    view: "describe view",
    voice: "voice",
    watch: "monitor",
    worker: "user",
    write: "create update",
  }).map(([word, means]) => [word, means.split(" ")] as const),
);

/** How well a word of the search fits: a word of the name, its beginning, another word for it, the area. */
const fits = { word: 6, begins: 4, meaning: 3, within: 2, area: 1 } as const;

export function findOperations<Found extends NamedOperation>(
  operations: readonly Found[],
  text: string,
): readonly Found[] {
  const wanted = wordsOf(text);
  if (wanted.length === 0) return [];
  const whole = lowerAscii(text.replace(/\s+/g, ""));
  return operations
    .map((operation) => ({ operation, score: scoreOf(operation, wanted, whole) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.operation.name < b.operation.name ? -1 : 1))
    .map(({ operation }) => operation);
}

interface Wanted {
  readonly word: string;
  readonly means: readonly string[];
}

function wordsOf(text: string): readonly Wanted[] {
  let left = ` ${lowerAscii(text)
    .split(/[^a-z0-9/{}.-]+/)
    .filter(Boolean)
    .join(" ")} `;
  const wanted: Wanted[] = [];
  for (const [phrase, means] of meanings) {
    if (!phrase.includes(" ") || !left.includes(` ${phrase} `)) continue;
    left = left.replace(` ${phrase} `, " ");
    wanted.push({ word: phrase, means });
  }
  const words = left.split(" ").filter(Boolean);
  const telling = words.filter((word) => !filler.has(word));
  for (const word of telling.length + wanted.length > 0 ? telling : words)
    wanted.push({ word, means: meanings.get(word) ?? meanings.get(singular(word)) ?? [] });
  return wanted;
}

/** What a word takes away that fits nowhere. */
const missed = 4;

/** 0 if less than half of the words fit. Names with fewer other words come first. */
function scoreOf({ name, area }: NamedOperation, wanted: readonly Wanted[], whole: string): number {
  const lower = lowerAscii(name);
  if (lower === whole) return 1_000;
  const parts = partsOf(name);
  const areaParts = lowerAscii(area).split(" ");
  let score = lower.startsWith(whole) ? 20 : 0;
  let fitting = 0;
  for (const each of wanted) {
    const fit = fitOf(each, { lower, parts, areaParts });
    if (fit > 0) fitting++;
    score += fit > 0 ? fit : -missed;
  }
  return fitting * 2 > wanted.length ? Math.max(score, 0) + 1 / (1 + parts.length) : 0;
}

interface Searched {
  readonly lower: string;
  readonly parts: readonly string[];
  readonly areaParts: readonly string[];
}

function fitOf({ word, means }: Wanted, { lower, parts, areaParts }: Searched): number {
  const one = singular(word);
  if (parts.some((part) => singular(part) === one)) return fits.word;
  if (parts.some((part) => part.startsWith(one))) return fits.begins;
  const meant = means.findIndex((each) => parts.some((part) => singular(part) === singular(each)));
  if (meant >= 0) return fits.meaning - meant / means.length;
  if (lower.includes(word)) return fits.within;
  const isArea = [one, ...means.map(singular)].some((each) =>
    areaParts.some((part) => part.startsWith(each)),
  );
  return isArea ? fits.area : 0;
}

/** `StopContactRecording` → `stop`, `contact`, `recording`. */
function partsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map(lowerAscii);
}

function singular(word: string): string {
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}
