export { startLedger, type RunningLedger } from './running-ledger.js';
export { sampleRecord } from './sample-records.js';
