// Shortens minified code where minifiers leave it long.

import { type Node, parse } from "acorn";

/** What `this` is called; `bundle.ts` keeps the name free. */
export const SELF = "$";

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A function that has a `this` of its own. */
interface Scope {
  body: Node;
  /** Where `this` is said in its body. */
  said: Node[];
}

type Child = Node & Record<string, unknown>;

/**
 * Says `this` by a letter in each function where that is shorter, and leaves fields out
 * that a class declares without a value: constructors set them.
 */
export function shorten(code: string): string {
  const edits: Edit[] = [];
  const scopes: Scope[] = [];

  function visit(node: Child, scope: Scope | null) {
    let inner = scope;
    if (node.type === "Identifier" && node.name === SELF)
      throw new Error(`the bundle has a ${SELF} of its own`);
    if (node.type === "ThisExpression") scope?.said.push(node);
    if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") {
      inner = { body: node.body as Node, said: [] };
      scopes.push(inner);
    }
    if (node.type === "PropertyDefinition") {
      inner = null;
      if (node.value === null && !node.static) edits.push({ ...node, text: "" });
    }
    for (const [role, children] of Object.entries(node)) {
      const isName = !node.computed && (role === "key" || role === "property");
      for (const child of isName ? [] : ([children].flat() as (Child | null)[])) {
        if (typeof child?.type === "string") visit(child, inner);
      }
    }
  }

  visit(parse(code, { ecmaVersion: 2023 }) as Node as Child, null);
  for (const { body, said } of scopes) {
    const [first] = (body as Child).body as Child[];
    const isDeclaring = first?.type === "VariableDeclaration" && first.kind === "let";
    // Before what is taken apart, `let{...}` has no space.
    const alias = isDeclaring ? ` ${SELF}=this,` : `let ${SELF}=this;`;
    const within = said.filter(({ start }) => start > body.start);
    if (within.length * ("this".length - SELF.length) <= alias.length) continue;
    const start = isDeclaring ? first.start + "let".length : body.start + 1;
    const end = isDeclaring ? (first.declarations as Node[])[0].start : start;
    edits.push({ start, end, text: alias });
    edits.push(...within.map(({ start, end }) => ({ start, end, text: SELF })));
  }
  let short = code;
  for (const { start, end, text } of edits.sort(
    (a, b) => b.start - a.start || b.end - a.end,
  )) {
    short = short.slice(0, start) + text + short.slice(end);
  }
  return short;
}

/**
 * Turns the functions of a bundle into arrow functions, which are shorter. They stand
 * first, since functions may be called before they are declared, and those that are said
 * most before others, which then have shorter names. Those that yield or have a `this`
 * stay.
 * @param code one function that is called at once, as esbuild writes it
 */
export function hoistFunctions(code: string): string {
  const program = parse(code, { ecmaVersion: 2023 }) as Node as Child;
  const [statement] = program.body as Child[];
  const { body } = (statement.expression as Child).callee as Child;
  const statements = (body as Child).body as Child[];
  const read = ({ start, end }: Node) => code.slice(start, end);
  const said = new Map<string, number>();
  for (const word of code.match(/[\w$]+/g) ?? [])
    said.set(word, (said.get(word) ?? 0) + 1);
  const count = ({ id }: Child) => said.get(read(id as Node)) ?? 0;
  const isArrow = (node: Child) =>
    node.type === "FunctionDeclaration" &&
    !node.generator &&
    !/\b(this|arguments)\b/.test(read(node));
  // Only what is taken apart may stand before: a value may be of a call.
  const isTakenApart = ({ declarations }: Child) =>
    (declarations as Child[] | undefined)?.every(
      ({ id }) => (id as Node).type === "ObjectPattern",
    );
  const arrows = statements
    .filter(isArrow)
    .sort((a, b) => count(b) - count(a))
    .map((node) => {
      const params = (node.params as Node[]).map(read).join();
      const made = `${node.async ? "async" : ""}(${params})=>${read(node.body as Node)}`;
      return `${read(node.id as Node)}=${made}`;
    });
  const others = statements.filter((node) => !isArrow(node)).map(read);
  const at = statements.findIndex((node) => !isTakenApart(node));
  others.splice(at, 0, `const ${arrows.join()}`);
  return `(()=>{${others.join(";")}})()`;
}
