import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { authService } from './service.js';

void startService(() => authService(readConfig()));
