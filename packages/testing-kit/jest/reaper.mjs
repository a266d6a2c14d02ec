// Removes the directory of a test run when the run has ended: the IPC channel closes even on SIGKILL.
import process from 'node:process';
import { removeRunDirectory } from './run-directory.mjs';

const reap = () => removeRunDirectory(process.env.MODELBRIDGE_TEST_DIR);

if (process.connected) process.once('disconnect', reap);
else await reap();
