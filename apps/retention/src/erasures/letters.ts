import type { Letter } from '@modelbridge/mail';
import { shownCode, type Erasure } from './erasure.js';

export function codeLetter(code: string): Letter {
  return {
    subject: 'Confirm that your account is to be erased',
    paragraphs: [
      'Somebody who is signed in to your ModelBridge account, or has a management key of it, wants it erased.',
      `If that is you, confirm it with this code within an hour: ${shownCode(code)}`,
      'Then your API keys stop working for good and your sessions end at once. You can cancel for 72 hours; after that all that we hold of you goes, and nobody can bring it back.',
      'If it is not you, do nothing: without the code nothing happens. Change your password and look at your keys.',
    ],
  };
}

export function confirmedLetter({ executesAt }: Erasure): Letter {
  const until = executesAt?.toISOString().replace('T', ' ').slice(0, 16);
  return {
    subject: 'Your account will be erased',
    paragraphs: [
      'The erasure of your ModelBridge account is confirmed. Your API keys are destroyed and your sessions have ended.',
      `You can sign in and cancel it until ${until} UTC. Your keys do not come back then: you make new ones.`,
      'After that we erase what we hold of you within 30 days, and tell you when it is done.',
    ],
  };
}

/** Both lines of JSON: what went and stays, and its entry in the chain of receipts. */
export function doneLetter(document: string, signed: string): Letter {
  return {
    subject: 'Your account is erased',
    paragraphs: [
      'What ModelBridge held of you is erased. This is the last mail that you get from us: your address goes with it.',
      'The receipt below says what went, what stays and why. Keep it.',
      document,
      'It is signed: its SHA-256 is document_sha256 of this entry in the chain of receipts, which anybody can check.',
      signed,
    ],
  };
}
