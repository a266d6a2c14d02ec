import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { routingService } from './service.js';

void startService(() => routingService(readConfig()));
