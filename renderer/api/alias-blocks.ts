// Who is blocked for one alias.
import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { block, type Block } from '../../main/api/shapes-owner.ts'
import type { Client } from './client.ts'

const blockList = z.object({ data: z.array(block) })
const oneBlock = z.object({ data: block })

export const aliasBlocksQuery = (client: Client, alias: string) =>
  queryOptions({
    queryKey: ['alias-blocks', alias],
    queryFn: async ({ signal }) =>
      (await client.read(`/app/blocks?alias=${encodeURIComponent(alias)}`, blockList, signal)).data,
  })

/** Undefined: for all of them. */
export const addAliasBlock = async (client: Client, alias: string | undefined, value: string): Promise<Block> =>
  (await client.send('POST', '/app/blocks', { value, ...(alias === undefined ? {} : { alias }) }, oneBlock)).data

export const removeBlock = (client: Client, id: string): Promise<void> =>
  client.tell('DELETE', `/app/blocks/${encodeURIComponent(id)}`)
