/** Which neighbours on a page stand on the wall together. */

/** Group things in order: each that begins a part opens a group, the others stay in the group before. */
export function partsOf<Thing>(things: Thing[], begins: (thing: Thing) => boolean): Thing[][] {
  const parts: Thing[][] = [];
  for (const thing of things) {
    if (parts.length === 0 || begins(thing)) parts.push([thing]);
    else parts[parts.length - 1]?.push(thing);
  }
  return parts;
}
