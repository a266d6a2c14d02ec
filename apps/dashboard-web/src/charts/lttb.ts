export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Largest-triangle-three-buckets: at most `most` of the points, those that keep the line's shape, its peaks among
 * them. First and last stay. More points than pixels say nothing more.
 */
export function downsampled(points: readonly Point[], most: number): readonly Point[] {
  const [first] = points;
  const last = points.at(-1);
  if (points.length <= most || most < 3 || first === undefined || last === undefined) return points;
  const size = (points.length - 2) / (most - 2);
  const kept = [first];
  let before = first;
  for (let bucket = 0; bucket < most - 2; bucket += 1) {
    const start = 1 + Math.floor(bucket * size);
    const end = 1 + Math.floor((bucket + 1) * size);
    const next = middleOf(points.slice(end, Math.min(points.length, end + Math.ceil(size))));
    before = farthest(points.slice(start, end), before, next ?? last);
    kept.push(before);
  }
  return [...kept, last];
}

function middleOf(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined;
  const sum = points.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }));
  return { x: sum.x / points.length, y: sum.y / points.length };
}

/** The point that makes the largest triangle with its neighbours on both sides. */
function farthest(points: readonly Point[], before: Point, next: Point): Point {
  let best = before;
  let largest = -1;
  for (const point of points) {
    const area = Math.abs(
      (before.x - next.x) * (point.y - before.y) - (before.x - point.x) * (next.y - before.y),
    );
    if (area <= largest) continue;
    largest = area;
    best = point;
  }
  return best;
}
