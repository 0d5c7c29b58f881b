// Stands in for VS Code's API where a part of the extension is tried alone: whatever is named is there and does nothing,
// but for what a test puts into `does`.
const does = { version: "1.100.0" };

function nothing() {
  const known = new Map();
  const get = (target, key) => {
    if (key in target || typeof key === "symbol" || key === "then") {
      return target[key];
    }
    return known.get(key) ?? known.set(key, nothing()).get(key);
  };
  const construct = (target, given, made) => (made === proxy ? nothing() : Reflect.construct(target, given, made));
  const proxy = new Proxy(class {}, { get, apply: nothing, construct });
  return proxy;
}

const everything = nothing();
// It answers from its prototype, which is all that a bundle keeps of a module that it did not bundle.
module.exports = Object.create(new Proxy({}, { get: (_, key) => (key === "does" ? does : (does[key] ?? everything[key])) }));
