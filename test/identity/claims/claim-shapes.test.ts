/**
 * What the claims of a token say, whatever their shape: a list, one text, a number, or only a pointer to the value.
 */
import { describe, expect, it } from "vitest";
import { createBindingFinder } from "../../../shared/bundle/binding-layers.ts";
import { CodedError } from "../../../shared/errors.ts";
import { readNumberTexts } from "../../../shared/identity/claims/numbers.ts";
import { carryPrincipal } from "../../../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import { decodePrincipal, encodePrincipal } from "../../../shared/identity/principal/principal-context.ts";
import { isClaimKnown, readPrincipalKeys } from "../../../shared/identity/principal/principal-keys.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { ClaimMapping, GroupSplit, VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { casesOf } from "../../random-cases.ts";

const token = { iss: "https://issuer.test", exp: 1000, sub: "alice" };

/** Mints from the JSON text, as a token's payload is read. */
function mintText(payload: string, mapping: Partial<ClaimMapping> = {}): VerifiedPrincipal {
  return mintPrincipal(JSON.parse(payload), { id: "sub", ...mapping }, { payload });
}
const mint = (claims: object, mapping: Partial<ClaimMapping> = {}) =>
  mintText(JSON.stringify({ ...token, ...claims }), mapping);
const groupsOf = (groups: unknown, split?: GroupSplit) =>
  mint({ groups }, { groups: split ? { claim: "groups", split } : "groups" }).groups;
const refusalOf = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof TokenError) return error.refusal;
    throw error;
  }
  return "none";
};
const splits = [undefined, "space", "comma", "json"] as const;

describe("groups", () => {
  it.each(splits)("of a list are its names, once each, whatever a text is split by (%s)", (split) => {
    expect(groupsOf(["a", "b", "", "a"], split)).toEqual(["a", "b"]);
    const odd = ["Call Center", "CN=ops,OU=x", "[a]", "a\tb", " a"];
    expect(groupsOf(odd, split)).toEqual(odd);
    for (const none of [[], [""], "", null, undefined]) expect(groupsOf(none, split)).toEqual([]);
    for (const wrong of [7, true, { a: true }, ["a", 7], ["a", null], [["a"]], [{ a: 1 }]])
      expect(refusalOf(() => groupsOf(wrong, split))).toBe("groups");
  });

  it.each([
    "a",
    "Call Center",
    "sales/emea",
    "arn:x:y",
    "Größe (EMEA)",
    "O'Neil",
    "the Neils'",
    "a->b",
    "a+b",
    "a\\b",
    "7",
  ])("of a text are that one group: %s", (text) => {
    expect(groupsOf(text)).toEqual([text]);
  });

  it.each([
    "[frozen, dev]",
    "[frozen]",
    '["frozen","dev"]',
    '"frozen"',
    '{"frozen":true}',
    "{frozen}",
    "frozen,dev",
    "frozen, dev",
    "frozen;dev",
    "frozen|dev",
    "frozen\tdev",
    "frozen\ndev",
    "frozen\u2028dev",
    "frozen\u0085dev",
    "'frozen'",
    "`frozen`",
    "(frozen",
    "frozen)",
    "<frozen",
    "frozen>",
    " frozen",
    "frozen\u00a0",
  ])("are not had from a text that looks like a list, or like a piece of one: %j", (text) => {
    expect(refusalOf(() => groupsOf(text))).toBe("groupList");
  });

  it.each<[GroupSplit, string, readonly string[]]>([
    ["space", "a b", ["a", "b"]],
    ["space", "  a  b a ", ["a", "b"]],
    ["space", "a", ["a"]],
    ["comma", "a,b", ["a", "b"]],
    ["comma", " Call Center , b,,a, a", ["Call Center", "b", "a"]],
    ["comma", "a", ["a"]],
    ["json", '["a","b","a",""]', ["a", "b"]],
    ["json", ' [ "Sales, EMEA" , "[x]" ] ', ["Sales, EMEA", "[x]"]],
    ["json", "[]", []],
    ["json", "Call Center", ["Call Center"]],
    ["json", "[frozen, dev]", ["frozen", "dev"]],
    ["json", "[frozen,dev]", ["frozen", "dev"]],
    ["json", "[Call Center, 00123, , Größe]", ["Call Center", "00123", "Größe"]],
  ])("are split as configured, by %s: %j", (split, text, expected) => {
    expect(groupsOf(text, split)).toEqual(expected);
  });

  it.each<[GroupSplit, string, string]>([
    ["space", "a,b c", "groupForm"],
    ["space", "[a b]", "groupForm"],
    ["space", '["a" "b"]', "groupForm"],
    ["space", "a\tb c", "groupForm"],
    ["space", "a\u00a0b c", "groupForm"],
    ["space", "a\u3000b", "groupForm"],
    ["space", "(a b)", "groupForm"],
    ["comma", "((a, b))", "groupForm"],
    ["space", "'a' 'b'", "groupForm"],
    ["comma", "'a','b'", "groupForm"],
    ["comma", "`a`, `b`", "groupForm"],
    ["comma", "(a, b)", "groupForm"],
    ["comma", "<a, b>", "groupForm"],
    ["comma", "Sales (EU, US)", "groupForm"],
    ["json", "['a', 'b']", "groupForm"],
    ["comma", "[a, b]", "groupForm"],
    ["comma", '["a","b"]', "groupForm"],
    ["comma", "a;b,c", "groupForm"],
    ["comma", "a,\nb", "groupForm"],
    ["json", "a,b", "groupForm"],
    ["json", "[c++, dev]", "groupForm"],
    ["json", "[Call+Center, dev]", "groupForm"],
    ["json", "[Sales%2C+EMEA, dev]", "groupForm"],
    ["json", "Call+Center", "groupForm"],
    ["json", "['a'; 'b']", "groupForm"],
    ["json", "[[a], b]", "groupForm"],
    ["json", "[a, b", "groupForm"],
    ["json", '{"a":true}', "groupForm"],
    ["json", '"a"', "groupForm"],
    ["json", "null", "groupForm"],
    ["json", "7", "groupForm"],
    ["json", '["a",7]', "groups"],
    ["json", '[["a"],"b"]', "groups"],
    ["json", '["a",null]', "groups"],
  ])("are refused when a text is not of the configured form, %s: %j", (split, text, refusal) => {
    expect(refusalOf(() => groupsOf(text, split))).toBe(refusal);
  });
});

describe("a claim that is split into groups", () => {
  it.each<[GroupSplit, unknown]>([
    ["space", "ops frozen"],
    ["comma", "ops, frozen"],
    ["json", '["ops","frozen"]'],
    ["json", "[ops, frozen]"],
    ["json", ["ops", "frozen"]],
  ])("is the same list where a policy or a binding asks for the claim itself, by %s: %j", (split, value) => {
    for (const name of ["groups", "custom:groups", "https://example.com/groups"]) {
      const principal = mint({ [name]: value }, { groups: { claim: name, split } });
      expect(readPrincipalKeys(principal).get(`jwt:${name}`)).toEqual(["ops", "frozen"]);
      const binding = { match: { claims: { [name]: ["frozen"] } }, policies: ["deny"] };
      expect(createBindingFinder([binding])(principal)).toEqual([{ binding, fit: "certain" }]);
    }
  });
});

describe("a claim that a token only points to", () => {
  const sources = { src1: { endpoint: "https://graph.test/members" } };
  /** Every way to point to the claim of a name. */
  const pointers = (name: string): readonly object[] => [
    { _claim_names: { [name]: "src1" }, _claim_sources: sources },
    { _claim_names: { [name]: "src1" } },
    { _claim_names: { [name]: "src1", other: "src2" }, [name]: ["part"] },
    { _claim_names: { [name.toUpperCase()]: "src1" } },
    { [name]: "src1", _claim_sources: sources },
    { [name]: "src1", _claim_names: {}, _claim_sources: sources },
    { [`has${name}`]: true },
    { [`has${name}`]: "True" },
    { [`has_${name}`]: "1" },
    { [`has${name}`]: ["true"] },
    { [`${name}:src1`]: "https://graph.test/members" },
    { [`${name}.link`]: "https://graph.test/members" },
  ];
  const unreadable: readonly object[] = [
    { _claim_names: ["x"] },
    { _claim_names: "x" },
    { _claim_names: true },
    { _claim_sources: sources },
    { _claim_names: {}, _claim_sources: sources },
    { _sd: ["digest"], _sd_alg: "sha-256" },
  ];
  /** Each mapped claim, under names of several forms. */
  const mapped = ["employee", "custom:thing", "https://example.com/thing"].flatMap((name) =>
    (
      [
        { id: name },
        { name },
        { groups: name },
        { groups: { claim: name, split: "json" } },
        { tags: { t: name } },
      ] as const
    ).map((mapping): [string, Partial<ClaimMapping>] => [name, mapping]),
  );

  it.each(mapped)("refuses the token where it is mapped: %s in %j", (name, mapping) => {
    for (const pointer of [...pointers(name), ...unreadable]) {
      const present = { employee: "x", "custom:thing": "x", "https://example.com/thing": "x" };
      expect(
        refusalOf(() => mint(pointer, mapping)),
        JSON.stringify(pointer),
      ).toBe("pointed");
      expect(
        refusalOf(() => mint({ ...present, ...pointer }, mapping)),
        JSON.stringify(pointer),
      ).toBe("pointed");
    }
  });

  it.each<[object]>([
    [{ _claim_names: { realm: "src1" } }],
    [{ _claim_names: { "realm.roles": "src1" } }],
    [{ realm: { _claim_names: { roles: "src1" } } }],
    [{ realm: { hasroles: true } }],
    [{ realm: { "roles:src1": "x" } }],
    [{ realm: { _sd: ["digest"] } }],
    [{ "realm.roles": ["a"], realm: { hasroles: true } }],
  ])("refuses the token where a mapped path leads through it: %j", (claims) => {
    expect(refusalOf(() => mint(claims, { groups: "realm.roles" }))).toBe("pointed");
    expect(refusalOf(() => mint({ realm: { roles: ["a"] }, ...claims }, { groups: "realm.roles" }))).toBe(
      "pointed",
    );
  });

  it("is not known to policies and bindings where it is not mapped, on both sides of API Gateway", () => {
    for (const name of ["dept", "custom:dept", "scp", "acct"]) {
      for (const pointer of pointers(name)) {
        const whole = mint(pointer, { groups: "groups" });
        const consulted = new Set([name, "absent"]);
        const proxy = decodePrincipal(encodePrincipal(carryPrincipal(whole, consulted)), 0);
        for (const principal of [whole, proxy]) {
          expect([isClaimKnown(principal, name), isClaimKnown(principal, "absent")]).toEqual([false, true]);
        }
      }
    }
  });

  it("is not seen where nothing points", () => {
    const claims = {
      hasgroups: false,
      has_mfa: "no",
      hash: "x",
      "a:source": "b",
      link: "x",
      _claim_names: null,
      has_odd: { toString: 1 },
      groups: ["a"],
    };
    const principal = mint({ ...claims, _claim_sources: null }, { groups: "groups" });
    expect([principal.groups, principal.opaqueClaims]).toEqual([["a"], ["has_odd"]]);
  });
});

describe("a mapped path", () => {
  it.each([["a text"], [["roles"]], [7], [true], ['{"roles":["a"]}']])(
    "through a claim that is no object refuses the token: %j",
    (realm) => {
      const claims = { realm };
      expect(refusalOf(() => mint(claims, { id: "realm.roles" }))).toBe("noId");
      expect(refusalOf(() => mint(claims, { name: "realm.roles" }))).toBe("name");
      expect(refusalOf(() => mint(claims, { groups: "realm.roles" }))).toBe("groups");
      expect(refusalOf(() => mint(claims, { tags: { t: "realm.roles" } }))).toBe("tags");
    },
  );

  it("is not known to policies and bindings where it leads into an object, on both sides of API Gateway", () => {
    const whole = mint({ realm_access: { roles: ["frozen"] }, "x.y": "a" });
    const path = "realm_access.roles";
    const carried = carryPrincipal(whole, new Set([path, "x.y", "realm_accessory", "x"]));
    const binding = { match: { claims: { [path]: ["frozen"] } }, policies: ["deny"] };
    for (const principal of [whole, decodePrincipal(encodePrincipal(carried), 0)]) {
      const known = [path, "x.y", "realm_accessory", "x"].map((name) => isClaimKnown(principal, name));
      expect(known).toEqual([false, true, true, true]);
      expect(createBindingFinder([binding])(principal)).toEqual([{ binding, fit: "perhaps" }]);
    }
  });

  it("through a claim that is absent or null is absent", () => {
    expect(mint({ realm: null }, { groups: "realm.roles" }).groups).toEqual([]);
    expect(mint({ realm: {} }, { groups: "realm.roles" }).groups).toEqual([]);
    // `null` under the name with the dot says nothing of the other.
    const claims = { "realm.roles": null, realm: { roles: ["a"] } };
    expect(mint(claims, { groups: "realm.roles" }).groups).toEqual(["a"]);
  });
});

describe("numbers", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["0.0", "0"],
    ["-0.0e3", "0"],
    ["1.10", "1.1"],
    ["1.0", "1"],
    ["100", "100"],
    ["1e3", "1000"],
    ["1E+3", "1000"],
    ["12.5e1", "125"],
    ["12.5e-3", "0.0125"],
    ["1e-7", "0.0000001"],
    ["-2.50", "-2.5"],
    ["1e21", "1000000000000000000000"],
    ["9007199254740993", "9007199254740993"],
    ["-12345678901234567890", "-12345678901234567890"],
    ["0.1000000000000000000001", "0.1000000000000000000001"],
    ["1.00000000000000000000", "1"],
  ])("keep their value, without exponent: %s is %s", (literal, text) => {
    const payload = `{"iss":"i","exp":1000,"sub":${literal},"n":${literal},"l":["x",${literal}]}`;
    const principal = mintText(payload, { tags: { n: "n" } });
    expect([principal.id, principal.tags["n"], principal.claims["n"]]).toEqual([text, text, text]);
    expect(principal.claims["l"]).toEqual(["x", text]);
  });

  it("are the same text, however the same number is written", () => {
    for (const literal of ["1500", "1500.0", "1.5e3", "15e2", "15000E-1"])
      expect(readNumberTexts(`[${literal}]`).get(1500)).toBe("1500");
  });

  it.each([
    ["9007199254740992", "9007199254740993"],
    ["1", "1.00000000000000000001"],
    ["1e400", "1e399"],
    ["1e999999", "0"],
  ])("that a double cannot tell apart, or that are endless, are unreadable: %s and %s", (one, other) => {
    const payload = (id: string) => `{"iss":"i","exp":1000,"sub":${id},"n":${one},"m":[${other}, 1e99999]}`;
    expect(refusalOf(() => mintText(payload(one)))).toBe("noId");
    expect(refusalOf(() => mintText(payload('"a"'), { tags: { n: "n" } }))).toBe("tags");
    expect(mintText(payload('"a"')).opaqueClaims).toEqual(["n", "m"]);
  });

  it("are not looked for in texts", () => {
    const texts = readNumberTexts('{"a\\\\":"9007199254740993 \\" 5","7":-7.0,"b":[1,2.5],"c":"\\\\"}');
    expect([...texts]).toEqual([
      [-7, "-7"],
      [1, "1"],
      [2.5, "2.5"],
    ]);
  });
});

/** A generator of whole numbers below a bound, the same in every run (mulberry32). */
function createRandom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const rounds = casesOf(100_000);

describe("tokens of random shapes", { timeout: 60_000 }, () => {
  const random = createRandom(20260101);
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
  const some = <Item>(items: readonly Item[], oneIn = 4): Item[] => items.filter(() => random(oneIn) === 0);

  const plain = ["ops", "frozen", "dev", "Sales"];
  const odd = ["Call Center", "a,b", "[ops]", '"ops"', "c++", "50%", "ops frozen", "x;y", "7", "null"];
  const names = [...plain, ...odd];
  const values = ["red", "blue", "true"];
  const paths = ["groups", "custom:groups", "https://example.com/groups", "realm.roles", "realm.app.roles"];
  const allows = { groups: ["ops", "Call Center", "c++"], dept: ["red"], scp: ["users.read"] };
  const denies = { groups: ["frozen", "a,b"], dept: ["blue"], scp: ["users.limited"] };
  const bindingsOf = ({ groups, dept, scp }: typeof allows, policy: string) =>
    [{ groups }, { claims: { dept } }, { claims: { scp } }].map((match) => ({ match, policies: [policy] }));
  const finder = createBindingFinder([...bindingsOf(allows, "allow"), ...bindingsOf(denies, "deny")]);
  /** As policies are attached: an Allow holds for certain, a Deny also perhaps. */
  const isAllowed = (principal: VerifiedPrincipal): boolean => {
    const found = finder(principal);
    const has = (policy: string) => found.some(({ binding }) => binding.policies.includes(policy));
    return (
      found.some(({ fit, binding }) => fit === "certain" && binding.policies[0] === "allow") && !has("deny")
    );
  };
  /** The same of the plain list form; no two kinds of values share a name that anything is said of. */
  const isListAllowed = (all: readonly string[]): boolean => {
    const has = (wanted: typeof allows) =>
      Object.values(wanted).some((list) => list.some((each) => all.includes(each)));
    return has(allows) && !has(denies);
  };
  const consulted = new Set(["dept", "scp"]);
  const mintOrRefuse = (payload: string, mapping: Partial<ClaimMapping>, travels: boolean) => {
    try {
      const minted = mintText(payload, mapping);
      return travels ? decodePrincipal(encodePrincipal(carryPrincipal(minted, consulted)), 0) : minted;
    } catch (error) {
      if (error instanceof CodedError) return undefined;
      throw error;
    }
  };

  const junk = (): unknown =>
    pick<() => unknown>([
      () => null,
      () => true,
      () => random(100) / 8,
      () => 2 ** 60 + random(1000),
      () => ({ [pick(names)]: pick(names) }),
      () => [[pick(names)]],
      () => [pick(names), random(9)],
      () =>
        pick([
          "",
          " ",
          ",",
          "[",
          "[]",
          "{}",
          "[,]",
          "%",
          "[%]",
          "[+]",
          "\u0000",
          "\ud800",
          "src1",
          "\t",
          '["',
          "[[[[",
        ]),
    ])();
  /** What a list of names may be written as; with the list that a configuration says it is. */
  const written = (list: readonly string[], split: GroupSplit | undefined) => {
    const texts = [
      list.join(" "),
      list.join(","),
      list.join(", "),
      JSON.stringify(list),
      `[${list.join(", ")}]`,
    ];
    const value = pick<string | readonly string[]>([list, [...list, ...list, ""], ...texts, ...texts]);
    return { value, list: typeof value === "string" ? saidBy(value, split) : list };
  };
  const saidBy = (text: string, split: GroupSplit | undefined): readonly string[] => {
    const atCommas = (inner: string) => inner.split(",").map((name) => name.trim());
    if (split === "space") return text.split(" ");
    if (split === "comma") return atCommas(text);
    if (split !== "json") return [text];
    try {
      return [JSON.parse(text)].flat();
    } catch {
      return /^\[.*\]$/.test(text) ? atCommas(text.slice(1, -1)) : [text];
    }
  };
  const at = (path: string, value: unknown): object => {
    if (!path.startsWith("realm.") || random(4) === 0) return { [path]: value };
    return path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
  };
  const pointer = (path: string): object => {
    const [top = path] = path.startsWith("realm.") ? path.split(".") : [path];
    return pick([
      { _claim_names: { [top]: "src1" }, _claim_sources: { src1: {} } },
      { [`has${top}`]: true },
      { [`${top}:src1`]: "https://graph.test" },
      { _claim_names: pick<unknown>([[], "x", 1, { [path]: "src1" }]) },
      { _claim_sources: { src1: {} } },
    ]);
  };

  it("never give a caller more than the plain list form does, and are refused by a code if at all", () => {
    const seen = { refused: 0, allowed: 0, denied: 0, split: 0, oneText: 0 };
    for (let round = 0; round < rounds; round++) {
      const path = pick(paths);
      const split = pick(splits);
      const groups = written([...some(plain), ...some(odd, 30)], split);
      const dept = some(values);
      const scp = some(["openid", "users.read", "users.limited"]);
      const isPointing = random(8) === 0;
      const isJunk = random(8) === 0;
      const isOtherJunk = random(9) === 0;
      const claims = {
        ...at(path, isJunk ? junk() : groups.value),
        dept: isOtherJunk ? junk() : dept.length === 1 && random(2) ? dept[0] : dept,
        scp: random(2) ? scp.join(" ") : scp,
        [pick(["x", "groups2", "name", "hasx"])]: junk(),
        ...(isPointing ? pointer(pick([path, path, "dept", "scp"])) : {}),
      };
      const payload = JSON.stringify({ ...claims, ...token });
      const principal = mintOrRefuse(
        payload,
        { groups: split ? { claim: path, split } : path },
        round % 10 === 0,
      );
      if (principal === undefined) {
        seen.refused++;
        continue;
      }
      const listed = [...new Set(groups.list)].filter((name) => name !== "");
      if (!isJunk && !isPointing) {
        if (principal.groups.join("\n") !== listed.join("\n"))
          throw new Error(`other groups: ${split} ${payload}`);
        if (typeof groups.value === "string") seen[split ? "split" : "oneText"]++;
      }
      if (!isAllowed(principal)) seen.denied++;
      else {
        seen.allowed++;
        if (!isJunk && !isOtherJunk && !isListAllowed([...listed, ...dept, ...scp]))
          throw new Error(`more than the list form: ${split} ${payload}`);
      }
    }
    for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(rounds / 20);
  });
});
