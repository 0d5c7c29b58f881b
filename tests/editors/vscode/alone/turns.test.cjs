// One start at a time, though one may never end.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Turns, unless } = require("./turns.js");

test("a start that never ends is let go by the next, which then has its turn", { timeout: 10_000 }, async () => {
  const begun = [];
  const turns = new Turns(async (letGo) => {
    begun.push(letGo);
    if (begun.length === 1) {
      await unless(letGo, new Promise(() => {})).catch(() => undefined);
    }
  });
  void turns.next();
  await new Promise(setImmediate);
  await turns.next();
  assert.deepEqual(begun.map(({ aborted }) => aborted), [true, false]);
});

test("after the end nothing is started, not even what waits for its turn", { timeout: 10_000 }, async () => {
  let begun = 0;
  const turns = new Turns(async (letGo) => {
    begun += 1;
    await unless(letGo, new Promise(() => {})).catch(() => undefined);
  });
  void turns.next();
  await new Promise(setImmediate);
  const waiting = turns.next();
  turns.end();
  await waiting;
  assert.equal(begun, 1);
});

test("those that wait for their turn are one", async () => {
  let begun = 0;
  const turns = new Turns(async () => {
    begun += 1;
  });
  await Promise.all([turns.next(), turns.next(), turns.next()]);
  assert.equal(begun, 1);
});
