// Unpacks the Chromium of the package below TMPDIR, which whoever starts this has chosen. The package leaves out the
// libraries that a bare Linux lacks unless it believes that it runs at a cloud provider.
import process from 'node:process';

process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
const { default: chromium } = await import('@sparticuz/chromium');
await chromium.executablePath();
