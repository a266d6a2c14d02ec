import { Module } from '@nestjs/common';
import { MemberNames } from './member-names.js';

@Module({ providers: [MemberNames], exports: [MemberNames] })
export class PeopleModule {}
