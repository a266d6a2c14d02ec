import { main } from './command-line.js';

process.exit(await main('prove', process.argv.slice(2)));
