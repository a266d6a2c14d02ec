export interface LoadPlan {
  port: number;
  /** POST by default. */
  method?: 'GET';
  path: string;
  headers: Record<string, string>;
  /** Taken in turn by the connections, as bearers; absent: as `headers` say. */
  apiKeys?: readonly string[];
  body: string;
  connections: number;
  seconds: number;
  /** So long from the start nothing is counted: connections are made, and callers who came all at once spread. */
  settleSeconds?: number;
  /** Requests a second over all connections; absent: as fast as answers come. */
  rate?: number;
  /** Whoever is refused comes back when it is told to, as SDKs do; absent: at once. */
  patient?: boolean;
}

export interface Latencies {
  p50Ms: number;
  p99Ms: number;
}

export interface LoadResult extends Latencies {
  requests: number;
  /** Answers other than 200, and connections that broke. */
  failed: number;
  seconds: number;
  firstByteP50Ms: number;
  firstByteP99Ms: number;
  /** Answers by status; 0 for a connection that broke. */
  statuses: Record<string, number>;
  /** Of the answers with 200, and of all others. */
  admitted: Latencies;
  refused: Latencies;
  /** How late the generator's own event loop was; it counts to each latency. */
  own: Latencies;
}
