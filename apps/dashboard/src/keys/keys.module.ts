import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { KeysController } from './keys.controller.js';
import { Keys } from './keys.service.js';

@Module({ imports: [PeopleModule], controllers: [KeysController], providers: [Keys] })
export class KeysModule {}
