/** A Debian mirror that the machine already uses, with the keys that its packages are signed by. */
export interface DebianMirror {
  uri: string;
  /** A keyring's path, or a key block as deb822 writes it. */
  signedBy: string | undefined;
}

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

function isDebianMirror(uri: string): boolean {
  return /\/debian\/?$/.test(uri) || /^mirror\+file:.*\/debian\.list$/.test(uri);
}

function fromDeb822(text: string): DebianMirror | undefined {
  for (const stanza of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let current = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line);
      if (field) {
        current = (field[1] ?? '').toLowerCase();
        fields.set(current, field[2] ?? '');
      } else if (current !== '' && /^\s/.test(line)) {
        fields.set(current, `${fields.get(current) ?? ''}\n${line}`);
      }
    }
    if (fields.get('enabled')?.trim() === 'no') continue;
    if (!fields.get('types')?.split(/\s+/).includes('deb')) continue;
    const uri = fields.get('uris')?.split(/\s+/).find(isDebianMirror);
    if (uri !== undefined) return { uri, signedBy: fields.get('signed-by') };
  }
  return undefined;
}

function fromOneLineFormat(text: string): DebianMirror | undefined {
  for (const line of text.split('\n')) {
    const entry = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s/.exec(line);
    const uri = entry?.[2];
    if (uri !== undefined && isDebianMirror(uri)) {
      return { uri, signedBy: /signed-by=(\S+)/.exec(entry?.[1] ?? '')?.[1] };
    }
  }
  return undefined;
}

/** The first Debian mirror among the files of /etc/apt; other vendors' entries are passed over. */
export function findDebianMirror(
  files: { name: string; text: string }[],
): DebianMirror | undefined {
  for (const { name, text } of files) {
    const mirror = name.endsWith('.sources') ? fromDeb822(text) : fromOneLineFormat(text);
    if (mirror) return { uri: mirror.uri, signedBy: mirror.signedBy ?? DEBIAN_KEYRING };
  }
  return undefined;
}
