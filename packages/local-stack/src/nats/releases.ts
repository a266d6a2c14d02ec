/** The archive of the project's own release that is installed where Debian's package cannot be. */
export const NATS_RELEASE = {
  version: '2.11.8',
  archive: (version: string, target: string) =>
    `https://github.com/nats-io/nats-server/releases/download/v${version}/nats-server-v${version}-${target}.tar.gz`,
  /** SHA-256 of each archive, as in the release's SHA256SUMS. */
  sha256: {
    'linux-amd64': '397a6deffb5533e160de0cca322bc3dcaec7fb7282d66a3dfa87a9c183152ad1',
    'linux-arm64': 'b08936cb1dc0ae7086137bda14c352df64397c4af45ed2b392705c19585aeb84',
    'darwin-amd64': '002c943c1ed39c55cc5e024debfc02685111fcb2b1cbd887aad39ac977037477',
    'darwin-arm64': '23e0c5354c2da385708946a21900c944fcb9a3bbfd02aae27a4ae750dea0b682',
  } as Record<string, string>,
};
