import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { authService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => authService(readConfig()));
