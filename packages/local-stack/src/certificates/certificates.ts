import 'reflect-metadata';
import {
  createPrivateKey,
  randomBytes,
  webcrypto,
  X509Certificate as NodeCertificate,
} from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const CA_LIFETIME_DAYS = 3650;
const CERTIFICATE_LIFETIME_DAYS = 365;
const CA_NAME = 'CN=ModelBridge local CA';

cryptoProvider.set(webcrypto);

/** A certificate with its private key, both PEM. */
export interface Certificate {
  certificatePem: string;
  keyPem: string;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}

/** A new certificate authority (ECDSA P-256). */
export async function makeCa(): Promise<Certificate> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: CA_NAME,
    ...validity(CA_LIFETIME_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificatePem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

/**
 * A certificate for one service, good as server and as client: CN and first DNS name are the
 * service's name, then localhost and 127.0.0.1.
 */
export async function issueCertificate(ca: Certificate, name: string): Promise<Certificate> {
  const keys = await newKeys();
  const issuer = new X509Certificate(ca.certificatePem);
  const issuerKey = await webcrypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(ca.keyPem),
    ALGORITHM,
    false,
    ['sign'],
  );
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${name}`,
    issuer: issuer.subject,
    ...validity(CERTIFICATE_LIFETIME_DAYS),
    signingAlgorithm: ALGORITHM,
    signingKey: issuerKey,
    publicKey: keys.publicKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: name },
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  return { certificatePem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

/** Whether the key is that of the certificate; false also where one of them cannot be read. */
export function keyFits({ certificatePem, keyPem }: Certificate): boolean {
  try {
    return new NodeCertificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

/** Whether a certificate stays valid for `days` more and was signed by this authority. */
export async function isUsable(
  certificatePem: string,
  caPem: string,
  days: number,
  now = new Date(),
): Promise<boolean> {
  const certificate = new X509Certificate(certificatePem);
  if (certificate.notAfter.getTime() - now.getTime() <= days * DAY_MS) return false;
  return certificate.verify({ publicKey: new X509Certificate(caPem), signatureOnly: true });
}
