const mib = 1024 * 1024;

export const contentBounds = {
  /** Of one call, as the proto says. */
  contents: 500,
  callBytes: 64 * mib,
  /** Of all calls that are being stored; what comes then is refused, and gateways drop it. */
  inHandBytes: 192 * mib,
  /** Of one statement. */
  statementBytes: 8 * mib,
  /** Version, nonce and tag: nothing sealed is shorter. */
  leastSealedBytes: 1 + 12 + 16,
};
