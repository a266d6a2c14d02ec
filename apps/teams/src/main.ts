import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { teamsService } from './service.js';

void startService(() => teamsService(readConfig()));
