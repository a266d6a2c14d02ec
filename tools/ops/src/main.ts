import { main } from './command-line.js';

const [command = '', ...args] = process.argv.slice(2);

// Not even a connection to a service that hangs keeps what is done from ending.
process.exit(await main(command, args));
