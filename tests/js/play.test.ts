// Steps through the text while the state says so and somebody can see it.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Listeners } from "../../textualheatmap/js/listeners.ts";
import { Player } from "../../textualheatmap/js/play.ts";
import type { ViewState } from "../../textualheatmap/js/state.ts";

/** A page with one row of controls, of which a player needs no more than this. */
function setUp(context: TestContext) {
  const { mock } = context;
  mock.timers.enable({ apis: ["setInterval"] });
  const page = Object.assign(new EventTarget(), { hidden: false, createElement: make });
  function make() {
    return Object.assign(new EventTarget(), {
      ownerDocument: page,
      append: () => {},
      insertBefore: () => {},
      remove: () => {},
    });
  }
  Object.assign(globalThis, { document: page });
  context.after(() => Reflect.deleteProperty(globalThis, "document"));
  let ticks = 0;
  const player = new Player(() => ticks++);
  const listeners = new Listeners();
  player.addButton(listeners, make() as unknown as HTMLElement, () => {});
  return {
    page,
    player,
    listeners,
    play: (speed: number, playing = true) =>
      player.follow({ playing, speed } as ViewState),
    /** Counts the ticks of a second. */
    count: () => {
      ticks = 0;
      mock.timers.tick(1000);
      return ticks;
    },
  };
}

test("it ticks as fast as the state says, as soon as that changes", (t) => {
  const { count, play } = setUp(t);
  assert.equal(count(), 0);
  play(2);
  assert.equal(count(), 2);
  play(10);
  assert.equal(count(), 10);
  play(10, false);
  assert.equal(count(), 0);
});

test("it waits under the pointer", (t) => {
  const { count, play, player } = setUp(t);
  play(5);
  player.wait(true);
  assert.equal(count(), 0);
  player.wait(false);
  assert.equal(count(), 5);
});

test("a page that is hidden, and a heatmap without a showing, stand still", (t) => {
  const { count, listeners, page, play } = setUp(t);
  play(5);
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(count(), 0);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(count(), 5);
  listeners.remove();
  assert.equal(count(), 0);
});
