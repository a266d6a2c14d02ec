/** Whether an Accept-Encoding (RFC 9110, section 12.5.3) takes gzip. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
        const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
        return [coding, weight === undefined ? 1 : Number(weight.split('=')[1])] as const;
      }),
  );
  return (codings.get('gzip') ?? codings.get('*') ?? 0) > 0;
}
