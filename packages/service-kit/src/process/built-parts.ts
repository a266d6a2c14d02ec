import { Database } from '../database/database.js';
import { KitModule } from '../module/kit.module.js';
import { NatsConnection } from '../messaging/nats-connection.js';

type Hooks = Partial<
  Record<'onModuleDestroy' | 'beforeApplicationShutdown' | 'onApplicationShutdown', () => unknown>
>;

/**
 * What Nest has built so far. An application closes its parts; where its build fails there is none, and what
 * was built, or still becomes ready, would stay behind.
 */
export class BuiltParts {
  private readonly parts = new Set<unknown>();
  private state: 'building' | 'built' | 'failed' = 'building';

  /** Nest's `instanceDecorator`: sees each part as soon as it is there. */
  readonly collect = (part: unknown): unknown => {
    if (this.state === 'building') this.parts.add(part);
    // Nobody waits for it any more, nor hears how it fails.
    if (this.state === 'failed') closePart(part).catch(() => undefined);
    return part;
  };

  /** From now on the application closes them. */
  handOver(): void {
    this.state = 'built';
    this.parts.clear();
  }

  /** Closes them, and those that follow. */
  async close(): Promise<void> {
    this.state = 'failed';
    await Promise.allSettled([...this.parts].map(closePart));
  }
}

async function closePart(part: unknown): Promise<void> {
  if (part instanceof Database || part instanceof NatsConnection) {
    await part.close();
    return;
  }
  // It would close those two once more.
  if (part instanceof KitModule || typeof part !== 'object' || part === null) return;
  const hooks = part as Hooks;
  await hooks.onModuleDestroy?.();
  await hooks.beforeApplicationShutdown?.();
  await hooks.onApplicationShutdown?.();
}
