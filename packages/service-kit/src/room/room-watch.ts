import type { Gauge } from 'prom-client';
import type { HealthRegistry } from '../health/health-registry.js';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { roomLevel, type RoomLevel, type Volume } from './volume.js';

/** How often room is looked at; readiness looks for itself. */
const lookEveryMs = 5_000;

/** Tells of volumes that fill, before they are full. */
export class RoomWatch {
  private readonly levels = new Map<Volume, RoomLevel>();
  private readonly roomBytes: Gauge<'volume'>;
  private readonly below: Gauge<'volume' | 'watermark'>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly health: HealthRegistry,
    metrics: Metrics,
  ) {
    this.roomBytes = metrics.gauge({
      name: 'volume_room_bytes',
      help: 'Bytes that can still be written, by volume',
      labelNames: ['volume'],
    });
    this.below = metrics.gauge({
      name: 'room_below_watermark',
      help: '1 while a volume has less room than its watermark; low is an alert, below least the process is not ready',
      labelNames: ['volume', 'watermark'],
    });
  }

  watch(volume: Volume): void {
    this.levels.set(volume, 'enough');
    if (volume.leastBytes === undefined) return;
    this.health.register(`${volume.name} room`, async () => {
      const room = await measured(volume);
      if (room !== undefined && roomLevel(volume, room) === 'least') throw new Error('no room');
    });
  }

  start(): void {
    this.timer = setInterval(() => void this.look(), lookEveryMs);
    this.timer.unref();
    void this.look();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Looks at every volume once. */
  async look(): Promise<void> {
    await Promise.all([...this.levels.keys()].map((volume) => this.lookAt(volume)));
  }

  private async lookAt(volume: Volume): Promise<void> {
    const room = await measured(volume);
    if (room === undefined) return;
    const level = roomLevel(volume, room);
    this.roomBytes.set({ volume: volume.name }, room);
    for (const [watermark, isBelow] of [
      ['low', level !== 'enough'],
      ['least', level === 'least'],
    ] as const) {
      this.below.set({ volume: volume.name, watermark }, isBelow ? 1 : 0);
    }
    if (level === this.levels.get(volume)) return;
    this.levels.set(volume, level);
    this.tell(volume, level, room);
  }

  private tell(volume: Volume, level: RoomLevel, roomBytes: number): void {
    const { name, lowBytes, leastBytes } = volume;
    const fields = { volume: name, roomBytes, lowBytes, leastBytes };
    if (level === 'enough') this.logger.info(fields, 'a volume has room again');
    else if (level === 'low') this.logger.warn(fields, 'a volume has little room left: make room');
    else this.logger.error(fields, 'a volume has no room left: not ready until there is some');
  }
}

async function measured({ room }: Volume): Promise<number | undefined> {
  try {
    return await room();
  } catch {
    return undefined;
  }
}
