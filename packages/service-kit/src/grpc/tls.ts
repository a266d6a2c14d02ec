import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { credentials, ServerCredentials, type ChannelCredentials } from '@grpc/grpc-js';
import { ConfigError } from '../config/load-config.js';
import type { TlsFiles } from '../config/shapes.js';

interface TlsMaterial {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

/** Server side of mTLS: a peer without a certificate of our authority is refused in the handshake. */
export function serverCredentials(files: Partial<TlsFiles>): ServerCredentials {
  const { ca, cert, key } = readTls(files);
  return ServerCredentials.createSsl(ca, [{ cert_chain: cert, private_key: key }], true);
}

/** Client side of mTLS: only a server with a certificate of our authority for its address is spoken to. */
export function clientCredentials(files: Partial<TlsFiles>): ChannelCredentials {
  const { ca, cert, key } = readTls(files);
  return credentials.createSsl(ca, key, cert);
}

function readTls(files: Partial<TlsFiles>): TlsMaterial {
  const problems: string[] = [];
  const read = (name: keyof TlsFiles): Buffer => {
    const path = files[name];
    if (path === undefined || path === '') {
      problems.push(`${name} is missing: set it to a PEM file`);
      return Buffer.alloc(0);
    }
    try {
      const pem = readFileSync(path);
      if (!pem.includes('-----BEGIN')) problems.push(`${name} is not a PEM file: ${path}`);
      return pem;
    } catch {
      problems.push(`${name} cannot be read: ${path} must exist and be readable`);
      return Buffer.alloc(0);
    }
  };
  const material = {
    ca: read('TLS_CA_FILE'),
    cert: read('TLS_CERT_FILE'),
    key: read('TLS_KEY_FILE'),
  };
  if (problems.length === 0) problems.push(...problemsOf(material, files));
  if (problems.length > 0) throw new ConfigError(problems);
  return material;
}

/** What OpenSSL would say without a name of a file. */
function problemsOf({ ca, cert, key }: TlsMaterial, files: Partial<TlsFiles>): string[] {
  const { TLS_CA_FILE, TLS_CERT_FILE, TLS_KEY_FILE } = files;
  const authority = parsed(() => new X509Certificate(ca));
  const certificate = parsed(() => new X509Certificate(cert));
  const privateKey = parsed(() => createPrivateKey(key));
  if (authority === undefined) return [`TLS_CA_FILE holds no certificate: ${TLS_CA_FILE}`];
  if (certificate === undefined) return [`TLS_CERT_FILE holds no certificate: ${TLS_CERT_FILE}`];
  if (privateKey === undefined) return [`TLS_KEY_FILE holds no private key: ${TLS_KEY_FILE}`];
  if (certificate.checkPrivateKey(privateKey)) return [];
  return [
    `TLS_KEY_FILE is not the key of TLS_CERT_FILE: ${TLS_KEY_FILE} and ${TLS_CERT_FILE} must be of one ` +
      'certificate; issue it again, or name its own key',
  ];
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
