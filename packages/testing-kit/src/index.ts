export { testCertificates, type TestTls } from './certificates.js';
export { eventually, patienceMs } from './eventually.js';
export { FakeClock } from './fake-clock.js';
export { testNats, type TestNats } from './nats.js';
export { testPostgres, type DatabaseTemplate, type TestDatabase } from './postgres.js';
export { startTestService, type TestService, type TestServiceOptions } from './test-service.js';
