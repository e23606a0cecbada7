// Loaded into every Node.js process of a world: moves the clock by what a file says, in ms, as if somebody had set it.
// Only the date moves; the monotonic clock goes on, as it does when a machine's clock is set.
"use strict";
const { readFileSync } = require("node:fs");

const file = process.env.CKF_REHEARSAL_CLOCK;
const lookEveryMs = 200;
const real = Date.now;
let [offset, looked] = [0, -Infinity];

function now() {
  if (performance.now() - looked > lookEveryMs) {
    looked = performance.now();
    try {
      offset = Number(readFileSync(file, "utf8"));
    } catch {
      offset = 0;
    }
  }
  return real() + offset;
}

if (file) {
  Date.now = now;
  // The same class for everybody who asks what something is an instance of.
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  });
}
