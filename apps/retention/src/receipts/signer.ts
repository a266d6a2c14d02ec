import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** Signs receipts with Ed25519. */
export class ReceiptSigner {
  private readonly publicKey: KeyObject;
  /** The beginning of the SHA-256 of the public key (SPKI, DER), in hex. */
  readonly keyId: string;

  private constructor(private readonly privateKey: KeyObject) {
    this.publicKey = createPublicKey(privateKey);
    const der = this.publicKey.export({ type: 'spki', format: 'der' });
    this.keyId = createHash('sha256').update(der).digest('hex').slice(0, 16);
  }

  /** Throws on what is no Ed25519 key in PEM (PKCS 8). */
  static fromPem(pem: string): ReceiptSigner {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
    return new ReceiptSigner(key);
  }

  /** For whoever checks receipts. */
  get publicKeyPem(): string {
    return this.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  sign(hash: Buffer): Buffer {
    return sign(null, hash, this.privateKey);
  }

  isSignature(hash: Buffer, signature: Buffer): boolean {
    return verify(null, hash, this.publicKey, signature);
  }
}
