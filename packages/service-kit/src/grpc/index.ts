export { actingNow, currentCaller } from './caller.js';
export {
  clientToken,
  grpcClient,
  type ClientToken,
  type GrpcClientConstructor,
  type PromisifiedClient,
} from './grpc-client.js';
export { RpcError, rpcErrorFrom, toServiceError, type RemoteError } from './rpc-error.js';
export { validRequest } from './valid-request.js';
export { Call, paced, pacedBounds, type StreamCall } from './paced.js';
export { PeerClocks } from './peer-clocks.js';
export { serverTimeKey } from './server-time.js';
