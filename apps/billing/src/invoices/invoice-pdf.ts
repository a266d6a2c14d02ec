import { formatUsd, idFromUuid } from '@modelbridge/contracts';
import { nanoUsdOf } from '../stripe/cents.js';
import type { Invoice, InvoiceLine } from './invoice.js';

const margin = 48;
const columns = [
  { title: 'Member', x: 48, width: 150 },
  { title: 'Model', x: 202, width: 120 },
  { title: 'Requests', x: 326, width: 55, align: 'right' as const },
  { title: 'Tokens in / out', x: 385, width: 85, align: 'right' as const },
  { title: 'USD', x: 474, width: 73, align: 'right' as const },
];
const bottom = 790;

/** An invoice on A4 pages. Amounts are exact; members go by their ids, because names are not billing's to keep. */
export async function invoicePdf(invoice: Invoice, lines: InvoiceLine[]): Promise<Buffer> {
  // Loaded at the first invoice: it is large, and few processes ever need it.
  const { default: PdfDocument } = await import('pdfkit');
  const document = new PdfDocument({
    size: 'A4',
    margin,
    info: { Title: `Invoice ${invoice.number}`, CreationDate: invoice.issuedAt },
  });
  const written = collected(document);
  header(document, invoice);
  let y = tableHead(document, 190);
  for (const line of lines) {
    if (y > bottom - 60) {
      document.addPage();
      y = tableHead(document, margin);
    }
    y = row(document, y, cellsOf(invoice, line));
  }
  if (y > bottom - 110) {
    document.addPage();
    y = margin;
  }
  totals(document, y + 12, invoice);
  document.end();
  return written;
}

type Document = PDFKit.PDFDocument;

function collected(document: Document): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
}

function header(document: Document, { number, month, accountId, issuedAt }: Invoice): void {
  document.font('Helvetica-Bold').fontSize(20).text('ModelBridge', margin, margin);
  document.fontSize(13).text(`Invoice ${number}`, margin, 84);
  document.font('Helvetica').fontSize(10).fillColor('#333333');
  const facts = [
    `Usage of ${month.slice(0, 7)} (UTC)`,
    `Issued ${issuedAt.toISOString().slice(0, 10)}`,
    `Account ${idFromUuid('account', accountId)}`,
  ];
  facts.forEach((fact, index) => document.text(fact, margin, 108 + index * 16));
}

function tableHead(document: Document, y: number): number {
  document.font('Helvetica-Bold').fontSize(9).fillColor('#000000');
  for (const { title, x, width, align } of columns) document.text(title, x, y, { width, align });
  document
    .moveTo(margin, y + 14)
    .lineTo(547, y + 14)
    .lineWidth(0.5)
    .stroke('#999999');
  document.font('Helvetica').fontSize(8);
  return y + 20;
}

function cellsOf({ month }: Invoice, line: InvoiceLine): string[] {
  const late = line.month === month ? '' : ` (${line.month.slice(0, 7)})`;
  return [
    idFromUuid('user', line.userId),
    `${line.model === '' ? 'earlier usage' : line.model}${late}`,
    line.requests.toLocaleString('en-US'),
    `${line.inputTokens.toLocaleString('en-US')} / ${line.outputTokens.toLocaleString('en-US')}`,
    formatUsd(line.charged),
  ];
}

function row(document: Document, y: number, cells: string[]): number {
  const heights = columns.map(({ x, width, align }, index) => {
    const text = cells[index] ?? '';
    document.text(text, x, y, { width, align });
    return document.heightOfString(text, { width });
  });
  return y + Math.max(...heights) + 4;
}

function totals(document: Document, y: number, invoice: Invoice): void {
  const { charged, granted, owed, dueCents } = invoice;
  const due = nanoUsdOf(dueCents);
  const before = owed - (charged - granted);
  const sums: [string, bigint][] = [
    ['Usage', charged],
    ['Paid by granted credit', granted],
    before > 0n ? ['Carried from earlier invoices', before] : ['Paid from the balance', -before],
    ['Carried to the next invoice', owed - due],
  ];
  document.moveTo(margin, y).lineTo(547, y).stroke('#999999');
  document.fontSize(10);
  let line = y + 10;
  for (const [label, amount] of sums) {
    document.text(label, 300, line, { width: 160 });
    document.text(`${formatUsd(amount)} USD`, 440, line, { width: 107, align: 'right' });
    line += 16;
  }
  document.font('Helvetica-Bold').fontSize(11);
  document.text('To be paid', 300, line + 4, { width: 160 });
  const dollars = `${dueCents / 100n}.${String(dueCents % 100n).padStart(2, '0')} USD`;
  document.text(dollars, 440, line + 4, { width: 107, align: 'right' });
}
