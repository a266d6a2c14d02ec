import { Module } from '@nestjs/common';
import { AccountBookRepository } from './account-book.repository.js';
import { AccountBooks } from './account-books.service.js';
import { Clock } from './clock.js';

@Module({ providers: [AccountBooks, AccountBookRepository, Clock], exports: [AccountBooks, Clock] })
export class BookModule {}
