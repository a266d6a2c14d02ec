// All that auth has to do with Clerk, of one service: it costs more to start than most of it.
import './testing/sessions.js';
import './testing/open-sessions.js';
import './testing/webhooks.js';
import './testing/comparison.js';
import './testing/erasing.js';
