import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { certificatePaths, ensureCertificates } from './certificate-files.js';
import { isUsable, issueCertificate, keyFits, makeCa, type Certificate } from './certificates.js';

async function peerOf(
  ca: Certificate,
  server: Certificate,
  client: Certificate,
): Promise<{ subject: string | undefined; names: string | undefined }> {
  const listener = createServer({
    ca: ca.certificatePem,
    cert: server.certificatePem,
    key: server.keyPem,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  });
  const peer = new Promise<string | undefined>((resolve, reject) => {
    listener.on('secureConnection', (socket: TLSSocket) => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.end();
    });
    listener.on('tlsClientError', reject);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: ca.certificatePem,
    cert: client.certificatePem,
    key: client.keyPem,
  });
  socket.on('error', () => undefined);
  try {
    const subject = await peer;
    return { subject, names: socket.getPeerCertificate().subjectaltname };
  } finally {
    socket.destroy();
    listener.close();
  }
}

describe('certificates', () => {
  it('let two services know each other by name over mutual TLS', async () => {
    const ca = await makeCa();
    const [auth, gateway] = await Promise.all([
      issueCertificate(ca, 'auth'),
      issueCertificate(ca, 'gateway'),
    ]);
    const peer = await peerOf(ca, auth, gateway);
    expect(peer.subject).toBe('gateway');
    expect(peer.names).toBe('DNS:auth, DNS:localhost, IP Address:127.0.0.1');
  });

  it('of another authority are refused', async () => {
    const [ca, other] = await Promise.all([makeCa(), makeCa()]);
    const auth = await issueCertificate(ca, 'auth');
    const forged = await issueCertificate(other, 'gateway');
    await expect(peerOf(ca, auth, forged)).rejects.toThrow();
    expect(await isUsable(forged.certificatePem, ca.certificatePem, 7)).toBe(false);
  });

  it('are usable only while more than the asked days are left', async () => {
    const ca = await makeCa();
    const { certificatePem } = await issueCertificate(ca, 'auth');
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    expect(await isUsable(certificatePem, ca.certificatePem, 7, inDays(357))).toBe(true);
    expect(await isUsable(certificatePem, ca.certificatePem, 7, inDays(359))).toBe(false);
  });
});

describe('ensureCertificates', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('keeps what is valid and makes anew what its authority did not sign', async () => {
    const auth = certificatePaths(directory, 'auth');
    await ensureCertificates(directory, ['auth']);
    const first = await readFile(auth.certificate, 'utf8');
    await ensureCertificates(directory, ['auth', 'billing']);
    expect(await readFile(auth.certificate, 'utf8')).toBe(first);
    await rm(auth.ca);
    await ensureCertificates(directory, ['auth']);
    expect(await readFile(auth.certificate, 'utf8')).not.toBe(first);
  });

  it('makes anew what has the key of another, or none that can be read', async () => {
    const [auth, billing] = ['auth', 'billing'].map((name) => certificatePaths(directory, name));
    if (!auth || !billing) throw new Error('no paths');
    await ensureCertificates(directory, ['auth', 'billing']);
    const untouched = await readFile(billing.certificate, 'utf8');
    for (const key of [await readFile(billing.key, 'utf8'), 'no key at all']) {
      await writeFile(auth.key, key);
      await ensureCertificates(directory, ['auth', 'billing']);
      expect(
        keyFits({
          certificatePem: await readFile(auth.certificate, 'utf8'),
          keyPem: await readFile(auth.key, 'utf8'),
        }),
      ).toBe(true);
    }
    expect(await readFile(billing.certificate, 'utf8')).toBe(untouched);
  });

  it('keeps private keys from other users', async () => {
    await ensureCertificates(directory, ['auth']);
    for (const name of ['ca.key', 'auth.key']) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
  });
});
