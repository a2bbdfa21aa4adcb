// Data: domains that are seen in From or behind a mail without being the organisation that wrote it. Registrable domains.
// Each group names where its operator says so; a wrong or missing entry costs one false notice, or one that does not come.

export const SENDS_FOR_OTHERS: ReadonlySet<string> = new Set([
  // Amazon SES, default MAIL FROM: docs.aws.amazon.com/ses/latest/dg/mail-from.html
  'amazonses.com',
  // Twilio SendGrid, default return path and shared links: docs.sendgrid.com, "Sender authentication"
  ...['sendgrid.net', 'sendgrid.info', 'sendgrid.com'],
  // Mailgun, sandbox and shared domains: documentation.mailgun.com, "Domains"
  ...['mailgun.org', 'mailgun.net', 'mailgun.com'],
  // Mailchimp and Mandrill: mailchimp.com/help, "About email authentication", "Mailchimp's delivery IPs"
  ...['mcsv.net', 'mcdlv.net', 'rsgsv.net', 'mailchimpapp.com', 'mailchimpapp.net', 'mandrillapp.com', 'mailchimp.com'],
  // Postmark: postmarkapp.com/support, "Setting up a custom Return-Path"
  ...['mtasv.net', 'postmarkapp.com'],
  // SparkPost (Bird): support.sparkpost.com, "Bounce domains"
  ...['sparkpostmail.com', 'sparkpostmail1.com', 'e.sparkpost.com'],
  // Brevo (Sendinblue), From rewritten for senders without authentication: help.brevo.com, "Replacement of sender domain"
  ...['brevosend.com', 'sendinblue.com', 'sender-sib.com'],
  // Mailjet: documentation.mailjet.com, "Custom Return-Path"
  'mailjet.com',
  // Constant Contact, From rewritten to shared1.ccsend.com: knowledgebase.constantcontact.com, "email authentication"
  ...['ccsend.com', 'constantcontact.com'],
  // Klaviyo: help.klaviyo.com, "Shared sending domain"
  ...['klaviyomail.com', 'klaviyo.com'],
  // HubSpot: knowledge.hubspot.com, "email sending domains"
  ...['hubspotemail.net', 'hubspot.com', 'hs-send.com'],
  // Salesforce Marketing Cloud: help.salesforce.com, "Sender Authentication Package"
  ...['exacttarget.com', 'salesforce.com'],
  // Campaign Monitor: help.campaignmonitor.com, "Authenticate your domain"
  ...['createsend.com', 'cmail19.com', 'cmail20.com'],
  // MailerLite: mailerlite.com/help, "domain authentication"
  'mlsend.com',
  // ActiveCampaign: help.activecampaign.com, "mailserver domain"
  ...['activehosted.com', 'emsd1.com'],
  // Shopify, stores without a domain of their own: help.shopify.com, "Setting up your emails"
  ...['shopifyemail.com', 'shopify.com'],
  // Help desks that answer for their customers: support.zendesk.com, support.freshdesk.com, intercom.com/help
  ...['zendesk.com', 'freshdesk.com', 'intercom-mail.com', 'intercom.io', 'helpscout.net'],
  // Payments that a shop's order sets off: paypal.com, docs.stripe.com "Email receipts", klarna.com
  ...['paypal.com', 'stripe.com', 'klarna.com', 'squareup.com', 'adyen.com'],
  // Reviews and surveys that a shop orders: support.trustpilot.com, help.surveymonkey.com, typeform.com/help
  ...['trustpilot.com', 'trustpilotmail.com', 'surveymonkeyuser.com', 'surveymonkey.com', 'typeform.com'],
  // Tickets, newsletters, signatures: eventbrite.com/help, support.substack.com, support.docusign.com
  ...['eventbrite.com', 'substack.com', 'docusign.net', 'docusign.com', 'calendly.com'],
  // Lists: support.google.com/groups, groups.io/helpcenter
  ...['googlegroups.com', 'groups.io'],
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
