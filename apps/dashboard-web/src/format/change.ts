/** `+12%`, `−3%`, `3.4×`; undefined where there was nothing before that it could be a part of. */
export function changeOf(value: bigint, before: bigint): string | undefined {
  if (before <= 0n) return undefined;
  const tenths = Number(((value - before) * 1_000n) / before);
  if (tenths >= 2_000) return `${(tenths / 1_000 + 1).toFixed(1)}×`;
  const percent = Math.abs(tenths) >= 100 ? Math.round(tenths / 10) : tenths / 10;
  if (percent === 0) return '±0%';
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent)}%`;
}
