import { get } from 'node:http';

const TIMEOUT_MS = 2_000;
const LONGEST_ANSWER = 300;

/** Undefined when `GET /readyz` answers 200, else what the process says or why it does not answer. */
export function missingForReadiness(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: TIMEOUT_MS },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body = (body + text).slice(0, LONGEST_ANSWER);
        });
        response.once('error', () => resolve(`/readyz on port ${port} broke off`));
        response.once('end', () =>
          resolve(
            response.statusCode === 200
              ? undefined
              : `/readyz answers ${response.statusCode} ${body}`,
          ),
        );
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(`/readyz on port ${port} does not answer`));
  });
}
