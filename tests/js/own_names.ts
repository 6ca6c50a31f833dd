// Finds the names that only the browser's half itself knows, so that they may be any.

import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../textualheatmap/", import.meta.url));
const require = createRequire(import.meta.url);

/** Words, whatever they are for. */
export function listWords(text: string): string[] {
  return text.match(/[A-Za-z_]\w*/g) ?? [];
}

/** Lists what declarations name, and more: whatever stands before such a sign. */
function listNamed(declarations: string): string[] {
  const code = declarations.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  return [...code.matchAll(/(\w+)[?!]?(?:[(:<;]| =)/g)].map(([, name]) => name);
}

/** Lists the members of a module's classes and interfaces, as code is formatted here. */
export function listMembers(source: string): string[] {
  const types = source.match(/^(?:export )?(?:class|interface) [\s\S]*?^\}/gm) ?? [];
  const members =
    /^ {2}(?:(?:private|readonly|static|async|get|set) )*(\w+)[?!]?(?:[(:<;]| =)/gm;
  return [...types.join("\n").matchAll(members)].map(([, name]) => name);
}

/** Returns Python's source without docstrings and comments, which send nothing. */
export function removeProse(python: string): string {
  // Strings that are no docstrings are stepped over, or their ends would begin one.
  return python
    .replace(/^ *r?"""[\s\S]*?"""|("""[\s\S]*?""")/gm, "$1")
    .replace(/(^ *| {2})# .*/gm, "");
}

/** Reads the files in a folder and those within it, but for those in one of these. */
async function readAll(folder: string, ending: string, not = ""): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const found = names.filter(
    (name) => name.endsWith(ending) && !(not && name.startsWith(not)),
  );
  return Promise.all(found.map((name) => readFile(join(folder, name), "utf8")));
}

/** Returns the folder of a module's package, however it is installed. */
function findPackage(name: string, from = require): string {
  return dirname(from.resolve(`${name}/package.json`));
}

/**
 * Lists members of classes and interfaces that may be renamed: those whose names are no
 * words of the package's Python, which sends and reads data by name, none of what is
 * declared by browsers and by Bokeh, no string of the browser's half, nor said by one
 * bundle on a page to another.
 */
export async function listOwnNames(): Promise<string[]> {
  const typescript = createRequire(require.resolve("typescript/package.json"));
  const native = `@typescript/typescript-${process.platform}-${process.arch}`;
  const [sources, python, main, ...declared] = await Promise.all([
    readAll(join(PACKAGE, "js"), ".ts"),
    // The command line sends nothing to a page.
    readAll(PACKAGE, ".py", "cli"),
    readFile(join(PACKAGE, "js/main.ts"), "utf8"),
    readAll(join(findPackage(native, typescript), "lib"), ".d.ts"),
    readAll(join(findPackage("bokehjs-floor"), "build/js/lib"), ".d.ts"),
    readAll(join(findPackage("bokehjs-newest"), "build/js/lib"), ".d.ts"),
  ]);
  const strings = sources.flatMap((source) =>
    [...source.matchAll(/"(\w+)"|\bdataset\.(\w+)/g)].map(
      ([, text, key]) => text ?? key,
    ),
  );
  const others = new Set([
    ...strings,
    ...[main, ...python.map(removeProse)].flatMap(listWords),
    ...declared.flat().flatMap(listNamed),
  ]);
  const own = new Set(sources.flatMap(listMembers));
  return [...own].filter((name) => !others.has(name)).sort();
}
