import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Subject, type Observable } from 'rxjs';
import { catalogSchema, repricedWithoutVersion, type Catalog } from './catalog.js';
import { CatalogRepository } from './catalog.repository.js';

const refreshIntervalMs = 2_000;

/** Keeps the catalog that is in force: the newest version in the database. */
@Injectable()
export class CatalogService implements OnModuleDestroy {
  private readonly replaced = new Subject<void>();
  private inForce: Catalog | undefined;
  private loadedId: bigint | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly catalogs: CatalogRepository,
    private readonly logger: Logger,
  ) {}

  /** Emits after another catalog has come into force. */
  get changes(): Observable<void> {
    return this.replaced;
  }

  get current(): Catalog {
    if (this.inForce === undefined)
      throw new Error('the catalog was asked for before it was loaded');
    return this.inForce;
  }

  /** Publishes the catalog that came with this build if it is new, then follows the database. */
  async start(shipped: unknown): Promise<void> {
    await this.publish(shipped);
    await this.refresh();
    this.timer = setInterval(() => void this.refreshInBackground(), refreshIntervalMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Takes over a newer version if there is one. A version that is not valid leaves the old one in force. */
  async refresh(): Promise<void> {
    const newestId = await this.catalogs.newestId();
    if (newestId === this.loadedId) return;
    const stored = await this.catalogs.newest();
    if (stored === undefined) return;
    this.loadedId = stored.id;
    const parsed = catalogSchema.safeParse(stored.catalog);
    if (!parsed.success) {
      this.logger.error(
        { err: parsed.error, catalogId: stored.id },
        'the newest catalog is not valid',
      );
      if (this.inForce === undefined) throw parsed.error;
      return;
    }
    this.inForce = parsed.data;
    this.logger.info({ version: parsed.data.version }, 'catalog in force');
    this.replaced.next();
  }

  private async publish(candidate: unknown): Promise<void> {
    const catalog = catalogSchema.parse(candidate);
    if (await this.catalogs.holds(catalog.version, candidate)) return;
    const newest = await this.catalogs.newest();
    const before = newest && catalogSchema.safeParse(newest.catalog).data;
    const repriced = before === undefined ? [] : repricedWithoutVersion(before, catalog);
    if (repriced.length > 0) {
      throw new Error(`${repriced.join(', ')}: a changed price needs a new price version`);
    }
    // Another instance may have published the same version since.
    const published =
      (await this.catalogs.insert(catalog.version, candidate)) ||
      (await this.catalogs.holds(catalog.version, candidate));
    if (!published) {
      throw new Error(
        `catalog version ${catalog.version} exists with other content: give the changed catalog a new version`,
      );
    }
  }

  private async refreshInBackground(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.logger.warn({ err: error }, 'the catalog could not be refreshed');
    }
  }
}
