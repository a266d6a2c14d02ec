import { Controller, Get, Header } from '@nestjs/common';
import { homePage } from './home-page.js';

@Controller()
export class HomeController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  @Header('x-content-type-options', 'nosniff')
  @Header('referrer-policy', 'no-referrer')
  home(): string {
    return homePage;
  }
}
