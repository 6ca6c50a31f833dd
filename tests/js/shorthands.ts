// What the bundle says often, under names that it may shorten: `bundle.ts` puts these in
// place of `Math.abs`, of `document` and so on.

export const {
  abs: Math_abs,
  floor: Math_floor,
  max: Math_max,
  min: Math_min,
  round: Math_round,
} = Math;
export const { stringify: JSON_stringify } = JSON;
export const { isNaN: Number_isNaN, NEGATIVE_INFINITY: Number_NEGATIVE_INFINITY } =
  Number;
export const { assign: Object_assign, entries: Object_entries } = Object;
export const {
  clearTimeout: globalThis_clearTimeout,
  document: globalThis_document,
  requestAnimationFrame: globalThis_requestAnimationFrame,
  setTimeout: globalThis_setTimeout,
  undefined: globalThis_undefined,
  Float32Array: globalThis_Float32Array,
  Int32Array: globalThis_Int32Array,
  Set: globalThis_Set,
  String: globalThis_String,
  Uint32Array: globalThis_Uint32Array,
  Uint8Array: globalThis_Uint8Array,
} = globalThis;
