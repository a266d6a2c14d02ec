// Every client in one file: a system costs more to start than any of them.
import './clients/matrix.js';
import './clients/older-sdks.js';
import './clients/vercel-ai-sdk.js';
import './clients/libraries.js';
import './clients/codex.js';
import './clients/codex-websocket.js';
import './clients/management-api.js';
