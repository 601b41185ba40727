/** The bill of materials (CycloneDX) of the product: exactly the packages that have code inside. */
import type { Locked, PackageInside } from "./packages-inside.ts";

interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * Makes the bill. It has neither a time nor a serial number: the same commit has the same bill.
 * @param product the product's package.json
 * @param inside what {@link findPackagesInside} found
 */
export function makeBill(product: Product, inside: readonly PackageInside[], locked: Locked): object {
  const graph = { inside: new Map(inside.map((each) => [each.folder, each])), locked };
  const { name, version, license, description } = product;
  const root = `${name}@${version}`;
  const own = { type: "application", "bom-ref": root, name, version, description };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: { ...own, purl: purl(name, version), licenses: [{ license: { id: license } }] },
    },
    components: unique(inside).map(component),
    dependencies: [
      { ref: root, dependsOn: resolveAll("", Object.keys(product.devDependencies), graph) },
      ...unique(inside).map((each) => ({
        ref: reference(each),
        dependsOn: resolveAll(each.folder, dependenciesOf(each.folder, locked), graph),
      })),
    ],
  };
}

function component(each: PackageInside): object {
  const { name, version, licence, integrity } = each;
  const digest = Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
  return {
    type: "library",
    "bom-ref": reference(each),
    name,
    version,
    scope: "required",
    hashes: [{ alg: "SHA-512", content: digest }],
    licenses: [{ license: { id: licence } }],
    purl: purl(name, version),
  };
}

/** A version that is installed in two folders is one component. */
function unique(inside: readonly PackageInside[]): readonly PackageInside[] {
  return [...new Map(inside.map((each) => [reference(each), each])).values()];
}

function reference({ name, version }: PackageInside): string {
  return `${name}@${version}`;
}

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

interface Graph {
  readonly inside: ReadonlyMap<string, PackageInside>;
  readonly locked: Locked;
}

/** References to what a folder's dependencies bring inside: a dependency without code inside stands for its own ones. */
function resolveAll(
  folder: string,
  names: readonly string[],
  graph: Graph,
  seen: Set<string> = new Set(),
): readonly string[] {
  const found = names.flatMap((name) => {
    const target = locate(folder, name, graph.locked);
    if (target === undefined || seen.has(target)) return [];
    seen.add(target);
    const inside = graph.inside.get(target);
    if (inside) return [reference(inside)];
    return resolveAll(target, dependenciesOf(target, graph.locked), graph, seen);
  });
  return [...new Set(found)].sort();
}

function dependenciesOf(folder: string, locked: Locked): readonly string[] {
  return Object.keys(locked[folder]?.dependencies ?? {});
}

/** Where Node.js finds a package: in the nearest `node_modules` above. */
function locate(folder: string, name: string, locked: Locked): string | undefined {
  const target = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
  if (target in locked) return target;
  if (folder === "") return undefined;
  return locate(folder.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ""), name, locked);
}
