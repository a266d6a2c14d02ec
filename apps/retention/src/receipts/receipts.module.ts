import { ConfigError } from '@modelbridge/service-kit/config';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config.js';
import { ReceiptsGrpc } from './receipts.grpc.js';
import { ReceiptsRepository } from './receipts.repository.js';
import { ReceiptsService } from './receipts.service.js';
import { ReceiptSigner } from './signer.js';

@Module({})
export class ReceiptsModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ReceiptsModule,
      global: true,
      controllers: [ReceiptsGrpc],
      providers: [
        { provide: ReceiptSigner, useFactory: () => signerFrom(config.RECEIPT_SIGNING_KEY) },
        ReceiptsService,
        ReceiptsRepository,
      ],
      exports: [ReceiptsService],
    };
  }
}

function signerFrom(pem: string): ReceiptSigner {
  try {
    return ReceiptSigner.fromPem(pem);
  } catch {
    throw new ConfigError([
      'RECEIPT_SIGNING_KEY is not valid: must be an Ed25519 key in PEM, as `openssl genpkey -algorithm ed25519` makes one',
    ]);
  }
}
