import { Module } from '@nestjs/common';
import { AccountNames } from './account-names.js';
import { MemberNames } from './member-names.js';

@Module({ providers: [AccountNames, MemberNames], exports: [AccountNames, MemberNames] })
export class PeopleModule {}
