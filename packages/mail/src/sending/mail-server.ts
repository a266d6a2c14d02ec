/** Where mails go out, read from `smtp(s)://user:password@host:port`. */
export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte; else it must be switched on before anything is said (STARTTLS). */
  secure: boolean;
  auth: { user: string; pass: string };
  requireTLS: boolean;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

/** Throws a TypeError that says what is wrong with the URL. */
export function mailServerOf(text: string): MailServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'smtps:';
  if (url === undefined || (!secure && url.protocol !== 'smtp:') || url.hostname === '') {
    throw new TypeError('must be smtp://user:password@host:port or smtps://…');
  }
  if (url.username === '' || url.password === '') {
    throw new TypeError('must hold a user and a password, percent-encoded: smtp://user:password@…');
  }
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new TypeError('must end after the port');
  }
  return {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    requireTLS: !secure && !loopback.test(url.hostname),
  };
}
