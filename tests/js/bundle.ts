// Bundles the browser's half: `npm --prefix tests/js run bundle`.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const js = new URL("../../textualheatmap/js/", import.meta.url);
export const BUNDLE = new URL("textualheatmap.js", js);

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
    // Not what a folder around this project may have.
    tsconfigRaw: {},
    // The browsers of 2023: the first ones that inflate by themselves.
    target: ["chrome113", "firefox113", "safari16.4"],
    write: false,
  });
  return outputFiles[0].text;
}

if (import.meta.main) await writeFile(BUNDLE, await bundle());
