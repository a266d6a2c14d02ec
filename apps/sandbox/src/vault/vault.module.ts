import { Module } from '@nestjs/common';
import { VaultController } from './vault.controller.js';

/** Stands in for Vault, where keys of retention may be kept. */
@Module({ controllers: [VaultController] })
export class VaultModule {}
