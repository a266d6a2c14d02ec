import { context } from '@opentelemetry/api';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { GatewayConfig } from './config.js';
import { GatewayServer } from './ingress/gateway-server.js';
import { Ingress } from './ingress/ingress.service.js';
import { ResponseSockets } from './websocket/response-sockets.service.js';

/** The gateway as the kit runs it: Nest for composition, the ingress in front of its HTTP server. */
export function gatewayService(config: GatewayConfig): ServiceOptions {
  const server = new GatewayServer();
  return {
    name: 'gateway',
    module: AppModule.forRoot(config),
    config,
    http: { adapter: server.adapter },
    beforeListen: (app) => {
      // Carrying a trace through every promise costs each request more than its whole metering.
      context.disable();
      const ingress = app.get(Ingress);
      server.wrap((framework) => ingress.listener(framework));
      const sockets = app.get(ResponseSockets, { strict: false });
      server.onUpgrade((req, socket, head) => sockets.upgrade(req, socket, head));
    },
  };
}
