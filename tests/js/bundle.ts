// Bundles the browser's half: `npm --prefix tests/js run bundle`.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const js = new URL("../../textualheatmap/js/", import.meta.url);
export const BUNDLE = new URL("textualheatmap.js", js);

/**
 * Marks the private members of a module's classes by a "$", so that esbuild can shorten
 * their names: nobody else knows them. They are written after `this.`, or unpacked by
 * `const { name } = this`.
 */
export function markPrivates(source: string): string {
  // A private constructor keeps its name, or it is none.
  const declared =
    /\bprivate ((?:async |get |readonly |static )*)(?!constructor\b)(\w+)/g;
  const names = new Set([...source.matchAll(declared)].map(([, , name]) => name));
  const mark = (name: string) => (names.has(name) ? `$${name}` : name);
  return source
    .replace(declared, (_, kind, name) => `private ${kind}$${name}`)
    .replace(
      /\bthis(\?|!)?\.(\w+)/g,
      (_, sure = "", name) => `this${sure}.${mark(name)}`,
    )
    .replace(/\{([^{}]*)\} = this;/g, (_, items: string) => {
      return `{${items.replace(/(\w+)(: \w+)?/g, (item, name, as) => {
        return names.has(name) ? `$${name}${as ?? `: ${name}`}` : item;
      })}} = this;`;
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
    mangleProps: /^\$/,
    plugins: [
      {
        name: "private names",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
            contents: markPrivates(await readFile(path, "utf8")),
            loader: "ts",
          }));
        },
      },
    ],
    // Not what a folder around this project may have.
    tsconfigRaw: {},
    // The first browsers that know `light-dark()`.
    target: ["chrome123", "firefox120", "safari17.5"],
    write: false,
  });
  return outputFiles[0].text;
}

if (import.meta.main) await writeFile(BUNDLE, await bundle());
