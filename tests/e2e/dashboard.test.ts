// What the dashboard's server promises to the web app, of one system: it costs more to start than most of them.
import './dashboard/writes.js';
import './dashboard/files.js';
import './dashboard/keys.js';
import './dashboard/activity.js';
import './dashboard/billing.js';
import './dashboard/consents.js';
import './dashboard/teams.js';
import './dashboard/models.js';
import './dashboard/playground.js';
import './dashboard/privacy.js';
// Last: it signs in until it may not.
import './dashboard/sign-in.js';
