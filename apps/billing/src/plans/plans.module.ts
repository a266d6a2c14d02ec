import { Module } from '@nestjs/common';
import { PlanVersionsRepository } from './plan-versions.repository.js';
import { PlanVersions } from './plan-versions.service.js';

@Module({ providers: [PlanVersions, PlanVersionsRepository], exports: [PlanVersions] })
export class PlansModule {}
