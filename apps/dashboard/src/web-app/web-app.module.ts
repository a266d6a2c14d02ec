import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import staticFiles from '@fastify/static';
import { ConfigError } from '@modelbridge/service-kit/config';
import { Injectable, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.js';

const yearSeconds = 31_536_000;

/** Serves the web app's files below `/app`: what its build names by content for ever, its one page for every other path. */
@Injectable()
export class WebAppRoutes implements OnModuleInit {
  private readonly root: string;
  private readonly page: string;
  private readonly tag: string;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    directory: string,
  ) {
    this.root = resolve(directory);
    this.page = pageOf(this.root);
    this.tag = `"${createHash('sha256').update(this.page).digest('base64url').slice(0, 22)}"`;
  }

  async onModuleInit(): Promise<void> {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register(staticFiles, {
      root: join(this.root, 'assets'),
      prefix: '/app/assets/',
      decorateReply: false,
      preCompressed: true,
      immutable: true,
      maxAge: yearSeconds * 1_000,
      index: false,
      dotfiles: 'deny',
    });
    const answer = (request: FastifyRequest, reply: FastifyReply) => this.answer(request, reply);
    fastify.get('/app', answer);
    fastify.get('/app/*', answer);
  }

  private answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const headers = { etag: this.tag, 'cache-control': 'no-cache', vary: 'accept' };
    if (request.headers['if-none-match'] === this.tag)
      return reply.code(304).headers(headers).send();
    return reply.headers(headers).type('text/html; charset=utf-8').send(this.page);
  }
}

function pageOf(root: string): string {
  try {
    return readFileSync(join(root, 'index.html'), 'utf8');
  } catch {
    throw new ConfigError([
      `WEB_APP_DIR: there is no index.html in ${root}: build apps/dashboard-web, or say where it is`,
    ]);
  }
}

@Module({})
export class WebAppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WebAppModule,
      providers: [
        {
          provide: WebAppRoutes,
          inject: [HttpAdapterHost],
          useFactory: (host: HttpAdapterHost) => new WebAppRoutes(host, config.WEB_APP_DIR),
        },
      ],
    };
  }
}
