import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { gatewayService } from './service.js';

void startService(() => gatewayService(readConfig()));
