/** Where the service's tables are made: at boot, and once in a run of tests. */
export const schema = {
  migrationsDir: new URL('../migrations/', import.meta.url),
};
