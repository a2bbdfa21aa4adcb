// Data: domains that are seen in From or behind a mail without being the organisation that wrote it. Registrable domains. Behind each group
// stands the page that says so; what no page was found for is in the last group, or left out. A wrong entry costs a notice that does not
// come, a missing one a false notice. Lists need no entry: a list is told by its signed List-Id (leak-facts.ts).

export const SENDS_FOR_OTHERS: ReadonlySet<string> = new Set([
  // Amazon SES, default MAIL FROM: docs.aws.amazon.com, CloudFormation "AWS::SES::EmailIdentity MailFromAttributes"
  'amazonses.com',
  // Twilio SendGrid, envelope and "via" without domain authentication: twilio.com/docs/sendgrid, "Configure domain authentication"
  'sendgrid.net',
  // Mailgun, sandbox domains: documentation.mailgun.com, user manual, "Sandbox Domain"
  'mailgun.org',
  // Mailchimp, envelope: dmarc.wiki/mailchimp. Its transactional mail: senderclarity.com/guides/mandrill-spf-dkim-dmarc-setup
  ...['mcsv.net', 'mcdlv.net', 'rsgsv.net', 'mandrillapp.com'],
  // Postmark, default Return-Path: postmarkapp.com/blog/introducing-full-dmarc-support-with-custom
  'mtasv.net',
  // SparkPost, default bounce domains: sparkpost.com/docs/tech-resources/custom-bounce-domain, docs.civicrm.org/sparkpost
  ...['sparkpostmail.com', 'sparkpostbounces.com'],
  // Brevo, From rewritten without DKIM, and Return-Path: captaindns.com/en/blog/brevo-transactional-email-technical-guide
  ...['brevosend.com', 'sender-sib.com'],
  // Constant Contact, From rewritten to shared1.ccsend.com (knowledgebase.constantcontact.com, 51400), bounces (the same, 5865)
  ...['ccsend.com', 'constantcontact.com'],
  // Klaviyo: help.klaviyo.com, 7674941873947 "Understanding branded vs. shared sending domains"
  'klaviyomail.com',
  // HubSpot, envelope: dmarc.wiki/hubspot
  'hubspotemail.net',
  // Salesforce Marketing Cloud without a domain of the sender's: unspam.email/deliverability/salesforce
  'exacttarget.com',
  // Campaign Monitor, envelope: senderclarity.com/guides/campaign-monitor-spf-dkim-dmarc-setup
  ...['createsend.com', 'cmail1.com', 'cmail2.com'],
  // MailerLite: mailerlite.com/help/what-is-mlsend
  'mlsend.com',
  // ActiveCampaign: help.activecampaign.com, 207317570 (acems1.com); domainsecurityscanner.com/guides/activecampaign (emsd1.com)
  ...['acems1.com', 'emsd1.com'],
  // Shopify, stores without an authenticated domain: help.shopify.com, "Displaying your store's sending email"
  'shopifyemail.com',
  // Help desks that answer for their customers: support.zendesk.com 4408887388058; support.freshdesk.com 50000009268; intercom.com/help 9744849
  ...['zendesk.com', 'freshdesk.com', 'intercom-mail.com'],
  // Payments that an order in a shop sets off: stripe.com/docs/account/email-domain; help.prettygreen.com 17424550459292 (Klarna)
  ...['stripe.com', 'klarna.com'],
  // Reviews that a shop orders: support.trustpilot.com, 201841237 "Sender Information"
  'trustpilotmail.com',
  // Surveys, unless the plan has a sender of its own: help.surveymonkey.com, "custom-sender-name"
  'surveymonkey.com',
  // Newsletters under one domain: on.bo/esp/substack
  'substack.com',
  // Signatures that somebody asks for: support.docusign.com, "Why am I not getting DocuSign email notifications"
  ...['docusign.net', 'docusign.com'],
  // Google Groups, From rewritten to the group: support.hdeone.com, 58030646355097
  'googlegroups.com',
  // No page of theirs was found that says so; many published mail filters name them as shared senders.
  ...['mailchimpapp.net', 'mailjet.com', 'activehosted.com', 'cmail19.com', 'cmail20.com', 'surveymonkeyuser.com'],
])

/** Where anybody has a mailbox: the domain is no organisation. Their own sign-up pages are the source. */
export const MAILBOX_PROVIDERS: ReadonlySet<string> = new Set([
  ...['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'yahoo.com', 'ymail.com'],
  ...['yahoo.co.uk', 'yahoo.de', 'yahoo.fr', 'aol.com', 'icloud.com', 'me.com', 'mac.com', 'gmx.de', 'gmx.net'],
  ...['gmx.com', 'gmx.at', 'gmx.ch', 'web.de', 't-online.de', 'freenet.de', 'posteo.de', 'posteo.net', 'mailbox.org'],
  ...['proton.me', 'protonmail.com', 'pm.me', 'tutanota.com', 'tuta.com', 'fastmail.com', 'hey.com', 'zoho.com'],
  ...['mail.ru', 'yandex.ru', 'yandex.com', 'qq.com', '163.com', '126.com', 'naver.com', 'orange.fr', 'free.fr'],
  ...['libero.it', 'virgilio.it', 'laposte.net', 'bluewin.ch', 'btinternet.com', 'comcast.net', 'verizon.net'],
])
