export { actingNow, currentCaller } from './caller.js';
export { grpcClient, type PromisifiedClient } from './grpc-client.js';
export { RpcError, rpcErrorFrom, type RemoteError } from './rpc-error.js';
export { validRequest } from './valid-request.js';
