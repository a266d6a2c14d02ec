// What one system promises that nobody kills, all in one file: a system costs more to start than most of them.
// First what looks at the whole of it.
import './system/region-loss.js';
import './system/main-job.js';
import './system/bad-upstreams.js';
import './system/duplicates.js';
import './system/lowered-limit.js';
import './system/disconnects.js';
import './system/rate-limits.js';
import './system/spend-limits.js';
import './system/management-writes.js';
import './system/sign-in.js';
import './system/top-up.js';
import './system/provider-costs.js';
import './system/erasure.js';
import './system/books.js';
