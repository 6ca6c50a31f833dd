// Bundles the browser's half: `npm --prefix tests/js run bundle`.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const js = new URL("../../textualheatmap/js/", import.meta.url);
export const BUNDLE = new URL("textualheatmap.js", js);

/**
 * Lists the private members of classes that have a name of their own: it is only ever
 * written after `this.`, so it is no name of the browser's, of Bokeh's or of Python's.
 */
async function listPrivates(): Promise<string[]> {
  const files = (await readdir(js)).filter((name) => name.endsWith(".ts"));
  const texts = files.map((name) => readFile(new URL(name, js), "utf8"));
  const source = (await Promise.all(texts))
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
  const declared = /private (?:async |get |readonly |static )*(\w+)/g;
  const names = new Set([...source.matchAll(declared)].map(([, name]) => name));
  return [...names].filter((name) => {
    const owned = `this\\??\\.${name}|private (?:async |get |readonly |static )*${name}`;
    const [all, own] = [name, owned].map((pattern) => {
      return [...source.matchAll(new RegExp(`\\b(?:${pattern})\\b`, "g"))].length;
    });
    return all === own;
  });
}

/** Returns what the bundle has to be. */
export async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("main.ts", js))],
    banner: {
      js: "// Generated from the .ts files here by `npm --prefix tests/js run bundle`.",
    },
    bundle: true,
    charset: "utf8",
    format: "iife",
    legalComments: "none",
    minify: true,
    mangleProps: new RegExp(`^(?:${(await listPrivates()).join("|")})$`),
    // Not what a folder around this project may have.
    tsconfigRaw: {},
    // The first browsers that know `light-dark()`.
    target: ["chrome123", "firefox120", "safari17.5"],
    write: false,
  });
  return outputFiles[0].text;
}

if (import.meta.main) await writeFile(BUNDLE, await bundle());
