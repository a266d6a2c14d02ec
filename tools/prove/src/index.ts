export { commandLine } from './command-line.js';
export { scanPlaces, type ScanReport } from './scan/scan.js';
export { openFilesOf } from './scan/open-files.js';
