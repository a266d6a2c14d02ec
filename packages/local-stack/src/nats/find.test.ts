import { describe, expect, it } from '@jest/globals';
import { findDebianMirror } from './apt-sources.js';
import { verifyChecksum } from './install-from-release.js';
import { NATS_RELEASE } from './releases.js';
import { isSufficient, parseVersion } from './version.js';

describe('the version of a nats-server', () => {
  it('is read from its output', () => {
    expect(parseVersion('nats-server: v2.10.27\n')).toBe('2.10.27');
    expect(parseVersion('nats-server: 2.9.10')).toBe('2.9.10');
    expect(parseVersion('command not found')).toBeUndefined();
  });

  it.each([
    ['2.9.25', false],
    ['2.10.0', true],
    ['2.11.8', true],
    ['3.0.1', true],
    ['1.99.0', false],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isSufficient(version)).toBe(expected);
  });
});

describe('the Debian mirror of a machine', () => {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

  it('is found in deb822 sources behind another vendor and the security archive', () => {
    const mirror = findDebianMirror([
      { name: 'vendor.list', text: 'deb https://vendor.example/apt stable main\n' },
      {
        name: 'debian.sources',
        text: [
          'Types: deb',
          'URIs: http://mirror.example/debian-security',
          'Suites: bookworm-security',
          `Signed-By: ${keyring}`,
          '',
          '# the archive',
          'Types: deb deb-src',
          'URIs: http://mirror.example/debian',
          'Suites: bookworm bookworm-updates',
          `Signed-By: ${keyring}`,
          '',
        ].join('\n'),
      },
    ]);
    expect(mirror).toEqual({ uri: 'http://mirror.example/debian', signedBy: keyring });
  });

  it('is found in the one-line format, with or without options', () => {
    const find = (text: string) => findDebianMirror([{ name: 'sources.list', text }]);
    expect(find('deb http://mirror.example/debian/ bookworm main')).toEqual({
      uri: 'http://mirror.example/debian/',
      signedBy: keyring,
    });
    expect(
      find('deb [arch=amd64 signed-by=/k.gpg] https://m.example/debian bookworm main'),
    ).toEqual({
      uri: 'https://m.example/debian',
      signedBy: '/k.gpg',
    });
  });

  it('keeps a key that is written into the sources', () => {
    const text =
      'Types: deb\nURIs: http://m.example/debian\nSigned-By:\n -----BEGIN-----\n .\n abc\n';
    expect(findDebianMirror([{ name: 'd.sources', text }])?.signedBy).toBe(
      '\n -----BEGIN-----\n .\n abc',
    );
  });

  it('is not a disabled one, a source archive or another distribution', () => {
    const texts = [
      'Enabled: no\nTypes: deb\nURIs: http://m.example/debian\n',
      'Types: deb-src\nURIs: http://m.example/debian\n',
      'Types: deb\nURIs: http://m.example/ubuntu\n',
    ];
    for (const text of texts)
      expect(findDebianMirror([{ name: 'x.sources', text }])).toBeUndefined();
    expect(
      findDebianMirror([{ name: 'x.list', text: '# deb http://m/debian a b' }]),
    ).toBeUndefined();
  });
});

describe('the archive of a release', () => {
  it('is refused when its checksum is another', () => {
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(() => verifyChecksum(Buffer.from('abc'), digest)).not.toThrow();
    expect(() => verifyChecksum(Buffer.from('abd'), digest)).toThrow(/nothing was installed/);
  });

  it('has a pinned checksum for every platform that Postgres is brought for', () => {
    expect(Object.keys(NATS_RELEASE.sha256).sort()).toEqual([
      'darwin-amd64',
      'darwin-arm64',
      'linux-amd64',
      'linux-arm64',
    ]);
    for (const sum of Object.values(NATS_RELEASE.sha256)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  });
});
