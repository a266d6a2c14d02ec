import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSecretFile } from '../secrets/secret-file.js';
import { isUsable, issueCertificate, keyFits, makeCa, type Certificate } from './certificates.js';

const RENEWAL_DAYS = 7;

export interface CertificatePaths {
  ca: string;
  certificate: string;
  key: string;
}

/** Where the certificate of a service is kept. */
export function certificatePaths(directory: string, name: string): CertificatePaths {
  return {
    ca: join(directory, 'ca.crt'),
    certificate: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  };
}

async function read(certificatePath: string, keyPath: string): Promise<Certificate | undefined> {
  try {
    return {
      certificatePem: await readFile(certificatePath, 'utf8'),
      keyPem: await readFile(keyPath, 'utf8'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function write(certificatePath: string, keyPath: string, made: Certificate): Promise<void> {
  await writeSecretFile(keyPath, made.keyPem);
  await writeSecretFile(certificatePath, made.certificatePem);
}

async function existingOrNew(
  certificatePath: string,
  keyPath: string,
  caPem: (certificate: Certificate) => string,
  make: () => Promise<Certificate>,
): Promise<Certificate> {
  const existing = await read(certificatePath, keyPath);
  if (
    existing &&
    keyFits(existing) &&
    (await isUsable(existing.certificatePem, caPem(existing), RENEWAL_DAYS).catch(() => false))
  ) {
    return existing;
  }
  const made = await make();
  await write(certificatePath, keyPath, made);
  return made;
}

/**
 * Makes sure that the directory holds an authority and a certificate for every name. What is there
 * is kept while it has its own key and is valid for more than 7 days.
 */
export async function ensureCertificates(directory: string, names: string[]): Promise<void> {
  const ca = await existingOrNew(
    join(directory, 'ca.crt'),
    join(directory, 'ca.key'),
    (certificate) => certificate.certificatePem,
    makeCa,
  );
  await Promise.all(
    names.map((name) => {
      const paths = certificatePaths(directory, name);
      return existingOrNew(
        paths.certificate,
        paths.key,
        () => ca.certificatePem,
        () => issueCertificate(ca, name),
      );
    }),
  );
}
