// @ts-check
// Unpacks a facet's heats and cells once its plot is laid out.

/**
 * @param {ArrayBuffer | Uint8Array} bytes deflated (zlib) bytes
 * @returns {Promise<ArrayBuffer>}
 */
export async function inflate(bytes) {
  const part = /** @type {BlobPart} */ (bytes);
  const stream = new Blob([part]).stream();
  const inflated = stream.pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}

/**
 * Finds where each line's cells begin: cells of line k are first[k]..first[k + 1].
 * @param {number[]} line line of each cell, never falling
 * @param {number} lines
 * @returns {Uint32Array} of lines + 1 entries
 */
export function firstCells(line, lines) {
  const first = new Uint32Array(lines + 1).fill(line.length);
  for (let i = line.length - 1; i >= 0; i--) first[line[i]] = i;
  for (let k = lines - 1; k >= 0; k--) first[k] = Math.min(first[k], first[k + 1]);
  return first;
}

/**
 * Finds the first cell of each token.
 * @param {number[]} index token of each cell, -1 for format tokens
 * @param {number} n number of tokens
 * @returns {Uint32Array}
 */
export function cellsOf(index, n) {
  const cells = new Uint32Array(n);
  for (let i = index.length - 1; i >= 0; i--) if (index[i] >= 0) cells[index[i]] = i;
  return cells;
}

/** @param {{ facets: any[] }} args */
export default async function unpack({ facets }) {
  for (const facet of facets) {
    if (facet.unpacked !== null || facet.unpacking) continue;
    facet.unpacking = true;
    const json = await inflate(facet.text);
    const heat = facet.heat === null ? null : new Uint8Array(await inflate(facet.heat));
    const text = JSON.parse(new TextDecoder().decode(json));
    const first = firstCells(text.line, facet.geometry.lines);
    const cells = cellsOf(text.index, text.tokens.length);
    const unpacked = { ...text, heat, first, cells };
    facet.setv({ unpacked }, { sync: false });
  }
}
