import * as z from 'zod/mini';

// Schemas would compile themselves with `new Function`, which the content security policy reports. Before the first.
z.config({ jitless: true });
