#!/usr/bin/env node
// Checks receipts that ModelBridge has issued, with nothing of ModelBridge's: Node's own crypto alone.
//
//   node verify-receipts.mjs URL [PUBLIC-KEY ...]
//   node verify-receipts.mjs RECEIPTS PUBLIC-KEY [PUBLIC-KEY ...]
//
// The URL of the API, where receipts and the key in use are public; older keys are given as files. Or a file of receipts, one a
// line or as `ops receipt list` prints them, from the first on, and files of public keys, in PEM or as `ops receipt key` prints
// them. Exit code 0: every receipt is as it was signed, and none is missing between them; 1: not so; 2: not checked.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const format = 'modelbridge.receipt.v1';

function keysFrom(texts) {
  return new Map(
    texts.map((text) => {
      const key = createPublicKey(text.startsWith('{') ? pemOf(JSON.parse(text)) : text);
      const der = key.export({ type: 'spki', format: 'der' });
      return [createHash('sha256').update(der).digest('hex').slice(0, 16), key];
    }),
  );
}

function pemOf({ publicKeyPem, public_key_pem: pem = publicKeyPem }) {
  return pem;
}

async function publicJson(url) {
  const response = await globalThis.fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
}

async function receiptsAt(url) {
  const receipts = [];
  for (let cursor = '0'; cursor !== null;) {
    const page = await publicJson(`${url}/privacy/receipts?cursor=${cursor}`);
    receipts.push(...page.data);
    cursor = page.next_cursor;
  }
  return receipts;
}

function receiptsIn(file) {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.flatMap((line) => {
    const read = JSON.parse(line);
    return read.receipts ?? [read];
  });
}

function hashOf(receipt) {
  const facts = Object.entries(receipt.facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(
      JSON.stringify([
        format,
        receipt.sequence,
        receipt.kind,
        receipt.subject,
        receipt.issued_at,
        facts,
        receipt.previous_hash,
        receipt.signing_key,
      ]),
    )
    .digest();
}

function problemOf(receipt, previous, keys) {
  if (BigInt(receipt.sequence) !== BigInt(previous?.sequence ?? 0) + 1n)
    return 'the one before is missing';
  if (receipt.previous_hash !== (previous?.hash ?? '0'.repeat(64)))
    return 'does not follow the one before';
  const hash = hashOf(receipt);
  if (receipt.hash !== hash.toString('hex')) return 'was changed';
  const key = keys.get(receipt.signing_key);
  if (key === undefined) return `no public key ${receipt.signing_key} was given`;
  const isSigned = verify(null, hash, key, Buffer.from(receipt.signature, 'base64'));
  return isSigned ? undefined : 'the signature is wrong';
}

const [from, ...keyFiles] = process.argv.slice(2);
const isUrl = /^https?:\/\//.test(from ?? '');
if (from === undefined || (!isUrl && keyFiles.length === 0)) {
  console.error('usage: node verify-receipts.mjs URL [PUBLIC-KEY ...]');
  console.error('       node verify-receipts.mjs RECEIPTS PUBLIC-KEY [PUBLIC-KEY ...]');
  process.exit(2);
}
try {
  const url = from.replace(/\/$/, '');
  const texts = keyFiles.map((file) => readFileSync(file, 'utf8'));
  if (isUrl) texts.push(JSON.stringify(await publicJson(`${url}/privacy/receipt-key`)));
  const keys = keysFrom(texts);
  const receipts = isUrl ? await receiptsAt(url) : receiptsIn(from);
  const problems = receipts.flatMap((receipt, index) => {
    const problem = problemOf(receipt, receipts[index - 1], keys);
    return problem === undefined ? [] : [`receipt ${receipt.sequence}: ${problem}`];
  });
  for (const problem of problems) console.error(problem);
  console.log(`${receipts.length} receipts, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`not checked: ${error.message}`);
  process.exitCode = 2;
}
