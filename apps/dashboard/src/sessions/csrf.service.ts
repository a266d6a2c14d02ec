import { createHmac, timingSafeEqual } from 'node:crypto';
import Tokens from '@fastify/csrf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf, setCookie } from './cookies.js';

/** Tokens that a foreign page cannot know: of the browser by its cookie, and of the session that is open in it. */
export class Csrf {
  private readonly tokens: Tokens.TokensUserinfo;
  private readonly hmacKey: string;

  constructor(secret: string) {
    this.hmacKey = createHmac('sha256', secret).update('csrf').digest('hex');
    this.tokens = Tokens({ userInfo: true, hmacKey: this.hmacKey });
  }

  token(request: FastifyRequest, reply: FastifyReply, sessionId: string): string {
    return this.tokens.create(this.secretOf(request, reply), sessionId);
  }

  isValid(request: FastifyRequest, sessionId: string): boolean {
    const secret = cookieOf(request, 'csrf');
    const token = request.headers['x-csrf-token'];
    return (
      secret !== undefined &&
      typeof token === 'string' &&
      this.tokens.verify(secret, token, sessionId)
    );
  }

  /** What tells this browser from others before anybody is signed in. */
  browserMark(request: FastifyRequest, reply: FastifyReply): string {
    return this.mark(this.secretOf(request, reply));
  }

  isBrowser(request: FastifyRequest, mark: string): boolean {
    const secret = cookieOf(request, 'csrf');
    if (secret === undefined) return false;
    const [own, given] = [Buffer.from(this.mark(secret)), Buffer.from(mark)];
    return own.length === given.length && timingSafeEqual(own, given);
  }

  private mark(secret: string): string {
    return createHmac('sha256', this.hmacKey).update(secret).digest('base64url');
  }

  private secretOf(request: FastifyRequest, reply: FastifyReply): string {
    const known = cookieOf(request, 'csrf');
    if (known !== undefined && known.length > 0) return known;
    const secret = this.tokens.secretSync();
    setCookie(reply, 'csrf', secret);
    return secret;
  }
}
