// What billing does of an erasure, beside the sandbox's Stripe: one billing for all of it.
import './account-erasure/of-an-account.js';
import './account-erasure/asked-by-retention.js';
import './account-erasure/record-lives.js';
