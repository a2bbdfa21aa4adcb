// Aliases by name, for the palette.
import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import type { Client } from './client.ts'

const found = z.object({ data: z.array(z.object({ id: z.string(), email: z.string() })) })

export const aliasNames = (client: Client, text: string) =>
  queryOptions({
    queryKey: ['aliases', 'names', text],
    queryFn: async ({ signal }) =>
      (await client.read(`/app/aliases?${new URLSearchParams({ q: text, limit: '8' }).toString()}`, found, signal))
        .data,
  })
