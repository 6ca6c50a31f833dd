import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { BUNDLE, bundle, markPrivates } from "./bundle.ts";

test("the bundle is what its sources make", async () => {
  const committed = await readFile(BUNDLE, "utf8");
  assert.ok((await bundle()) === committed, "run `npm --prefix tests/js run bundle`");
});

test("the bundle says where it comes from, and is small", async () => {
  const committed = await readFile(BUNDLE, "utf8");
  const [first] = committed.split("\n");
  assert.match(first, /^\/\/ Generated .*`npm --prefix tests\/js run bundle`/);
  assert.ok(committed.length < 68_000, `${committed.length} bytes`);
});

test("private members are marked wherever they are named, and nothing else is", () => {
  const source = `class A {
    private readonly element: B; private get size() { return 1; } public text = "";
    grow({ element }: C) {
      const { element: inner, size, text } = this;
      element.size = this.element.size + this.size + this.text;
    }
  }`;
  assert.equal(
    markPrivates(source),
    `class A {
    private readonly $element: B; private get $size() { return 1; } public text = "";
    grow({ element }: C) {
      const { $element: inner, $size: size, text } = this;
      element.size = this.$element.size + this.$size + this.text;
    }
  }`,
  );
});
