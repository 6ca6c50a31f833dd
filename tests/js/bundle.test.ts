import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { BUNDLE, bundle, markPrivates } from "./bundle.ts";
import { listMembers, listOwnNames, removeProse } from "./own_names.ts";
import { hoistFunctions, shorten } from "./shorten.ts";

test("the bundle is what its sources make", async () => {
  const committed = await readFile(BUNDLE, "utf8");
  assert.ok((await bundle()) === committed, "run `npm --prefix tests/js run bundle`");
});

test("the bundle says where it comes from, and is small", async () => {
  const committed = await readFile(BUNDLE, "utf8");
  const [first] = committed.split("\n");
  assert.match(first, /^\/\/ Generated .*`npm --prefix tests\/js run bundle`/);
  assert.ok(committed.length <= 60_000, `${committed.length} bytes`);
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

test("members of classes and interfaces are found, and nothing else is", () => {
  const source = `
export interface A {
  /** Not: this; */
  length: number;
  grow?(by: number): void;
}
const KEYS = {
  ArrowUp: { kind: "line" },
};
class B {
  private readonly size = 1;
  get double(): number {
    const local = 2;
    return local * this.size;
  }
}
function grow(
  by: number,
) {}
`;
  assert.deepEqual(listMembers(source), ["length", "grow", "size", "double"]);
});

test("names are kept that others know too", async () => {
  const own = new Set(await listOwnNames());
  assert.ok(own.has("isLaidOut"));
  const known = {
    "of the page": ["attach", "textContent", "ariaLabel"],
    "of Bokeh": ["setv", "canvas_view", "all_indices", "inner_width"],
    "of Python": ["same_tokens", "group_pool", "average", "geometry"],
    "of other bundles": ["mount", "start"],
    "of strings": ["readRow"],
  };
  for (const [whose, names] of Object.entries(known)) {
    for (const name of names) assert.ok(!own.has(name), `${name} is ${whose}`);
  }
});

test("what Python says to nobody but people names nothing", () => {
  const source = `"""Of a module."""
SENT = f"""
  "sent": "#fff"
"""
def send():
    r"""Send
    all of it.
    """
    # Not this.
    return {"color": "#fff", "width": 1}  # nor that
`;
  const words = ["SENT", "sent", "def", "send", "return", "color", "width"];
  const code = removeProse(source);
  for (const word of words) assert.match(code, new RegExp(`\\b${word}\\b`));
  assert.doesNotMatch(code, /module|Send|all|Not|that/);
});

test("functions become arrows that can be called from anywhere, but for some", () => {
  const source = `(()=>{var{abs:a}=Math;var b=c(-1);function d(x,{y}){return a(x)+y}
    function c(x){return d(x,{y:1})}async function e(){return d(2,{y:2})}
    function*f(){yield d(3,{y:3})}function g(){return this}
    globalThis.hoisted=[b,c(4),[...f()],g.call(5)+1,e()]})()`;
  const hoisted = hoistFunctions(source);
  assert.match(hoisted, /^\(\(\)=>\{var\{abs:a\}=Math;+const d=\(x,\{y\}\)=>/);
  assert.match(hoisted, /e=async\(\)=>.*function\*f\(\).*function g\(\)/s);
  const [before, after] = [source, hoisted].map((code) => {
    // biome-ignore lint/security/noGlobalEval: it is the code above
    globalThis.eval(code);
    return (globalThis as unknown as { hoisted: unknown[] }).hoisted.slice(0, 4);
  });
  assert.deepEqual(after, before);
});

test("`this` is said by a letter where that is shorter, and as what it is", () => {
  const source = `class A{size;by=2;
    grow(n){let m=this.by*n;return[1].map(()=>this.size+this.by*m+this.by+this.size)}
    get(){return this.size}
    take(){let{by:n}=this;return[n,this.by,this.by,this.size,this.size]}
    nested(){return[this.by,this.by,this.by,this.by,function(){return this.by}.call({by:7})]}
  }
  const a=new A;a.size=5;[a.grow(1),a.get(),a.take(),a.nested()]`;
  const short = shorten(source);
  assert.ok(short.includes("class A{by=2"), short);
  assert.ok(short.includes("let $=this,m=$.by"), short);
  assert.ok(short.includes("let $=this,{by:n}=$"), short);
  assert.ok(short.includes("function(){return this.by}"), short);
  assert.ok(short.includes("get(){return this.size}"), short);
  // biome-ignore lint/security/noGlobalEval: it is the code above
  const [before, after] = [source, short].map((code) => globalThis.eval(`{${code}}`));
  assert.deepEqual(after, before);
  assert.throws(() => shorten("let $=1"), /of its own/);
});
