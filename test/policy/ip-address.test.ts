import { describe, expect, it } from "vitest";
import { isInRange, parseIpAddress, parseIpRange } from "../../shared/policy/condition/ip-address.ts";

describe("parseIpAddress", () => {
  it.each([
    ["0.0.0.0", [0, 0, 0, 0, 0, 0xffff, 0, 0]],
    ["203.0.113.7", [0, 0, 0, 0, 0, 0xffff, 0xcb00, 0x7107]],
    ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["::1", [0, 0, 0, 0, 0, 0, 0, 1]],
    ["1::", [1, 0, 0, 0, 0, 0, 0, 0]],
    ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
    ["1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]],
    ["2001:DB8::ff", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xff]],
    ["::ffff:203.0.113.7", [0, 0, 0, 0, 0, 0xffff, 0xcb00, 0x7107]],
    ["1:2:3:4:5:6:203.0.113.7", [1, 2, 3, 4, 5, 6, 0xcb00, 0x7107]],
  ])("reads %s", (text, groups) => {
    const hex = groups.map((group) => group.toString(16).padStart(4, "0")).join("");
    expect(parseIpAddress(text)).toBe(BigInt(`0x${hex}`));
  });

  it.each([
    "",
    " 1.2.3.4",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.04",
    "1.2.3.-4",
    "1.2.3.x",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "1::2::3",
    "12345::",
    "g::",
    "1.2.3.4::",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    "fe80::1%eth0",
    "::1/128",
  ])("refuses %j", (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });
});

describe("parseIpRange", () => {
  it.each(["1.2.3.4/33", "1.2.3.4/08", "1.2.3.4/", "1.2.3.4/-1", "::/129", "::/x", "1.2.3.4/8/8", "/8"])(
    "refuses %j",
    (text) => {
      expect(parseIpRange(text)).toBeUndefined();
    },
  );
});

describe("isInRange", () => {
  it.each([
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.4", "10.1.2.3", false],
    ["10.1.2.2", "10.1.2.3/31", true],
    ["10.255.255.255", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["255.255.255.255", "0.0.0.0/0", true],
    ["::ffff:10.0.0.1", "10.0.0.0/8", true],
    ["10.0.0.1", "::ffff:10.0.0.0/104", true],
    ["10.0.0.1", "::/0", false],
    ["::ffff:10.0.0.1", "::/0", false],
    ["2001:db8::", "::/0", true],
    ["10.0.0.1", "::ffff:0:0/90", true],
    ["2001:db8:ffff::", "2001:db8::/32", true],
    ["2001:db9::", "2001:db8::/32", false],
    ["2001:db8::2", "2001:db8::2/127", true],
    ["2001:db8::1", "2001:db8::2/127", false],
    ["2001:db8::1", "0.0.0.0/0", false],
  ])("%s in %s: %s", (address, range, inside) => {
    const number = parseIpAddress(address);
    const parsed = parseIpRange(range);
    expect(number !== undefined && parsed && isInRange(number, parsed)).toBe(inside);
  });
});
