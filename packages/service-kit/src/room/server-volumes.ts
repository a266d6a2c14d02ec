import type { JetStreamManager } from '@nats-io/jetstream';
import type { VolumePlace } from '../config/size.js';
import type { Database } from '../database/database.js';
import { freeBytes } from './free-bytes.js';

/** What Postgres' disk has left. Its databases are counted; what its log of writes takes is to be left beside them. */
export async function postgresRoom(database: Database, place: VolumePlace): Promise<number> {
  if ('directory' in place) return freeBytes(place.directory);
  const [row] = await database.query<{ bytes: string }>(
    `select sum(pg_database_size(oid))::text as bytes from pg_database
     where has_database_privilege(oid, 'connect')`,
  );
  return Math.max(0, place.sizeBytes - Number(row?.bytes ?? 0));
}

/** What JetStream may still store, by its disk and by the limits of its account; undefined where neither is known. */
export async function jetStreamRoom(
  manager: JetStreamManager,
  place: VolumePlace | undefined,
): Promise<number | undefined> {
  const info = await manager.getAccountInfo();
  const rooms = Object.values(info.tiers ?? { all: info }).flatMap((tier) =>
    tier === undefined || tier.limits.max_storage <= 0
      ? []
      : [tier.limits.max_storage - tier.storage],
  );
  if (place !== undefined) {
    rooms.push(
      'directory' in place ? await freeBytes(place.directory) : place.sizeBytes - info.storage,
    );
  }
  return rooms.length === 0 ? undefined : Math.max(0, Math.min(...rooms));
}
