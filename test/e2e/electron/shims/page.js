/** What Chromium 83 lacks of the language and the page that the interface uses. Only the tests load this. */
(function shim() {
  'use strict';
  const add = (target, name, value) => {
    if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
  };
  add(Array.prototype, 'at', function at(i) { return this[i < 0 ? this.length + i : i]; });
  add(String.prototype, 'at', function at(i) { return this[i < 0 ? this.length + i : i]; });
  add(Array.prototype, 'findLast', function findLast(test) { return [...this].reverse().find(test); });
  add(Array.prototype, 'findLastIndex', function findLastIndex(test) {
    for (let i = this.length - 1; i >= 0; i--) if (test(this[i], i, this)) return i;
    return -1;
  });
  add(Array.prototype, 'toSorted', function toSorted(order) { return [...this].sort(order); });
  add(Array.prototype, 'toReversed', function toReversed() { return [...this].reverse(); });
  add(Array.prototype, 'toSpliced', function toSpliced(...values) {
    const copy = [...this];
    copy.splice(...values);
    return copy;
  });
  add(Array.prototype, 'with', function replaced(i, value) {
    const copy = [...this];
    copy[i] = value;
    return copy;
  });
  add(String.prototype, 'replaceAll', function replaceAll(from, to) { return from instanceof RegExp ? this.replace(from, to) : this.split(from).join(to); });
  add(Object, 'hasOwn', (object, key) => Object.prototype.hasOwnProperty.call(object, key));
  add(Object, 'groupBy', (items, key) => {
    const groups = Object.create(null);
    for (const item of items) (groups[key(item)] = groups[key(item)] || []).push(item);
    return groups;
  });
  add(Promise, 'withResolvers', () => {
    const all = {};
    all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
    return all;
  });
  add(window, 'structuredClone', (value) => JSON.parse(JSON.stringify(value)));
  add(crypto, 'randomUUID', () => [8, 4, 4, 4, 12].map((n) => [...crypto.getRandomValues(new Uint8Array(n))].map((b) => (b % 16).toString(16)).join('')).join('-'));
  add(Element.prototype, 'replaceChildren', function replaceChildren(...children) {
    while (this.lastChild) this.removeChild(this.lastChild);
    this.append(...children);
  });
  add(MediaQueryList.prototype, 'addEventListener', function addEventListener(_type, listener) { this.addListener(listener); });
  add(MediaQueryList.prototype, 'removeEventListener', function removeEventListener(_type, listener) { this.removeListener(listener); });
}());
