// The dashboard in a real browser, over one launched system: it costs more to start than most of these.
import './planted-problems.js';
import './public-pages.js';
import './signed-in-pages.js';
import './first-request.js';
