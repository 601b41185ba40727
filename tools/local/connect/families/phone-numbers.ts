/** Phone numbers that the local Connect has to give: made up, in ranges that are kept for fiction where a country has them. */

export interface NumberPlace {
  readonly country: string;
  readonly type: "TOLL_FREE" | "DID";
}

interface NumberRange extends NumberPlace {
  /** What the numbers begin with; two digits follow. */
  readonly prefix: string;
}

const ranges: readonly NumberRange[] = [
  { country: "US", type: "TOLL_FREE", prefix: "+180055501" },
  { country: "US", type: "DID", prefix: "+120255501" },
  { country: "CA", type: "TOLL_FREE", prefix: "+188855501" },
  { country: "CA", type: "DID", prefix: "+141655501" },
  { country: "GB", type: "TOLL_FREE", prefix: "+448081570" },
  { country: "GB", type: "DID", prefix: "+4420794600" },
  { country: "AU", type: "TOLL_FREE", prefix: "+611800160" },
  { country: "AU", type: "DID", prefix: "+612555011" },
  { country: "DE", type: "TOLL_FREE", prefix: "+498005550" },
  { country: "DE", type: "DID", prefix: "+493023125" },
  { country: "FR", type: "DID", prefix: "+331990001" },
  { country: "JP", type: "DID", prefix: "+813555501" },
];

/** Every number of a country and type, claimed or not. */
export function numbersOf({
  country,
  type,
}: {
  readonly country: string;
  readonly type: string;
}): readonly string[] {
  return ranges
    .filter((range) => range.country === country && range.type === type)
    .flatMap(({ prefix }) => Array.from({ length: 100 }, (_, n) => `${prefix}${String(n).padStart(2, "0")}`));
}

/** Country and type of a number: of its range, or else by the longest part that it shares with one. */
export function placeOf(number: string): NumberPlace {
  const shared = ({ prefix }: NumberRange): number => {
    let length = 0;
    while (length < prefix.length && number[length] === prefix[length]) length++;
    return length;
  };
  const [nearest] = [...ranges].sort((a, b) => shared(b) - shared(a));
  return nearest && shared(nearest) > 1 ? nearest : { country: "US", type: "DID" };
}
