/** Every bound of the gateway, in one place. Sizes in bytes, times in milliseconds. */
export const bounds = {
  // What a caller may send.
  maxHeaderBytes: 16 * 1024,
  maxBodyBytes: 32 * 1024 * 1024,
  /** Of routes that a controller answers. */
  maxManagementBodyBytes: 64 * 1024,
  /** Bodies held by all running requests together, and what goes upstream of large ones; above it new ones are shed. */
  maxBufferedBytes: 512 * 1024 * 1024,
  /** Compressed bodies that are decoded at once; the others wait for their turn. */
  maxDecodings: 4,
  maxConnections: 20_000,
  headersTimeoutMs: 5_000,
  /** Slow senders are looked for this often, and each body must have grown by this much in between. */
  bodyCheckMs: 4_000,
  minBodyBytesPerCheck: 4 * 1024,
  requestTimeoutMs: 180_000,
  connectionsCheckMs: 1_000,
  /** Longer than the idle time-outs of common load balancers, so that they close first. */
  idleConnectionMs: 75_000,
  /** After an early refusal the rest of the body is thrown away for this long, then the connection goes. */
  lingerMs: 2_000,

  /**
   * All that a request waits for other services before it is sent: for its key, its claim and its money
   * together. With a tick of the allowances on top nobody waits for 3 s.
   */
  longestWaitMs: 2_500,

  // Keys.
  keyCacheEntries: 50_000,
  keyTtlMs: 60_000,
  /** While revocations cannot be heard. */
  keyTtlDeafMs: 5_000,
  /** A cached key this old is looked up again beside the request that uses it. */
  keyRefreshAfterMs: 30_000,
  unknownKeyEntries: 10_000,
  unknownKeyTtlMs: 2_000,
  revokedKeyEntries: 10_000,
  keyLookupTimeoutMs: 2_000,
  maxPendingKeyLookups: 1_000,
  keysRetryAfterMs: 500,
  /** A check in vain counts as running for so long: one address can try 50 bad keys a second, all together 100. */
  maxKeyChecks: 1_000,
  badKeyMs: 10_000,

  // What runs.
  /**
   * From their admission to their end. At about 33 KB for each stream, its caller's side included, they take
   * 270 MB. A spool that is small has room for fewer.
   */
  maxOpenRequests: 8_192,

  // What a request may ask for.
  maxChoices: 128,
  /** Added to the input bound for what chat templates write around the messages. */
  templateTokens: 64,
  /** Added for the hidden instructions that come with tools or a response format. */
  toolPromptTokens: 512,
  /** What templates of open models write about tools, in a count: 60 to 133 as measured. */
  countedToolPromptTokens: 128,
  /** Added for each tool whose instructions the provider writes, such as a text editor. */
  builtInToolTokens: 1_024,
  /** A clipped output cap is not below this, or the caller's own if that is smaller. */
  minOutputCapTokens: 256,
  maxIdentifierLength: 512,
  /** Of the models that could do what the chosen one cannot, in an error. */
  namedModels: 5,

  // Upstream.
  maxUpstreamOrigins: 64,
  /** All of them, as token counts, may go to one origin at once: nobody waits for a connection. */
  connectionsPerOrigin: 8_400,
  upstreamConnectMs: 5_000,
  /** Between two pieces of a reply: OpenAI's chat begins at once and then may reason for minutes in silence. */
  upstreamIdleMs: 300_000,
  /**
   * A stream without a first byte is given up for another endpoint: below the minute after which load
   * balancers in front of the gateway drop a silent connection, above what a full context takes.
   */
  firstByteMs: 45_000,
  /** The same where there is no other: OpenAI sends nothing on chat while a model reasons. */
  lastFirstByteMs: 300_000,
  upstreamKeepAliveMs: 30_000,
  upstreamHeaderBytes: 32 * 1024,
  maxReplyBytes: 64 * 1024 * 1024,
  /** Of a whole reply, to be copied behind its head. */
  maxJoinedBytes: 16 * 1024,
  maxErrorBytes: 256 * 1024,
  /** Of a stream, while its request is not yet on disk. */
  maxHeldBytes: 256 * 1024,
  maxAttempts: 3,
  /** What a caller is told where a provider without capacity says nothing of when to come back. */
  retryAfterMs: 5_000,
  /** Official SDKs take a longer one for a mistake. */
  maxRetryAfterMs: 60_000,
  /** Attempts after the first are at most this share of the requests of the window, and a few more. */
  retryShare: 0.2,
  retryFloor: 100,
  retryWindowMs: 10_000,
  /** An endpoint fails after so many failures in a row, or from this share of its recent outcomes on. */
  ejectAfterFailures: 3,
  ejectFailureShare: 0.2,
  outcomeHalfLifeMs: 2_000,
  /** A failing endpoint is passed over for this long, doubling up to the maximum. */
  ejectMs: 1_000,
  maxEjectMs: 30_000,
  /** How long the one request that tries an ejected endpoint again keeps all others away from it. */
  trialMs: 10_000,
  /** What was seen of an endpoint's latency counts half after this time without another request. */
  latencyHalfLifeMs: 10_000,
  /** An endpoint is slow once nothing has come of it for so much longer than is usual. */
  suspectMs: 1_000,
  suspectFactor: 4,
  /** Streams of our own that wait for their first byte at an endpoint are a crowd from here on, where that is unusual. */
  crowdFrom: 4,
  /** One request measures a slow endpoint again after this long, doubling up to the maximum. */
  remeasureMs: 2_000,
  maxRemeasureMs: 30_000,
  /** Endpoints are about as fast as each other up to this difference. */
  nearSlackMs: 50,
  nearSlackShare: 0.5,
  /** Counting tokens is free of charge, and so bounded by itself. */
  maxTokenCounts: 64,
  /** Of which one body, with the copy that is made of its pieces, is a third. */
  maxTokenCountBytes: 256 * 1024 * 1024,
  tokenCountMs: 30_000,
  endpointReportMs: 2_000,

  /** A clock that differs by more from those of all others makes the gateway not ready. */
  clockOffMs: 30_000,
  clockCheckMs: 5_000,

  /** Of a batch of sealed contents, which one large one may fill beyond what a batch is to have. */
  maxContentMessageBytes: 12 * 1024 * 1024,

  // Time.
  totalMs: 600_000,
  tickMs: 1_000,
  keepAliveSilenceMs: 15_000,
  /** How long a reply whose caller is gone is read on for its usage: a stream, or a whole one of our own pools. */
  drainMs: 10_000,
  /** How long running requests may go on once the process is told to stop. */
  shutdownGraceMs: 5_000,
  /** How long the ledger then has to take the last records; the rest is sent by the next process. */
  settleOnShutdownMs: 700,

  // Reads of what a key has used, and has left.
  /** They run at once, of all keys together. */
  maxOpenReads: 64,
  /** Longer than `HangBreaker` takes to see that a service hangs. */
  readMs: 2_000,
  /** A stored content may be as large as a request and its reply. */
  contentReadMs: 15_000,
  readRetryAfterMs: 1_000,
  /** Files that are being sent at once; each holds back less than 2 MiB. */
  maxOpenFiles: 16,
  /** Whoever writes a file has begun by then. */
  fileBeginsMs: 10_000,
  /** One of which the caller takes nothing for so long is cut off: its place is another's. */
  fileStallMs: 60_000,
  defaultPage: 20,
  maxPage: 100,
} as const;
