// What is made once for each key.

/** Returns what a map has for a key; makes it where there is nothing yet. */
export function recall<Key extends WeakKey | string, Value>(
  map: {
    get(key: Key): Value | undefined;
    set(key: Key, value: Value): unknown;
  },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
