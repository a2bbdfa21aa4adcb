// What a message may make: an alias, and contacts of it.

export interface NewCorrespondent {
  readonly address: string
  readonly addressKey: string
  readonly displayName: string
  /** Used where this correspondent is new to the alias. */
  readonly proposedReplyAddress: string
}

export interface NewAlias {
  readonly address: string
  readonly addressKey: string
  readonly localPart: string
  readonly domainId: string
  readonly origin: 'made' | 'catch-all'
  readonly firstSender: string | null
  /** The pattern of the domain that makes it, whom that names and what it hangs on. */
  readonly pattern?: { readonly id: string; readonly recipientIds: readonly string[]; readonly labels: string }
}
