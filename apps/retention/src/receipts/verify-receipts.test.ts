import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { beginning, hashOf, receiptLine, type Receipt } from './receipt.js';
import { ReceiptSigner } from './signer.js';

const program = fileURLToPath(
  new URL('../../../../tools/receipts/verify-receipts.mjs', import.meta.url),
);
const directory = mkdtempSync(join(tmpdir(), 'receipts-'));

function newSigner(): ReceiptSigner {
  const { privateKey } = generateKeyPairSync('ed25519');
  return ReceiptSigner.fromPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

function chain(signer: ReceiptSigner, length: number): Receipt[] {
  const receipts: Receipt[] = [];
  for (let sequence = 1n; sequence <= length; sequence += 1n) {
    const unsigned = {
      sequence,
      kind: 'content_day',
      subject: `2026-03-${String(sequence).padStart(2, '0')}`,
      issuedAt: new Date(`2026-04-10T00:00:0${sequence}.123Z`),
      facts: {
        rows_unreadable: '7',
        destroyed_at: '2026-04-10T00:00:00.000Z',
        how: 'überschrieben',
      },
      previousHash: receipts.at(-1)?.hash ?? beginning,
      signingKey: signer.keyId,
    };
    const hash = hashOf(unsigned);
    receipts.push({ ...unsigned, hash, signature: signer.sign(hash) });
  }
  return receipts;
}

function verified(receipts: readonly Receipt[], signer: ReceiptSigner) {
  const [file, key] = [join(directory, 'receipts.jsonl'), join(directory, 'key.pem')];
  writeFileSync(file, receipts.map((receipt) => `${receiptLine(receipt)}\n`).join(''));
  writeFileSync(key, signer.publicKeyPem);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, file, key], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the program that checks receipts', () => {
  it('needs nothing of ours, and takes a chain as it was signed', () => {
    const imports = execFileSync('grep', ['-n', "from '", program], { encoding: 'utf8' });
    expect(imports.match(/from '(?!node:)/)).toBeNull();
    const signer = newSigner();
    expect(verified(chain(signer, 3), signer)).toMatchObject({
      status: 0,
      stdout: '3 receipts, 0 problems\n',
    });
  });

  it.each([
    [
      'a fact was changed',
      (r: Receipt[]) => [r[0], { ...r[1], facts: { how: 'x' } }, r[2]],
      /receipt 2: was changed/,
    ],
    ['one is missing', (r: Receipt[]) => [r[0], r[2]], /receipt 3: the one before is missing/],
    [
      'the first is missing',
      (r: Receipt[]) => [r[1], r[2]],
      /receipt 2: the one before is missing/,
    ],
    [
      'one has another’s signature',
      (r: Receipt[]) => [r[0], { ...r[1], signature: r[0]?.signature }, r[2]],
      /receipt 2: the signature is wrong/,
    ],
  ])('says where %s', (_, change, problem) => {
    const signer = newSigner();
    const found = verified(change(chain(signer, 3)) as Receipt[], signer);
    expect(found.status).toBe(1);
    expect(found.stderr).toMatch(problem);
  });

  it('says so where the key is another, or there is no file', () => {
    expect(verified(chain(newSigner(), 2), newSigner()).stderr).toMatch(
      /no public key \w+ was given/,
    );
    expect(spawnSync(process.execPath, [program]).status).toBe(2);
  });
});
