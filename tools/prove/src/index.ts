export { encodingNames, needlesOf } from './scan/encodings.js';
export { scanPlaces, type Hit, type ScanReport } from './scan/scan.js';
export { openFilesOf } from './scan/open-files.js';
