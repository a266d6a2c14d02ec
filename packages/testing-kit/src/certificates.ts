import { certificatePaths, ensureCertificates } from '@modelbridge/local-stack';
import { temporaryDirectory } from './run-directory.js';

/** The variables that name a process's certificate, as its configuration takes them. */
export interface TestTls {
  TLS_CA_FILE: string;
  TLS_CERT_FILE: string;
  TLS_KEY_FILE: string;
}

/** A certificate for each name, from a new authority that no other call shares. */
export async function testCertificates<N extends string>(
  ...names: N[]
): Promise<Record<N, TestTls>> {
  const directory = await temporaryDirectory('certificates');
  await ensureCertificates(directory, names);
  return Object.fromEntries(
    names.map((name) => {
      const paths = certificatePaths(directory, name);
      return [
        name,
        { TLS_CA_FILE: paths.ca, TLS_CERT_FILE: paths.certificate, TLS_KEY_FILE: paths.key },
      ];
    }),
  ) as Record<N, TestTls>;
}
