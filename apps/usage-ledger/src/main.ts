import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { usageLedgerService } from './service.js';

void startService(() => usageLedgerService(readConfig()));
