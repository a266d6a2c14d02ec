export { callingAsAllowed } from './allowed-calls.js';
export { testCertificates, type TestTls } from './certificates.js';
export { eventually, patienceMs } from './eventually.js';
export { FakeClock } from './fake-clock.js';
export { testNats, type TestNats } from './nats.js';
export { testPostgres, type TestDatabase } from './postgres.js';
export { testProxy, type TestProxy } from './proxy.js';
export { startTestService, type TestService } from './test-service.js';
export { freePort } from '@modelbridge/local-stack';
