// Bundles the browser's half: `npm --prefix tests/js run bundle`.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { listOwnNames } from "./own_names.ts";
import { hoistFunctions, SELF, shorten } from "./shorten.ts";
import * as shorthands from "./shorthands.ts";

const js = new URL("../../textualheatmap/js/", import.meta.url);
export const BUNDLE = new URL("textualheatmap.js", js);
const BANNER =
  "// Generated from the .ts files here by `npm --prefix tests/js run bundle`.";

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

/** Returns what stands in the sources for a name of `shorthands.ts`. */
function nameLong(shorthand: string): string {
  return shorthand.replace("globalThis_", "").replace("_", ".");
}

/** Returns what the bundle has to be. */
export async function bundle(): Promise<string> {
  const own = await listOwnNames();
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("main.ts", js))],
    bundle: true,
    charset: "utf8",
    define: {
      "Number.NaN": "NaN",
      "Number.POSITIVE_INFINITY": "Infinity",
      ...Object.fromEntries(
        Object.keys(shorthands).map((name) => [nameLong(name), name]),
      ),
    },
    format: "iife",
    inject: [fileURLToPath(new URL("shorthands.ts", import.meta.url))],
    legalComments: "none",
    minifySyntax: true,
    minifyWhitespace: true,
    mangleProps: new RegExp(`^(\\$.*|${own.join("|")})$`),
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
  const { code = "" } = await minify(hoistFunctions(outputFiles[0].text), {
    compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
    ecma: 2020,
    mangle: { reserved: [SELF] },
  });
  return `${BANNER}\n${shorten(code)}\n`;
}

if (import.meta.main) await writeFile(BUNDLE, await bundle());
